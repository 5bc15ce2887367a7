import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { recoveryType } from "./backups";
import { type ManagementApi, startManagementApi } from "./management-api";
import { putProject } from "./test-support/project";

const token = "sbp_0123456789";
const ref = "abcdefghijklmnopqrst";
const backups = `/v1/projects/${ref}/database/backups`;
const now = Date.parse("2026-11-23T00:00:00Z");

let world: World;
let api: ManagementApi;
let window: { earliest: number; latest: number } | undefined;
let reachable: boolean;
let asked: number[];

beforeEach(async () => {
  world = memoryWorld();
  window = { earliest: 1000, latest: 2000 };
  reachable = true;
  asked = [];
  await putProject(world, ref);
  const recovery = {
    window: (project: string, days: number) => {
      asked.push(days);
      return project === ref ? window : undefined;
    },
    reachable: () => reachable,
  };
  api = await startManagementApi({ world, token, recovery, now: () => now });
});
afterEach(() => api.stop());

async function call(method: string, pathname: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${api.url}${pathname}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

async function enable(variant = "pitr_7"): Promise<void> {
  expect((await call("PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type: "pitr", addon_variant: variant })).status).toBe(200);
}

const recoverTo = (seconds: unknown): Promise<{ status: number; body: unknown }> => call("POST", `${backups}/restore-pitr`, { recovery_time_target_unix: seconds });
const status = async (): Promise<unknown> => ((await call("GET", `/v1/projects/${ref}`)).body as { status: unknown }).status;

test("without the add-on there is neither a window nor a recovery", async () => {
  const none = { region: "ap-northeast-2", walg_enabled: false, pitr_enabled: false, backups: [], physical_backup_data: {} };
  expect(await call("GET", backups)).toEqual({ status: 200, body: none });
  expect(await recoverTo(1500)).toEqual({ status: 400, body: { message: "PITR is not enabled for this project." } });
  expect(world.list(recoveryType)).toEqual([]);
});

test("with it, the window is the archive's, of as many days as were bought", async () => {
  await enable("pitr_28");
  const physical = { earliest_physical_backup_date_unix: 1000, latest_physical_backup_date_unix: 2000 };
  expect((await call("GET", backups)).body).toMatchObject({ walg_enabled: true, pitr_enabled: true, backups: [], physical_backup_data: physical });
  expect(asked).toEqual([28]);
  window = undefined;
  expect((await call("GET", backups)).body).toMatchObject({ pitr_enabled: true, physical_backup_data: {} });
  expect((await recoverTo(1500)).status).toBe(400);
});

test.each([1000, 1500, 2000])("a recovery to %i, within the window, is accepted without a body, and shows as the vendor's states", async (target) => {
  await enable();
  expect(await recoverTo(target)).toEqual({ status: 201, body: undefined });
  const [record] = world.list(recoveryType);
  expect(record).toMatchObject({ id: ref, outputs: { projectRef: ref, targetUnix: target, state: "accepted" } });
  expect(await status()).toBe("ACTIVE_HEALTHY");
  const shown: unknown[] = [];
  for (const state of ["restoring", "done", "failed", "lost"]) {
    await world.put({ ...(record as NonNullable<typeof record>), outputs: { ...record?.outputs, state } });
    shown.push(await status());
  }
  expect(shown).toEqual(["RESTORING", "ACTIVE_HEALTHY", "ACTIVE_HEALTHY", "RESTORE_FAILED"]);
});

test.each([999, 2001])("a recovery to %i, outside the window, is refused with it", async (target) => {
  await enable();
  expect(await recoverTo(target)).toEqual({ status: 400, body: { message: "Recovery time target must be within range: 1000 <= t <= 2000" } });
  expect(world.list(recoveryType)).toEqual([]);
});

test.each([["-1", -1], ["a fraction", 1500.5], ["a text", "1500"], ["nothing", undefined]])("%s is not a target as described", async (_what, target) => {
  await enable();
  expect((await recoverTo(target)).status).toBe(400);
  expect(world.list(recoveryType)).toEqual([]);
});

test("one recovery at a time; a finished one does not hinder the next", async () => {
  await enable();
  await recoverTo(1500);
  expect(await recoverTo(1600)).toEqual({ status: 400, body: { message: expect.stringContaining("in progress") } });
  const [record] = world.list(recoveryType);
  expect(record?.outputs.targetUnix).toBe(1500);
  await world.put({ ...(record as NonNullable<typeof record>), outputs: { ...record?.outputs, state: "failed" } });
  expect((await recoverTo(1600)).status).toBe(201);
});

test("a database that does not run is not recovered", async () => {
  await enable();
  reachable = false;
  expect(await recoverTo(1500)).toEqual({ status: 400, body: { message: expect.stringContaining("unreachable") } });
});

test("an unknown project is not found", async () => {
  expect((await call("POST", "/v1/projects/zzzzzzzzzzzzzzzzzzzz/database/backups/restore-pitr", { recovery_time_target_unix: 1500 })).status).toBe(404);
});
