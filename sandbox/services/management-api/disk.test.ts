import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { diskType } from "./disk";
import { type ManagementApi, startManagementApi } from "./management-api";
import { putProject } from "./test-support/project";

const token = "sbp_0123456789";
const ref = "abcdefghijklmnopqrst";
const path = `/v1/projects/${ref}/config/disk`;
const usual = { type: "gp3", size_gb: 8, iops: 3000, throughput_mibps: 125 };
const hour = 3_600_000;

let world: World;
let api: ManagementApi;
let now: number;

beforeEach(async () => {
  world = memoryWorld();
  now = Date.parse("2026-11-23T00:00:00Z");
  await putProject(world, ref);
  api = await startManagementApi({ world, token, now: () => now });
});
afterEach(() => api.stop());

async function call(method: string, body?: unknown, where = path): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${api.url}${where}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

const modify = (change: object) => call("POST", { attributes: { ...usual, ...change } });

test("a new project's disk is the vendor's usual one, and was never modified", async () => {
  expect(await call("GET")).toEqual({ status: 200, body: { attributes: usual } });
});

test("a larger one is there, with the moment of the change; asking for what is there changes nothing", async () => {
  expect(await modify({ size_gb: 140 })).toEqual({ status: 201, body: undefined });
  const grown = { attributes: { ...usual, size_gb: 140 }, last_modified_at: "2026-11-23T00:00:00.000Z" };
  expect((await call("GET")).body).toEqual(grown);
  now += hour;
  expect((await modify({ size_gb: 140 })).status).toBe(201);
  expect((await call("GET")).body).toEqual(grown);
});

test("within six hours of a change there is no other, afterwards there is", async () => {
  await modify({ size_gb: 12 });
  now += 6 * hour - 1;
  expect(await modify({ size_gb: 20 })).toEqual({ status: 400, body: { message: "Disk was modified 6.0 hours ago and cannot be modified again within 6 hours" } });
  expect((await call("GET")).body).toMatchObject({ attributes: { size_gb: 12 } });
  now += 1;
  expect((await modify({ size_gb: 20 })).status).toBe(201);
});

test.each([
  ["a smaller one", { size_gb: 7 }, "Disk size cannot be reduced from 8 GB to 7 GB"],
  ["more than there is", { size_gb: 16_385 }, "above the maximum"],
  ["fewer operations than the least", { iops: 2999 }, "IOPS 2999"],
  ["more operations than its size has", { size_gb: 20, iops: 10_001 }, "IOPS 10001"],
  ["less throughput than the least", { throughput_mibps: 124 }, "Throughput 124"],
  ["more throughput than its operations have", { size_gb: 40, throughput_mibps: 751 }, "Throughput 751"],
])("%s is refused, and nothing changes", async (_what, change, words) => {
  const { status, body } = await modify(change);
  expect([status, (body as { message: string }).message]).toEqual([400, expect.stringContaining(words)]);
  expect(world.list(diskType)).toEqual([]);
});

test.each([["without its operations", { attributes: { type: "gp3", size_gb: 20 } }], ["of no size", { attributes: { ...usual, size_gb: 0 } }], ["of half a gigabyte", { attributes: { ...usual, size_gb: 8.5 } }], ["nothing", {}]])(
  "%s it is not as the vendor describes it",
  async (_what, body) => expect((await call("POST", body)).status).toBe(400),
);

test("of a project that is not there nothing is told", async () => {
  expect((await call("GET", undefined, "/v1/projects/zzzzzzzzzzzzzzzzzzzz/config/disk")).status).toBe(404);
});
