/** A backup while PostgreSQL or the object store is killed with kill -9: a clear line, the former backup is whole and the latest, and the next run works. */
import { setTimeout as wait } from "node:timers/promises";
import { findBackup } from "../list/find-backup";
import { ObjectStore } from "../object-store/object-store";
import { MortalEndpoint } from "../restore/test-support/mortal-endpoint";
import { verifyBackup } from "../verify/verify-backup";
import type { BackupResult } from "./backup-run";
import { canary, startTestProject, type TestProject } from "./test-support/project";

jest.setTimeout(300_000);

let project: TestProject;
let recipients: readonly string[];
let before: BackupResult;
const endpoint = new MortalEndpoint();

beforeAll(async () => {
  [project] = await Promise.all([startTestProject(), endpoint.start()]);
  const admin = await project.cluster.connect("project");
  await admin.query("create table public.bulk as select i as id, md5(i::text) || md5((i * 7)::text) as word from generate_series(1, 200000) as i");
  await admin.end();
  recipients = (await project.backup()).manifest.recipients;
  before = await backup(() => undefined);
});
afterAll(() => Promise.all([project.stop(), endpoint.stop()]));

/** Into the bucket of the endpoint that is killed, in many parts. */
function backup(onSnapshot: (about: { folder: string }) => void): Promise<BackupResult> {
  const access = endpoint.access("writer");
  const connections = { databaseUrl: () => Promise.resolve(project.url), backups: () => Promise.resolve(access), backupRecipients: () => Promise.resolve(recipients) };
  return project.backup({ connections, partBytes: 50_000, onSnapshot });
}

/** @returns the line that it ends with, and its folder; undefined when it was over before the kill */
async function killed(kill: () => Promise<void>): Promise<{ line: string; folder: string } | undefined> {
  let folder = "";
  let killing: Promise<void> | undefined;
  const ended = backup((about) => {
    ({ folder } = about);
    killing = wait(Math.random() * 300).then(kill);
  }).then(
    (result) => void (before = result),
    (error: Error) => error.message,
  );
  const line = await ended;
  await killing;
  return line === undefined ? undefined : { line, folder };
}

async function formerIsWhole(folder: string): Promise<void> {
  const store = new ObjectStore(endpoint.access("reader"));
  try {
    expect(await store.head(`${folder}manifest.json`)).toBeUndefined();
    const found = await findBackup(store, "staging", "latest", undefined);
    expect(found.manifest.id).toBe(before.manifest.id);
    const verified = await verifyBackup({ store, ...found, depth: "decode", identity: project.identity, connections: 2, binaries: project.cluster.binaries, onBytes: () => undefined, onPhase: () => undefined });
    expect([verified.doubts, verified.strangers]).toEqual([[], []]);
  } finally {
    store.close();
  }
}

test("kill -9 of the S3 endpoint at random moments", async () => {
  const lines: string[] = [];
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const ended = await killed(() => endpoint.kill());
    await endpoint.start();
    if (ended === undefined) continue;
    lines.push(ended.line);
    await formerIsWhole(ended.folder);
  }
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^CHI-A012 the object store at .* did not .*run the same command again$/);
  before = await backup(() => undefined);
  expect(before.isLatest).toBe(true);
});

/** kill -9 of one of the run's sessions: the server ends them all, forgets its memory, and recovers from its log. */
async function killServer(): Promise<void> {
  const admin = await project.cluster.connect();
  admin.on("error", () => undefined);
  const { rows } = await admin.query<{ pid: number }>("select pid from pg_stat_activity where application_name like 'chisan backup%' or application_name = 'pg_dump' order by random() limit 1");
  if (rows[0] !== undefined) process.kill(rows[0].pid, "SIGKILL");
  await admin.end().catch(() => undefined);
}

async function untilReady(): Promise<void> {
  for (let waited = 0; waited < 600; waited += 1) {
    const client = await project.cluster.connect("project").catch(() => undefined);
    if (client !== undefined) return client.end();
    await wait(100);
  }
  throw new Error("the server did not come back");
}

test("kill -9 of PostgreSQL at random moments", async () => {
  const lines: string[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const ended = await killed(killServer);
    await untilReady();
    if (ended === undefined) continue;
    lines.push(ended.line);
    await formerIsWhole(ended.folder);
  }
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatch(/^CHI-A03[05789] .*run the same command again$/);
    expect(line).not.toContain(canary);
  }
  before = await backup(() => undefined);
  expect(before.isLatest).toBe(true);
});
