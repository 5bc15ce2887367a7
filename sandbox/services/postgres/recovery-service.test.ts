import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { recoveryType } from "../management-api/backups";
import { type ManagementApi, startManagementApi } from "../management-api/management-api";
import { putProject } from "../management-api/test-support/project";
import { Databases } from "./databases";
import { own } from "./owned-files";
import { Recoveries, archiveSettingsIn } from "./recovery-service";
import { worldWithDatabases } from "./world-with-databases";

const token = "sbp_0123456789";
const ref = "abcdefghijklmnopqrst";
/** As `putProject` sets it. */
const password = "p".repeat(32);

// Waits for the archive, on machines that are busy with other things.
jest.setTimeout(180_000);

let home: { directory: string; templates: string };
let remembered: World;
let world: World;
let databases: Databases;
let recoveries: Recoveries;
let api: ManagementApi;
let told: string[];

beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), "chisan-recoveries-"));
  home = { directory: join(directory, "home"), templates: join(directory, "templates") };
  for (const folder of [directory, home.directory, home.templates]) {
    mkdirSync(folder, { recursive: true });
    own(folder);
  }
});
afterAll(() => rmSync(join(home.directory, ".."), { recursive: true, force: true }));

beforeEach(async () => {
  told = [];
  remembered = memoryWorld();
  await open();
  await putProject(world, ref);
});
afterEach(async () => {
  await world.reset();
  await close();
});

async function open(): Promise<void> {
  const notify = (text: string): void => void told.push(text);
  databases = await Databases.open({ world: remembered, home, settingsFor: archiveSettingsIn(home), durable: false, notify });
  world = worldWithDatabases(remembered, databases);
  recoveries = Recoveries.open({ world, databases, notify });
  api = await startManagementApi({ world, token, recovery: recoveries });
}

async function close(): Promise<void> {
  await api.stop();
  await recoveries.stop();
  await databases.stop();
}

async function call(method: string, pathname: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${api.url}/v1/projects/${ref}${pathname}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

async function sql(text: string): Promise<unknown[]> {
  const client = await databases.cluster(ref)?.connect("postgres", "postgres", password);
  if (client === undefined) throw new Error("no cluster");
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}

async function window(): Promise<{ earliest?: number; latest?: number }> {
  const { physical_backup_data: data } = (await call("GET", "/database/backups")).body as { physical_backup_data: Record<string, number> };
  return { earliest: data.earliest_physical_backup_date_unix, latest: data.latest_physical_backup_date_unix };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(100);
}

/** Buys the add-on, writes 1, notes the moment, writes 2, and waits until the moment can be recovered. */
async function prepared(): Promise<number> {
  await call("PATCH", "/billing/addons", { addon_type: "pitr", addon_variant: "pitr_7" });
  await until(async () => (await window()).earliest !== undefined);
  await sql("create table numbers (n int)");
  await sql("insert into numbers values (1)");
  const at = Math.ceil((Date.now() + 50) / 1000);
  await sleep(at * 1000 - Date.now() + 50);
  await sql("insert into numbers values (2)");
  await until(async () => ((await window()).latest ?? 0) >= at);
  return at;
}

const state = (): unknown => world.get(recoveryType, ref)?.outputs.state;

test("from the purchase of the add-on to a recovered database, through the API alone; without the add-on the history is gone", async () => {
  expect(await window()).toEqual({});
  const at = await prepared();
  const outside = await call("POST", "/database/backups/restore-pitr", { recovery_time_target_unix: ((await window()).earliest ?? 0) - 1 });
  expect(outside).toEqual({ status: 400, body: { message: expect.stringMatching(/^Recovery time target must be within range: \d+ <= t <= \d+$/) } });
  expect((await call("POST", "/database/backups/restore-pitr", { recovery_time_target_unix: at })).status).toBe(201);
  const statuses = new Set<unknown>();
  await until(async () => {
    statuses.add(((await call("GET", "")).body as { status: unknown }).status);
    if (statuses.has("RESTORING") && databases.cluster(ref)?.postmaster() === undefined) statuses.add("unreachable while RESTORING");
    return state() === "done";
  });
  expect([...statuses]).toEqual(expect.arrayContaining(["RESTORING", "unreachable while RESTORING"]));
  await recoveries.settled();
  expect(await sql("select n from numbers")).toEqual([{ n: 1 }]);
  expect((await window()).earliest).toBeLessThanOrEqual(at);
  await call("DELETE", "/billing/addons/pitr_7");
  await recoveries.settled();
  expect(await window()).toEqual({});
  expect(told).toEqual([]);
});

test("a service that was killed in the middle carries on at its next start", async () => {
  const at = await prepared();
  // As a kill leaves it: the request is in the world, nothing else has happened.
  await recoveries.stop();
  await call("POST", "/database/backups/restore-pitr", { recovery_time_target_unix: at });
  expect(state()).toBe("accepted");
  await close();
  await open();
  await recoveries.settled();
  expect([state(), await sql("select n from numbers")]).toEqual(["done", [{ n: 1 }]]);
  // And only once: what is written afterwards stays.
  await sql("insert into numbers values (3)");
  await close();
  await open();
  await recoveries.settled();
  expect(await sql("select n from numbers order by n")).toEqual([{ n: 1 }, { n: 3 }]);
});

test("a recovery that fails is told, and the database has its data of before", async () => {
  const at = await prepared();
  rmSync(join(home.directory, ref, "archive", "base"), { recursive: true });
  await call("POST", "/database/backups/restore-pitr", { recovery_time_target_unix: at });
  await until(() => state() === "failed");
  await until(async () => (await sql("select n from numbers order by n").catch(() => [])).length === 2);
  expect(((await call("GET", "")).body as { status: unknown }).status).toBe("ACTIVE_HEALTHY");
  expect(told.join()).toMatch(/CHI-A102 /);
});
