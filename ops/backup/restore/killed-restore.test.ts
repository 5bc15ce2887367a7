/** `backup run` into a real S3 endpoint, and a restore of it that is killed again and again and typed again. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { type TestObjectStore, startTestObjectStore } from "../../../sandbox/services/r2/testing";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { runBackup } from "../run/backup-run";
import { rowsDump, schemaDump } from "./test-support/independent-dump";
import type { RestoreOrder } from "./test-support/restore-process";
import type { RestoreReport } from "./restore";
import { createFreshProject, createRichProject, startProjectCluster } from "./test-support/rich-database";

let source: PostgresCluster;
let target: PostgresCluster;
let bucket: TestObjectStore;
let order: RestoreOrder;
const password = "canary-51d0";

beforeAll(async () => {
  [source, target, bucket] = await Promise.all([startProjectCluster(), startProjectCluster(), startTestObjectStore()]);
  for (const cluster of [source, target]) {
    const admin = await cluster.connect();
    await admin.query(`alter role postgres password '${password}'`);
    await admin.end();
  }
  await createRichProject(source, "source");
  const owner = await source.connect("source", "postgres");
  await owner.query(`
    create table warehouse.big (id bigint primary key, word text, at timestamptz);
    insert into warehouse.big select i, md5(i::text), now() - i * interval '1 s' from generate_series(1, 400000) as i;
    create index big_word on warehouse.big (word);
    create index big_at on warehouse.big (at);
    analyze warehouse.big`);
  await owner.end();
  await createFreshProject(target, "target");
  const identity = await generateIdentity();
  const access = { endpoint: bucket.url, bucket: bucket.bucket };
  order = { bucket: { ...access, ...bucket.reader }, identity, targetUrl: `postgresql://postgres:${password}@127.0.0.1:${target.port}/target` };
  await runBackup({
    stack: "staging",
    kind: "manual",
    signal: new AbortController().signal,
    partBytes: 4_000_000,
    connections: {
      databaseUrl: () => Promise.resolve(`postgresql://postgres:${password}@127.0.0.1:${source.port}/source`),
      backups: () => Promise.resolve({ ...access, ...bucket.writer }),
      backupRecipients: async () => [await identityToRecipient(identity)],
    },
  });
}, 120_000);

afterAll(async () => {
  await Promise.all([source.stop(), target.stop(), bucket.stop()]);
});

interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** @param killWhen called with each piece of progress; the process is killed when it says so, in milliseconds from then */
function runRestore(killWhen: (words: string) => number | undefined): Promise<End> {
  const root = join(__dirname, "../../..");
  const child = spawn(process.execPath, ["--require", join(root, "toolchain/typescript.cjs"), join(__dirname, "test-support/restore-process.ts")], { stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
    const after = killWhen(chunk.toString());
    if (after !== undefined) setTimeout(() => child.kill("SIGKILL"), after);
  });
  child.stdin.end(JSON.stringify(order));
  return new Promise((resolve) => child.once("close", (status, signal) => resolve({ status, signal, out, err })));
}

test("killed in every phase and typed again, it ends with the database that was backed up", async () => {
  const phases = ["checks", "roles", "schema", "rows, indexes", "rows, indexes", "rows, indexes", "triggers", "comparison"];
  let killed = 0;
  for (const [index, phase] of phases.entries()) {
    // Without a fixed moment within the phase: somewhere in it, another one each time.
    const { signal } = await runRestore((words) => (words.includes(phase) ? Math.floor(Math.random() * 60 * (index + 1)) : undefined));
    if (signal === "SIGKILL") killed += 1;
    else break;
  }
  expect(killed).toBeGreaterThan(2);
  const { status, out, err } = await runRestore(() => undefined);
  // A run that was not killed in time has finished: then the target is full, and refused.
  if (status === 0) expect(JSON.parse(out) as RestoreReport).toMatchObject({ resumed: true, doubts: [] });
  else expect(err).toContain("CHI-A066");
  expect(schemaDump(target, "target")).toEqual(schemaDump(source, "source"));
  expect(rowsDump(target, "target")).toEqual(rowsDump(source, "source"));
  expect(`${out}${err}`).not.toContain(password);
}, 180_000);
