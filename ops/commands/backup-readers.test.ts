/** `backup list | show | verify | prune | restore` as they are typed, on a real S3 endpoint and real PostgreSQL. */
import { Command } from "commander";
import { startTestObjectStore, type TestObjectStore } from "../../sandbox/services/r2/testing";
import type { PostgresCluster } from "../../supabase/test-support/postgres";
import { MemoryStore } from "../backup/restore/test-support/memory-store";
import { createFreshProject, createRichProject, startProjectCluster } from "../backup/restore/test-support/rich-database";
import { type WrittenBackup, writeBackup } from "../backup/restore/test-support/write-backup";
import { ObjectStore } from "../backup/object-store/object-store";
import type { Connections } from "../connections/connections";
import { addBackupList } from "./backup-list";
import { addBackupPrune } from "./backup-prune";
import { addBackupRestore } from "./backup-restore";
import { addBackupVerify } from "./backup-verify";

let cluster: PostgresCluster;
let bucket: TestObjectStore;
let backup: WrittenBackup;
const password = "canary-0b1e";
const old = "20200101T030000Z";
const hour = 3_600_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString().replace(/[-:]|\.\d+/g, "");
const id = ago(2 * hour);
const cutOff = ago(50 * hour);
/** Of the stacks: staging's backups and server, prod's database as a target. */
const databases: Record<string, string> = { staging: "source", prod: "fresh" };

jest.mock("../connections/stack-connections", () => ({
  openConnections: (stack: string): Partial<Connections> => ({
    databaseUrl: () => Promise.resolve(url(databases[stack] ?? "postgres")),
    backups: (access) => Promise.resolve({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket[access] }),
    backupIdentity: () => Promise.resolve(backup.identity),
  }),
}));

