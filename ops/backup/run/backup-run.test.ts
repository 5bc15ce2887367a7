import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { getEventListeners, once } from "node:events";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Client } from "pg";
import { findBackup } from "../list/find-backup";
import { timeOfId } from "../format/point-time";
import { restoreBackup } from "../restore/restore";
import { createFreshProject } from "../restore/test-support/rich-database";
import { latestPointerKey, objectsOf, type Manifest } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import type { BackupResult } from "./backup-run";
import type { BackupOrder } from "./test-support/backup-process";
import { canary, startTestProject, type TestProject } from "./test-support/project";

let project: TestProject;
let admin: Client;
let made: BackupResult;
let manifest: Manifest;

beforeAll(async () => {
  project = await startTestProject();
  admin = await project.cluster.connect("project");
  made = await project.backup({ partBytes: 40_000 });
  manifest = (await project.manifest(made.folder)) as Manifest;
}, 120_000);
afterAll(async () => {
  await admin.end();
  await project.stop();
});

async function rowsOf(schema: string, table: string, of = { made, manifest }): Promise<string[]> {
  const parts = of.manifest.rows.filter((part) => part.schema === schema && part.table === table);
  const texts = await Promise.all(parts.map(({ name }) => project.plain(of.made.folder, name)));
  return Buffer.concat(texts).toString("utf8").split("\n").slice(0, -1);
}

test("every object is as the manifest says, and nothing else lies in the folder", async () => {
  const found: string[] = [];
  for await (const { key } of project.store.list(made.folder)) found.push(key.slice(made.folder.length));
  expect(found.sort()).toEqual([...objectsOf(manifest).map(({ name }) => name), "manifest.json"].sort());
  for (const { name, bytes, sha256, plainBytes } of objectsOf(manifest)) {
    const stored = (await project.store.get(`${made.folder}${name}`))?.body as Buffer;
    expect([stored.length, createHash("sha256").update(stored).digest("hex")]).toEqual([bytes, sha256]);
    expect((await project.plain(made.folder, name)).length).toBe(plainBytes);
  }
});

test("the rows of every table, counted by the server, are those of the database", async () => {
  const expected: Record<string, number> = {};
  const { rows } = await admin.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'vault')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e' and d.classid = 'pg_class'::regclass)`);
  for (const { schema, name } of rows) {
    const { rows: counted } = await admin.query<{ n: string }>(`select count(*) as n from only ${admin.escapeIdentifier(schema)}.${admin.escapeIdentifier(name)}`);
    expected[relationKey(schema, name)] = Number(counted[0]?.n);
  }
  expect(manifest.tables).toEqual(expected);
  expect(Object.keys(expected)).toEqual(expect.arrayContaining(["auth.users", "storage.objects", "supabase_migrations.schema_migrations", "warehouse.movements_2025", "warehouse.no_columns", 'warehouse.Strange "name"; drop']));
  expect(manifest.tables["warehouse.no_columns"]).toBe(1);
});

test("a table that was divided by blocks has each row once, without its generated columns", async () => {
  const parts = manifest.rows.filter(({ table }) => table === "movements_2025");
  expect(parts.length).toBeGreaterThan(2);
  expect(parts[0]?.columns).toEqual(["id", "at", "state", "amount", "payload", "note", "tags"]);
  const { rows } = await admin.query<{ id: string }>("select id from warehouse.movements_2025 order by id");
  const ids = (await rowsOf("warehouse", "movements_2025")).map((line) => Number(line.split("\t")[0])).sort((one, other) => one - other);
  expect(ids).toEqual(rows.map(({ id }) => Number(id)));
});

