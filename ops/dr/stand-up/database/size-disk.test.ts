/** Against the sandbox's Management API, which judges requests by the vendor's description and refuses what the vendor refuses. */
import { startManagementApi, type ManagementApi } from "../../../../sandbox/services/management-api/management-api";
import { putProject } from "../../../../sandbox/services/management-api/test-support/project";
import { memoryWorld } from "../../../../sandbox/world/open-world";
import type { ClientTiming } from "../../../../components/vendor-api/client";
import type { PhaseSituation } from "../../phases/phase";
import { DiskApi } from "./disk-api";
import { sizeDiskPhase } from "./size-disk";

const projectRef = "abcdefghijklmnopqrst";
const token = "sbp_canary-0123456789";
let api: ManagementApi;
let now: number;
let asked: string[];

/** Nothing waits: the time that would pass is added. */
const clock = { now: () => now, sleep: (milliseconds: number) => ((now += milliseconds), Promise.resolve()), random: () => 0.5 };
const timing: ClientTiming = { clock, requestDeadline: 5000, attemptDeadline: 5000, visibleDeadline: 1000 };

beforeEach(async () => {
  now = Date.parse("2026-11-23T00:00:00Z");
  asked = [];
  const world = memoryWorld();
  await putProject(world, projectRef);
  api = await startManagementApi({ world, token, now: () => now });
});
afterEach(() => api.stop());

const disks = (given = token) => new DiskApi({ projectRef, apiUrl: api.url, token: given }, timing);

async function size(databaseBytes: number, disk: Pick<DiskApi, "disk" | "grow"> = disks()) {
  const situation: PhaseSituation = { results: new Map(), say: (text) => asked.push(text), signal: new AbortController().signal };
  return sizeDiskPhase({ api: () => Promise.resolve(disk), databaseBytes, estimateSeconds: 1, clock }).run(situation);
}

test("a small database fits into what a new project has: nothing is changed, nothing more is paid", async () => {
  expect(await size(2e9)).toEqual({ summary: "8 GB are enough for it, 8 GB are needed", facts: { neededGigabytes: 8, beforeGigabytes: 8, gigabytes: 8, refused: null } });
  expect((await disks().disk()).last_modified_at).toBeUndefined();
});

test("a large one is made room for at once, with its kind and speed as they were; typed again nothing happens", async () => {
  expect(await size(100e9)).toEqual({ summary: "from 8 to 144 GB", facts: { neededGigabytes: 144, beforeGigabytes: 8, gigabytes: 144, refused: null } });
  const grown = await disks().disk();
  expect(grown).toEqual({ attributes: { type: "gp3", size_gb: 144, iops: 3000, throughput_mibps: 125 }, last_modified_at: "2026-11-23T00:00:00.000Z" });
  now += 60_000;
  expect((await size(100e9)).summary).toBe("144 GB are enough for it, 144 GB are needed");
  expect(await disks().disk()).toEqual(grown);
});

test("what the vendor refuses is told with what is needed, and stops no recovery", async () => {
  await disks().grow(await disks().disk(), 12);
  now += 3_600_000;
  const { summary, facts } = await size(100e9);
  expect(summary).toMatch(/^NOT sized \(CHI-H043 POST .*config\/disk: 400 Disk was modified 1\.0 hours ago.*\): the restore goes on/);
  expect(facts).toMatchObject({ neededGigabytes: 144, refused: expect.stringContaining("CHI-H043") as string });
  const denied = await size(100e9, disks("sbp_canary-9876543210"));
  expect(denied.summary).toContain("401");
  expect(JSON.stringify([denied, asked])).not.toContain("canary");
});

test("a vendor that is silent neither, and one that says yes and does nothing", async () => {
  await api.stop();
  expect((await size(100e9)).facts["refused"]).toMatch(/^CHI-H044 /);
  const still = { attributes: { type: "gp3", size_gb: 8, iops: 3000 } };
  const { summary, facts } = await size(100e9, { disk: () => Promise.resolve(still), grow: () => Promise.resolve() });
  expect(summary).toBe("144 GB were accepted, but are not there after 10 minutes");
  expect(facts["refused"]).toBe("accepted, and not there yet");
  api = await startManagementApi({ world: memoryWorld(), token, now: () => now });
});

test("an error of our own is no refusal", async () => {
  await expect(size(1, { disk: () => Promise.reject(new Error("broken")), grow: () => Promise.resolve() })).rejects.toThrow("broken");
});