function url(database: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/${database}`;
}

beforeAll(async () => {
  [cluster, bucket] = await Promise.all([startProjectCluster(), startTestObjectStore()]);
  const admin = await cluster.connect();
  await admin.query(`alter role postgres password '${password}'`);
  await admin.end();
  await createRichProject(cluster, "source");
  await createFreshProject(cluster, "fresh");
  const memory = new MemoryStore();
  await writeBackup({ cluster, database: "source", store: memory, id: old, kind: "manual" });
  backup = await writeBackup({ cluster, database: "source", store: memory, id });
  const store = new ObjectStore({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer });
  for (const [key, { body }] of memory.objects) await store.put(key, body);
  await store.put(`database/daily/${cutOff}/roles.sql.zst.age`, "cut off");
  store.close();
});

afterAll(async () => {
  await Promise.all([cluster.stop(), bucket.stop()]);
});

interface Typed {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** What is printed and how it ends, as ops/main.ts and report.ts would. */
function type(...args: string[]): Promise<Typed> {
  return typeAndWatch(args, () => undefined);
}

/** @param onError told of all that goes to standard error */
async function typeAndWatch(args: readonly string[], onError: (text: string) => void): Promise<Typed> {
  const program = new Command("backup").exitOverride();
  program.configureOutput({ writeErr: () => undefined });
  for (const add of [addBackupList, addBackupPrune, addBackupRestore, addBackupVerify]) add(program);
  const printed = { out: "", err: "" };
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => ((printed.out += String(text)), true)),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => ((printed.err += String(text)), onError(String(text)), true)),
  ];
  process.exitCode = 0;
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    printed.err += error instanceof Error ? error.message : String(error);
    process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const code = Number(process.exitCode);
  process.exitCode = 0;
  expect(`${printed.out}${printed.err}`).not.toContain(password);
  expect(`${printed.out}${printed.err}`).not.toContain(backup.identity);
  return { ...printed, code };
}

test("verified with a report, a backup is listed as such; list names what is missing and what is no backup", async () => {
  const before = await type("list", "--stack", "staging");
  expect(before.out).toMatch(new RegExp(`${id} +daily .* never`));
  expect(before.out).toMatch(new RegExp(`${cutOff} +daily .* no manifest: no backup`));
  const verified = await type("verify", "--stack", "staging", "--depth", "restore", "--report", "--json");
  expect(JSON.parse(verified.out)).toMatchObject({ depth: "restore", doubts: [], backup: { id }, report: expect.stringMatching(/^reports\/restore-test\/\d{8}T\d{6}Z\/$/) as string });
  expect(verified.code).toBe(0);
  const { out } = await type("list", "--stack", "staging", "--json");
  expect((JSON.parse(out) as { backups: unknown[] }).backups).toContainEqual(expect.objectContaining({ id, lastVerified: expect.objectContaining({ depth: "restore" }) as object }));
  const shown = await type("show", "--recovery-point", "latest", "--stack", "staging");
  expect(shown.out).toMatch(new RegExp(`daily ${id} of staging[^]*last verified {2}restore`));
  const manifest = JSON.stringify(backup.manifest);
  for (const same of [[], [id], ["latest"], ["--recovery-point", id]]) expect((await type("show", ...same, "--stack", "staging", "--json")).out).toBe(`${manifest}\n`);
  expect(await type("show", old, "--recovery-point", id, "--stack", "staging")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("CHI-A079 two recovery points") as string });
  // Prod has a weekly one as well, which this bucket does not.
  const prod = await type("list", "--stack", "prod", "--check");
  expect(prod).toMatchObject({ code: 1, err: expect.stringContaining("MISSING there is no weekly backup at all") as string });
});

test("a restore names its target and its recovery point, prod by its name, and is compared", async () => {
  expect(await type("restore", "--stack", "staging", "--to-stack", "prod", "--yes")).toMatchObject({ code: 1, err: expect.stringContaining("--recovery-point") as string });
  expect(await type("restore", "--stack", "staging", "--recovery-point", "latest", "--yes")).toMatchObject({ code: 1, err: expect.stringContaining("CHI-A079 no target is named") as string });
  const into = ["restore", "--stack", "staging", "--recovery-point", "latest", "--to-stack", "prod"];
  expect(await type(...into, "--yes")).toMatchObject({ code: 1, err: expect.stringMatching(/CHI-A077 .* add --confirm prod/) as string });
  expect(await type(...into, "--confirm", "staging")).toMatchObject({ code: 1, err: expect.stringContaining("CHI-A077") as string });
  const done = await type(...into, "--confirm", "prod", "--json");
  expect(done).toMatchObject({ code: 0, err: expect.stringMatching(/^daily \S+ of staging was \S+ \S+ on its server's disk; whether prod has as much is not checked\n/) as string });
  expect(JSON.parse(done.out)).toMatchObject({ doubts: [], backup: { id }, recoveryPointObjectiveSeconds: 86_400 });
  expect(await type(...into, "--confirm", "prod")).toMatchObject({ code: 1, err: expect.stringContaining("CHI-A066 prod is not empty") as string });
  process.env["RESTORE_HERE"] = url("source");
  expect(await type("restore", "--stack", "staging", "--recovery-point", old, "--to-url-env", "RESTORE_HERE", "--yes")).toMatchObject({ code: 1, err: expect.stringContaining("CHI-A066 RESTORE_HERE is not empty") as string });
  delete process.env["RESTORE_HERE"];
  expect(await type("restore", "--stack", "prod", "--recovery-point", "latest", "--to-stack", "prod", "--confirm", "prod")).toMatchObject({ code: 1, err: expect.stringContaining("CHI-A078") as string });
});

test("what a stranger wrote into a sound backup's folder is named, ends with another code, and keeps no proof from being left", async () => {
  const store = new ObjectStore({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer });
  const key = `database/daily/${id}/data/9999.copy.zst.age`;
  await store.put(key, "from elsewhere");
  const verified = await type("verify", "--stack", "staging", "--report", "--json");
  expect(verified).toMatchObject({ code: 3, err: expect.stringMatching(/CHI-A083 daily \S+ is sound and can be restored, but 1 object/) as string });
  const { doubts, strangers, report } = JSON.parse(verified.out) as { doubts: string[]; strangers: string[]; report: string };
  expect([doubts, strangers]).toEqual([[], [key]]);
  expect(await store.head(`${report}manifest.json`)).toBeDefined();
  expect(String((await store.get(`${report}report.md`))?.body)).toContain(key);
  await store.delete(key);
  store.close();
});

test("Ctrl-C between two deletions of a prune: what is gone, what stands, and typed again it deletes the rest", async () => {
  const store = new ObjectStore({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer });
  const more = [60, 61, 62].map((hours) => ago(hours * hour));
  for (const each of more) await store.put(`database/daily/${each}/roles.sql.zst.age`, "cut off");
  await store.put(`database/daily/${cutOff}/roles.sql.zst.age`, "cut off");
  const cut = await typeAndWatch(["prune", "--stack", "staging", "--yes"], (text) => text.startsWith("deleted") && process.emit("SIGINT", "SIGINT"));
  const [newest = "", middle = "", oldest = ""] = more;
  expect(cut.code).toBe(130);
  expect(cut.err).toContain(`CHI-A082 interrupted (SIGINT): 1 of 4 backups were deleted, daily ${middle} perhaps in part`);
  expect(cut.err).toMatch(/all others are whole; type the same command again, it deletes the rest$/);
  const left = async () => (await store.folders("database/daily/")).map((folder) => folder.split("/")[2]);
  expect(await left()).toEqual(expect.arrayContaining([middle, newest, cutOff, id]));
  expect(await left()).not.toContain(oldest);
  expect(await type("prune", "--stack", "staging", "--yes")).toMatchObject({ code: 0, out: expect.stringMatching(/^3 of \d backups deleted/) as string });
  expect(await left()).toEqual([id]);
  await store.put(`database/daily/${cutOff}/roles.sql.zst.age`, "cut off");
  store.close();
});

test("prune says what would go, and a damaged backup is a doubt with an exit code", async () => {
  const dry = await type("prune", "--stack", "staging", "--dry-run");
  expect(dry.err).toContain(`stays manual ${old}: the newest manual one`);
  expect(dry.err).toContain(`goes  daily ${cutOff}: no manifest: no backup`);
  expect(dry.out).toContain("1 of 3");
  const store = new ObjectStore({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer });
  const key = `database/daily/${id}/${backup.manifest.rows[0]?.name}`;
  await store.put(key, "something else");
  store.close();
  const verified = await type("verify", "--stack", "staging", "--report");
  expect(verified.code).toBe(1);
  expect(verified.out).toContain(key);
  // The proof of the day before still stands: a doubt leaves none.
  const { out } = await type("list", "--stack", "staging", "--json");
  expect(out).toContain('"depth":"restore"');
});