test("the dumps are PostgreSQL's own and hold the rest: definitions, sequences, large objects; not the rows, nor the vault's secrets", async () => {
  const directory = mkdtempSync(join(tmpdir(), "chisan-dump-"));
  const read = async (name: string, ...args: string[]): Promise<string> => {
    const file = join(directory, "dump");
    writeFileSync(file, await project.plain(made.folder, name));
    const { status, stdout } = spawnSync(join(project.cluster.binaries, "pg_restore"), [...args, file], { encoding: "utf8", maxBuffer: 1 << 26 });
    expect(status).toBe(0);
    return stdout;
  };
  try {
    const schema = await read("schema.dump.zst.age", "--file=-");
    for (const text of ["CREATE TABLE warehouse.movements", "CREATE POLICY reports_read", "ADD CONSTRAINT no_overlap", "CREATE MATERIALIZED VIEW warehouse.summary", "CREATE TABLE auth.users"]) expect(schema).toContain(text);
    const rest = await read("rest.dump.zst.age", "--file=-");
    expect(rest).toContain("pg_catalog.setval('warehouse.tickets', 8, true)");
    expect(rest).toContain("lo_open('70001'");
    expect(rest).not.toMatch(/^COPY /m);
    expect(rest).not.toContain("not a real one");
    expect(await read("rest.dump.zst.age", "--list")).not.toContain("TABLE DATA");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("roles without passwords; the SQL makes a missing role and can run again", async () => {
  const roles = (await project.plain(made.folder, "roles.sql.zst.age")).toString("utf8");
  expect(roles).toMatch(/create role "chisan_reports"/);
  expect(roles).toMatch(/create role "chisan_metrics"/);
  expect(roles).toMatch(/alter role "chisan_reports" set "statement_timeout" to ''7s''/);
  expect(roles).toMatch(/grant "pg_(monitor|read_all_stats)" to "postgres"/);
  expect(roles).toMatch(/set "search_path" to ''\$user'', ''public'', ''extensions''/);
  expect(roles).not.toMatch(/password '|supabase_admin"/i);
  await admin.query("begin");
  await admin.query("drop owned by chisan_reports; drop role chisan_reports");
  await admin.query(roles);
  await admin.query(roles);
  const { rows } = await admin.query("select rolconfig, rolcanlogin from pg_roles where rolname = 'chisan_reports'");
  await admin.query("rollback");
  expect(rows).toEqual([{ rolconfig: ["statement_timeout=7s"], rolcanlogin: false }]);
});

test("the manifest's account of the database", () => {
  expect(manifest).toMatchObject({ kind: "manual", stack: "staging", database: { name: "project", largeObjects: 2, migrationHead: "20260106000000" } });
  expect(manifest.database.sequences).toMatchObject({ "warehouse.tickets": "11", "warehouse.untouched": "42" });
  expect(manifest.database.extensions.map(({ name }) => name)).toContain("citext");
  expect(Math.abs(manifest.clockSkewSeconds)).toBeLessThan(30);
  expect(made.notes.join()).toContain("vault.secrets");
});

test("nothing of it says the password or the private key", async () => {
  const { body } = (await project.store.get(`${made.folder}manifest.json`)) as { body: Buffer };
  expect(body.toString()).not.toMatch(new RegExp(`${canary}|AGE-SECRET|${project.bucket.writer.secretAccessKey}`));
  await expect(project.backup({ secretAccessKey: canary.repeat(3) })).rejects.toThrow(/^CHI-A010 (?!.*canary)/);
  const connections = { databaseUrl: () => Promise.resolve(project.url.replace(canary, `${canary}x`)), backups: () => Promise.resolve({ endpoint: project.bucket.url, bucket: project.bucket.bucket, ...project.bucket.writer }), backupRecipients: () => Promise.resolve(manifest.recipients) };
  await expect(project.backup({ connections })).rejects.toThrow(/^CHI-A030 (?!.*canary)/);
});

test("transfers between accounts that go on meanwhile: the parts hold one moment", async () => {
  await admin.query(`create table public.accounts (id integer primary key, balance bigint not null, padding text default repeat('x', 300));
    insert into public.accounts (id, balance) select i, 1000 from generate_series(1, 4000) as i`);
  const transferring = await project.cluster.connect("project");
  let going = true;
  let transfers = 0;
  const writer = (async () => {
    while (going) {
      const [from, to, amount] = [1, 1, 1].map((_, at) => 1 + Math.floor(Math.random() * (at === 2 ? 500 : 4000)));
      await transferring.query(`update public.accounts set balance = balance + case when id = ${from} then -${amount} else ${amount} end where id in (${from}, ${to}) and ${from} <> ${to}`);
      transfers += 1;
    }
  })();
  const during = await project.backup({ partBytes: 40_000 });
  going = false;
  await writer;
  await transferring.end();
  const rows = await rowsOf("public", "accounts", { made: during, manifest: during.manifest });
  expect(during.manifest.rows.filter(({ table }) => table === "accounts").length).toBeGreaterThan(10);
  expect(transfers).toBeGreaterThan(20);
  expect(new Set(rows.map((line) => line.split("\t")[0])).size).toBe(4000);
  expect(rows.reduce((sum, line) => sum + Number(line.split("\t")[1]), 0)).toBe(4_000_000);
  await admin.query("drop table public.accounts");

  await createFreshProject(project.cluster, "restored");
  const found = await findBackup(project.store, "staging", during.manifest.id, "manual");
  const report = await restoreBackup({ store: project.store, ...found, identity: project.identity, targetUrl: project.url.replace(/project$/, "restored"), targetName: "the restored one", mode: "project", connections: 2, enableJobs: false, onPhase: () => undefined, onBytes: () => undefined });
  expect(report.doubts).toEqual([]);
  const restored = await project.cluster.connect("restored");
  const { rows: sums } = await restored.query("select count(*)::int as accounts, count(distinct id)::int as ids, sum(balance)::int as money from public.accounts").finally(() => restored.end());
  expect(sums).toEqual([{ accounts: 4000, ids: 4000, money: 4_000_000 }]);
});

test.each([7200, -7200])("a machine whose clock is off by %d s: the backup is named by the database's, says so, and is the latest", async (offset) => {
  const order: BackupOrder = { url: project.url, bucket: { endpoint: project.bucket.url, bucket: project.bucket.bucket, ...project.bucket.writer }, recipient: manifest.recipients[0] ?? "" };
  const { folder, words, status } = await asProcess(order, { CHISAN_TEST_CLOCK_OFFSET: String(offset) });
  expect([words, status]).toEqual(["", 0]);
  const skewed = (await project.manifest(folder)) as Manifest;
  expect(Math.abs(skewed.clockSkewSeconds - offset)).toBeLessThan(60);
  const { rows } = await admin.query<{ seconds: number }>("select extract(epoch from clock_timestamp())::float8 as seconds");
  expect(Math.abs(timeOfId(skewed.id).getTime() / 1000 - (rows[0]?.seconds ?? 0))).toBeLessThan(120);
  expect((await findBackup(project.store, "staging", "latest", undefined)).manifest.id).toBe(skewed.id);
});

/** A backup in a process of its own. */
async function asProcess(order: BackupOrder, environment: NodeJS.ProcessEnv = {}): Promise<{ folder: string; words: string; status: unknown }> {
  const support = join(__dirname, "test-support");
  const clock = "CHISAN_TEST_CLOCK_OFFSET" in environment ? ["--require", join(support, "shifted-clock.ts")] : [];
  const child = spawn(process.execPath, ["--require", "tsx/cjs", ...clock, join(support, "backup-process.ts")], { env: { ...process.env, ...environment } });
  child.stdin.end(JSON.stringify(order));
  const [folder, words, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { folder: folder.trim(), words, status: status as unknown };
}

test("a second run at once is refused, with who and since when; the first goes on", async () => {
  let second: Promise<unknown> | undefined;
  const first = await project.backup({
    onSnapshot: () => {
      second = project.backup().then(() => undefined, (error: Error) => error.message);
    },
  });
  expect(await second).toMatch(/^CHI-A031 a backup of postgres@127\.0\.0\.1:\d+\/project is already running: chisan backup run, process \d+ .*, since \d{4}-\d\d-\d\d .* UTC/);
  expect(await project.manifest(first.folder)).toBeDefined();
});

test("as many jobs and parts as anybody asks for wait for the run's end without a warning of Node's, and none is left waiting", async () => {
  const ending = new AbortController();
  const order: BackupOrder = { url: project.url, bucket: { endpoint: project.bucket.url, bucket: project.bucket.bucket, ...project.bucket.writer }, recipient: manifest.recipients[0] ?? "", jobs: 8, partBytes: 10_000 };
  const { folder, words, status } = await asProcess(order);
  expect([words, status]).toEqual(["", 0]);
  const many = await project.manifest(folder);
  // More than may wait at once: were one left by each part, Node would have warned.
  expect(many?.rows.length).toBeGreaterThan(66);
  await project.backup({ signal: ending.signal });
  expect(getEventListeners(ending.signal, "abort")).toEqual([]);
});

test("latest.json names the newest, and never goes back in time", async () => {
  const latest = async () => JSON.parse(String((await project.store.get(latestPointerKey))?.body)) as { id: string; kind: string; manifestSha256: string };
  const newest = await project.backup({ kind: "daily" });
  const body = (await project.store.get(`${newest.folder}manifest.json`))?.body as Buffer;
  expect(await latest()).toEqual({ kind: "daily", id: newest.manifest.id, manifestSha256: createHash("sha256").update(body).digest("hex") });
  // Of a run on a machine whose clock is a little ahead.
  const soon = new Date(Date.now() + 600_000).toISOString().replace(/[-:]|\.\d+/g, "");
  const newer = { kind: "daily", id: soon, manifestSha256: "0".repeat(64) };
  await project.store.put(latestPointerKey, JSON.stringify(newer));
  expect((await project.backup()).isLatest).toBe(false);
  expect(await latest()).toEqual(newer);
  // No run made this.
  await project.store.put(latestPointerKey, JSON.stringify({ ...newer, id: "29990101T000000Z" }));
  expect((await project.backup()).isLatest).toBe(true);
  await project.store.put(latestPointerKey, "{ half");
  expect((await project.backup()).isLatest).toBe(true);
});

test("a table of ours that the role cannot read stops the backup before anything is written", async () => {
  await admin.query("revoke pg_read_all_data from postgres; create table public.hidden (id integer); revoke all on public.hidden from postgres, anon, authenticated, service_role");
  await expect(project.backup()).rejects.toThrow(/^CHI-A032 .*"public"\."hidden"/);
  await admin.query("grant pg_read_all_data to postgres; drop table public.hidden");
});

test("a table of the vendor's that nobody may read is left out and named", async () => {
  await admin.query("revoke pg_read_all_data from postgres; create schema realtime; create table realtime.private (id integer); create sequence realtime.counter");
  const { notes, manifest: without } = await project.backup();
  expect(notes.join()).toContain("realtime.private");
  expect(Object.keys(without.tables)).not.toContain("realtime.private");
  await admin.query("grant pg_read_all_data to postgres; drop schema realtime cascade");
});
