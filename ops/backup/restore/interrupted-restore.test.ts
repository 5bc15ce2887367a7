/** A restore while PostgreSQL or the object store is killed, slow or refuses: a clear line, and typed again it ends with the same database. */
import { setTimeout as wait } from "node:timers/promises";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { ObjectStore, type StoreOptions } from "../object-store/object-store";
import { type FaultyProxy, startFaultyProxy } from "../object-store/test-support/faulty-proxy";
import { verifyBackup } from "../verify/verify-backup";
import { Interrupted } from "../../output/interruptible";
import { type RestoreReport, restoreBackup } from "./restore";
import { rowsDump, schemaDump } from "./test-support/independent-dump";
import { MemoryStore } from "./test-support/memory-store";
import { MortalEndpoint } from "./test-support/mortal-endpoint";
import { createFreshProject, createRichProject, startProjectCluster } from "./test-support/rich-database";
import { type WrittenBackup, writeBackup } from "./test-support/write-backup";

jest.setTimeout(300_000);

let source: PostgresCluster;
let target: PostgresCluster;
let backup: WrittenBackup;
const endpoint = new MortalEndpoint();
const canary = "canary-64d0";
const roles = "create role chisan_reports nologin;\nalter role chisan_reports set statement_timeout to '7s';\ngrant chisan_reports to postgres;\ncreate role chisan_metrics nologin noinherit;\ngrant chisan_metrics to postgres;\n";
const phases = ["checks", "roles", "schema", "rows, indexes, constraints", "triggers, policies, jobs", "comparison"];

beforeAll(async () => {
  [source, target] = await Promise.all([startProjectCluster(), startProjectCluster(), endpoint.start()]);
  await createRichProject(source, "source");
  const owner = await source.connect("source", "postgres");
  await owner.query(`
    create table warehouse.big (id bigint primary key, word text);
    insert into warehouse.big select i, repeat(md5(i::text), 3) from generate_series(1, 120000) as i;
    create index big_word on warehouse.big (word)`);
  await owner.end();
  const admin = await target.connect();
  await admin.query(`alter role postgres password '${canary}'`);
  await admin.end();
  const memory = new MemoryStore();
  backup = await writeBackup({ cluster: source, database: "source", store: memory, id: "20261123T030000Z", roles });
  const writer = new ObjectStore(endpoint.access("writer"));
  for (const [key, { body }] of memory.objects) await writer.put(key, body);
  writer.close();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop(), endpoint.stop()]);
});

interface Attempt {
  readonly database: string;
  readonly endpointUrl?: string;
  readonly options?: StoreOptions;
  readonly onPhase?: (phase: string) => void;
  readonly signal?: AbortSignal;
}

function reader({ endpointUrl, options }: Pick<Attempt, "endpointUrl" | "options">): ObjectStore {
  const access = endpoint.access("reader");
  return new ObjectStore({ ...access, endpoint: endpointUrl ?? access.endpoint }, options);
}

/** As `chisan backup restore` does it. */
async function restore({ database, onPhase = () => undefined, signal, ...of }: Attempt): Promise<RestoreReport> {
  const store = reader(of);
  try {
    const targetUrl = `postgresql://postgres:${canary}@127.0.0.1:${target.port}/${database}`;
    return await restoreBackup({ store, ...backup, targetUrl, targetName: "the target", mode: "project", connections: 2, enableJobs: false, onPhase, onBytes: () => undefined, signal });
  } finally {
    store.close();
  }
}

/** What every failure must be. @returns its line; undefined when nothing failed */
async function lineOf(restored: Promise<RestoreReport>): Promise<string | undefined> {
  try {
    await restored;
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    expect(message).toMatch(/^CHI-A0\d\d /);
    expect(message).not.toContain("\n");
    expect(message).not.toContain(canary);
    return message;
  }
}

/** What is left by failures can be carried on, and the backup is as good as before. */
async function endsWell(database: string): Promise<void> {
  const { resumed, doubts } = await restore({ database });
  expect({ resumed, doubts }).toEqual({ resumed: true, doubts: [] });
  expect(schemaDump(target, database)).toEqual(schemaDump(source, "source"));
  expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
  const store = reader({});
  const verified = await verifyBackup({ store, ...backup, depth: "decode", connections: 2, binaries: source.binaries, onBytes: () => undefined, onPhase: () => undefined });
  store.close();
  expect(verified.doubts).toEqual([]);
}

async function untilReady(): Promise<void> {
  for (let waited = 0; waited < 600; waited += 1) {
    try {
      const client = await target.connect();
      return await client.end();
    } catch {
      await wait(100);
    }
  }
  throw new Error("the server did not come back");
}

