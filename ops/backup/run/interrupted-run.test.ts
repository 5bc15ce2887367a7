import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import { startFaultyProxy, type FaultyProxy } from "../object-store/test-support/faulty-proxy";
import { latestPointerKey } from "../format/manifest";
import type { BackupResult } from "./backup-run";
import { canary, startTestProject, type TestProject } from "./test-support/project";

let project: TestProject;
let admin: Client;
let proxy: FaultyProxy;
let before: BackupResult;

// Each makes several backups and starts processes of its own, on machines that are busy with other things.
jest.setTimeout(300_000);

beforeAll(async () => {
  project = await startTestProject();
  proxy = await startFaultyProxy(project.bucket.url);
  admin = await project.cluster.connect("project");
  admin.on("error", () => undefined);
  await admin.query("create table public.bulk as select i as id, md5(i::text) || md5((i * 7)::text) as word from generate_series(1, 200000) as i");
  before = await project.backup();
}, 120_000);
afterAll(async () => {
  await admin.end();
  await proxy.stop();
  await project.stop();
});
afterEach(() => proxy.heal());

/** What every failure must leave: no manifest of its own, the one before still the latest, nobody at the database, and a next run that works. */
async function leavesNothing(folder: string | undefined): Promise<void> {
  if (folder !== undefined) expect(await project.store.head(`${folder}manifest.json`)).toBeUndefined();
  expect(JSON.parse(String((await project.store.get(latestPointerKey))?.body))).toMatchObject({ id: before.manifest.id });
  for (let waited = 0; waited < 200 && programs().length > 0; waited += 1) await wait(50);
  expect(programs()).toEqual([]);
  expect(await sessions()).toBe(0);
  before = await project.backup();
  expect(before.isLatest).toBe(true);
}

/** Sessions of backups, after they had some time to end. */
async function sessions(): Promise<number> {
  for (let waited = 0; ; waited += 1) {
    const { rows } = await admin.query<{ n: number }>("select count(*)::int as n from pg_stat_activity where application_name like 'chisan backup%'");
    if (rows[0]?.n === 0 || waited === 200) return rows[0]?.n ?? -1;
    await wait(50);
  }
}

/** The command lines of the `pg_dump`s that run against the test's cluster, by their environment; where there is no /proc the sessions tell. */
function programs(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(join("/proc", pid, "cmdline"), "utf8");
      return line.includes("pg_dump") && readFileSync(join("/proc", pid, "environ"), "utf8").includes(`PGPORT=${project.cluster.port}\0`) ? [line] : [];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

interface Killed {
  readonly folder: string;
  readonly status: number | null;
  readonly words: string;
}

/** Runs a backup in a process of its own and signals it as soon as `ready` says so. */
async function killedRun(signal: NodeJS.Signals, ready: () => Promise<boolean> | boolean): Promise<Killed> {
  const child = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "test-support", "backup-process.ts")], { cwd: __dirname, stdio: ["pipe", "pipe", "pipe"] });
  let [folder, words] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (folder += text.toString()));
  child.stderr.on("data", (text: Buffer) => (words += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(JSON.stringify({ url: project.url, bucket: { endpoint: proxy.url, bucket: project.bucket.bucket, ...project.bucket.writer }, recipient: before.manifest.recipients[0] }));
  for (let waited = 0; child.exitCode === null && (folder === "" || !(await ready())); waited += 1) {
    if (waited > 600) {
      child.kill("SIGKILL");
      throw new Error(`the backup did not get that far: ${folder} ${words}`);
    }
    await wait(50);
  }
  child.kill(signal);
  return { status: await ended, folder: folder.trim(), words };
}

test.each(["SIGKILL", "SIGINT"] as const)("%s while a session waits for a lock: nothing stays at the database", async (signal) => {
  // A partitioned table has no rows of its own, so the snapshot does not lock it: the questions about the schema wait here.
  const blocker = await project.cluster.connect("project");
  await blocker.query("begin; lock table only warehouse.movements in access exclusive mode");
  const waiting = async () => {
    const { rows } = await admin.query("select from pg_stat_activity where application_name like 'chisan backup%' and wait_event_type = 'Lock'");
    return rows.length > 0;
  };
  const { folder, status, words } = await killedRun(signal, waiting);
  expect(await sessions()).toBe(0);
  await blocker.query("rollback");
  await blocker.end();
  expect(status).not.toBe(0);
  if (signal === "SIGINT") expect(words).toMatch(/CHI-A036 interrupted \(SIGINT\): nothing counts as a backup/);
  await leavesNothing(folder);
});

test("kill -9 while pg_dump is at work: it ends too", async () => {
  const { folder } = await killedRun("SIGKILL", () => process.platform !== "linux" || programs().length > 0);
  await leavesNothing(folder);
});

test("kill -9 at moments all over the run", async () => {
  for (const delay of [0, 150, 400, 900]) {
    const { folder } = await killedRun("SIGKILL", () => wait(delay).then(() => true));
    const manifest = await project.store.head(`${folder}manifest.json`);
    // Either it was not done, or it was wholly done.
    if (manifest === undefined) await leavesNothing(folder);
    else before = (await project.backup());
  }
});

test("PostgreSQL ends a connection in the middle", async () => {
  let folder: string | undefined;
  const failed = project.backup({
    partBytes: 100_000,
    onSnapshot: (about) => {
      ({ folder } = about);
      void admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'chisan backup%'");
    },
  });
  await expect(failed).rejects.toThrow(/^CHI-A03[05789] (?!.*canary)/);
  await leavesNothing(folder);
});

test("the object store goes away, or refuses, in the middle", async () => {
  for (const [fault, code] of [[() => proxy.failAlways("drop"), /^CHI-A012 /], [() => proxy.failAlways(403), /^CHI-A010 .*(refused|expired)/]] as const) {
    let folder: string | undefined;
    const failed = project.backup({
      endpoint: proxy.url,
      partBytes: 100_000,
      onSnapshot: (about) => {
        ({ folder } = about);
        fault();
      },
    });
    await expect(failed).rejects.toThrow(code);
    await expect(failed).rejects.not.toThrow(canary);
    proxy.heal();
    await leavesNothing(folder);
  }
});

test("429, 500 and lost connections now and then are no failure", async () => {
  proxy.failNext([200, 200].flatMap(() => [429, 500, "drop"] as const));
  before = await project.backup({ endpoint: proxy.url, partBytes: 1_000_000 });
  expect(proxy.pending()).toBe(0);
  expect(before.isLatest).toBe(true);
});

test("a backup that was called off before it began", async () => {
  await expect(project.backup({ signal: AbortSignal.abort(new Error("SIGTERM")) })).rejects.toThrow(/^CHI-A036 interrupted \(SIGTERM\)/);
  await leavesNothing(undefined);
});