/** kill -9 of one of the restore's sessions: the server ends them all, forgets its memory, and recovers from its log. */
async function killServer(): Promise<void> {
  const admin = await target.connect();
  admin.on("error", () => undefined);
  const { rows } = await admin.query<{ pid: number }>("select pid from pg_stat_activity where application_name like 'chisan restore%' or application_name like 'pg_%' order by random() limit 1");
  if (rows[0] !== undefined) process.kill(rows[0].pid, "SIGKILL");
  await admin.end().catch(() => undefined);
}

test("kill -9 of PostgreSQL at random moments of every phase", async () => {
  const database = "server_killed";
  await createFreshProject(target, database);
  const lines: (string | undefined)[] = [];
  for (const phase of phases) {
    let killing: Promise<void> | undefined;
    const onPhase = (begun: string) => {
      if (begun === phase) killing = wait(Math.random() * 80).then(killServer);
    };
    lines.push(await lineOf(restore({ database, onPhase })));
    await killing;
    await untilReady();
    // The last moments are short: it may have been over.
    if (lines.at(-1) === undefined) break;
  }
  const failures = lines.filter((line) => line !== undefined);
  expect(failures.length).toBeGreaterThan(2);
  for (const line of failures) expect(line).toMatch(/^CHI-A080 the connection to the target was lost .* type the same command again|^CHI-A054 the target .* cannot be reached/);
  if (failures.length === lines.length) await endsWell(database);
  expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
});

test("kill -9 of the S3 endpoint at random moments", async () => {
  const database = "endpoint_killed";
  await createFreshProject(target, database);
  const lines: (string | undefined)[] = [];
  for (const phase of ["schema", "rows, indexes, constraints", "rows, indexes, constraints"]) {
    let killing: Promise<void> | undefined;
    const onPhase = (begun: string) => {
      if (begun === phase) killing = wait(Math.random() * 20 * lines.length).then(() => endpoint.kill());
    };
    lines.push(await lineOf(restore({ database, onPhase, options: { attempts: 2 } })));
    await killing;
    await endpoint.start();
    if (lines.at(-1) === undefined) break;
  }
  const failures = lines.filter((line) => line !== undefined);
  expect(failures.length).toBeGreaterThan(0);
  for (const line of failures) expect(line).toMatch(/^CHI-A012 the object store at .* did not read .*run the same command again/);
  if (failures.length === lines.length) await endsWell(database);
  expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
});

describe("an object store that", () => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await startFaultyProxy(endpoint.access("reader").endpoint);
  });
  afterEach(() => proxy.heal());
  afterAll(() => proxy.stop());

  test("answers 429 and 500, loses connections and stalls is no failure", async () => {
    const database = "refused_now_and_then";
    await createFreshProject(target, database);
    const failures = [429, 500, "drop", 429, 500] as const;
    proxy.failNext(failures);
    proxy.stallAnswers([300_000, 700_000]);
    const onPhase = (phase: string) => {
      if (phase.startsWith("rows")) proxy.failNext(failures);
    };
    const { doubts } = await restore({ database, endpointUrl: proxy.url, onPhase, options: { stalledAfter: 2000 } });
    expect(proxy.pending()).toBe(0);
    expect(doubts).toEqual([]);
    expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
  });

  test.each([
    [500, /^CHI-A012 .*\(500 SlowDown, 2 attempts\); .*run the same command again/],
    [403, /^CHI-A010 .*have expired, were revoked/],
  ])("answers %d from the middle on ends it, and it can be carried on", async (status, line) => {
    const database = `refused_${status}`;
    await createFreshProject(target, database);
    const onPhase = (phase: string) => {
      if (phase.startsWith("rows")) proxy.failAlways(status);
    };
    expect(await lineOf(restore({ database, endpointUrl: proxy.url, onPhase, options: { attempts: 2 } }))).toMatch(line);
    await endsWell(database);
  });
});

test("interrupted, it says so with the shell's exit code, leaves no session, and can be carried on", async () => {
  const database = "interrupted";
  await createFreshProject(target, database);
  const interruption = new AbortController();
  const onPhase = (phase: string) => {
    if (phase.startsWith("rows")) setTimeout(() => interruption.abort(new Error("SIGINT")), Math.random() * 30);
  };
  const error = await restore({ database, onPhase, signal: interruption.signal }).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(Interrupted);
  expect(error).toMatchObject({ exitCode: 130, message: expect.stringMatching(/^CHI-A081 interrupted \(SIGINT\): what is done stays done/) as string });
  const admin = await target.connect();
  try {
    for (let waited = 0; ; waited += 1) {
      const { rows } = await admin.query("select from pg_stat_activity where application_name = 'chisan restore'");
      if (rows.length === 0) break;
      expect(waited).toBeLessThan(300);
      await wait(100);
    }
  } finally {
    await admin.end();
  }
  await endsWell(database);
});
