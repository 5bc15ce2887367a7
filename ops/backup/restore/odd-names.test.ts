/** Schemas, owners and tables whose names hold spaces, quotes, line breaks and words of `pg_restore` itself are restored like others. */
import { startPostgres, type PostgresCluster } from "../../../supabase/test-support/postgres";
import { relationKey } from "../format/relation-key";
import { verifyBackup } from "../verify/verify-backup";
import { type RestoreInput, restoreBackup } from "./restore";
import { rowsDump, schemaDump } from "./test-support/independent-dump";
import { MemoryStore } from "./test-support/memory-store";
import { createOddProject, oddNames, oddRestTables, oddRoles, oddRolesSql } from "./test-support/odd-database";
import { createFreshProject, startProjectCluster } from "./test-support/rich-database";
import { type WrittenBackup, writeBackup } from "./test-support/write-backup";

jest.setTimeout(300_000);

let source: PostgresCluster;
let target: PostgresCluster;
let backup: WrittenBackup;
const store = new MemoryStore();
const canary = "canary-0dd1";

beforeAll(async () => {
  [source, target] = await Promise.all([startProjectCluster(), startProjectCluster()]);
  await createOddProject(source, "source");
  const admin = await target.connect();
  await admin.query(`alter role postgres password '${canary}'`);
  await admin.end();
  backup = await writeBackup({ cluster: source, database: "source", store, id: "20261123T030000Z", roles: oddRolesSql, inRest: oddRestTables });
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

function inputFor(database: string): RestoreInput {
  const targetUrl = `postgresql://postgres:${canary}@127.0.0.1:${target.port}/${database}`;
  return { store, ...backup, targetUrl, targetName: "the test's target", mode: "project", connections: 2, enableJobs: false, onPhase: () => undefined, onBytes: () => undefined };
}

test("the manifest has the sequences of every schema, and the rest its tables: what follows is not about nothing", () => {
  for (const [index, name] of oddNames.entries()) {
    expect(backup.manifest.database.sequences).toMatchObject({ [relationKey(name, "alone")]: String(5 + index) });
    expect(backup.manifest.rows.filter(({ schema }) => schema === name).map(({ table }) => table)).toEqual([name]);
  }
  expect(backup.manifest.database.sequences).toMatchObject({ 'dotted."schema.alone"': "77", '"dotted.schema".alone': String(5 + oddNames.indexOf("dotted.schema")) });
  expect(backup.manifest.tables).toMatchObject({ 'dotted."schema.dotted.schema"': 3, '"dotted.schema"."dotted.schema"': 30 + oddNames.indexOf("dotted.schema") });
});

test("restored into a fresh project, with their owners, rows and the values of their sequences", async () => {
  await createFreshProject(target, "target");
  const report = await restoreBackup(inputFor("target"));
  expect(report.doubts).toEqual([]);
  expect(report.leftOut.filter(({ missed }) => missed)).toEqual([]);
  expect(schemaDump(target, "target")).toEqual(schemaDump(source, "source"));
  expect(rowsDump(target, "target")).toEqual(rowsDump(source, "source"));
  const admin = await target.connect("target");
  try {
    const { rows } = await admin.query<{ schema: string; owner: string }>("select n.nspname as schema, pg_get_userbyid(c.relowner) as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'alone'");
    expect(new Map(rows.map(({ schema, owner }) => [schema, owner]))).toEqual(new Map(oddNames.map((name, index) => [name, oddRoles[index]])));
  } finally {
    await admin.end();
  }
});

test("webhooks on tables and under names of any kind are restored switched off", async () => {
  const platform = "create schema supabase_functions; create function supabase_functions.http_request() returns trigger language plpgsql as $$ begin return new; end $$; grant usage on schema supabase_functions to postgres;";
  await createFreshProject(source, "hooked");
  await createFreshProject(target, "hooked");
  for (const cluster of [source, target]) {
    const vendor = await cluster.connect("hooked");
    await vendor.query(platform).finally(() => vendor.end());
  }
  const owner = await source.connect("hooked", "postgres");
  try {
    for (const name of [...oddNames, "x DISABLE TRIGGER y", "a ON b.c d"]) {
      const odd = owner.escapeIdentifier(name);
      await owner.query(`create schema ${odd}; create table ${odd}.${odd} (${odd} integer); create trigger ${odd} after update of ${odd} on ${odd}.${odd} for each row execute function supabase_functions.http_request('https://example.invalid')`);
    }
  } finally {
    await owner.end();
  }
  const hooked = await writeBackup({ cluster: source, database: "hooked", store, id: "20261123T050000Z" });
  const { doubts } = await restoreBackup({ ...inputFor("hooked"), ...hooked });
  expect(doubts).toEqual([]);
  const vendor = await target.connect("hooked");
  const { rows } = await vendor.query<{ enabled: string }>("select tgenabled as enabled from pg_trigger where not tgisinternal and tgfoid = 'supabase_functions.http_request'::regproc").finally(() => vendor.end());
  expect(rows.map(({ enabled }) => enabled)).toEqual(Array(oddNames.length + 2).fill("D"));
});

test("owners that the target's role may not give are no doubt about the rest, and are named as missed", async () => {
  await createFreshProject(target, "without_roles");
  const admin = await target.connect();
  try {
    for (const role of oddRoles) await admin.query(`revoke ${admin.escapeIdentifier(role)} from postgres`);
  } finally {
    await admin.end();
  }
  const withoutRoles = await writeBackup({ cluster: source, database: "source", store, id: "20261123T040000Z" });
  const report = await restoreBackup({ ...inputFor("without_roles"), ...withoutRoles });
  expect(report.doubts).toEqual([]);
  for (const [index, name] of oddNames.entries()) {
    expect(report.leftOut).toContainEqual({ what: `owner of table ${name}.${name}`, why: `the role that restores is no member of ${oddRoles[index]}: grant it, and give the object by hand (alter … owner to …)`, missed: true });
  }
});

test("verified by restore on a plain server", async () => {
  const plain = await startPostgres();
  try {
    const admin = await plain.connect();
    await admin.query(`create role tester login createdb createrole password '${canary}'`);
    await admin.query("create database tests owner tester");
    await admin.end();
    const scratchUrl = `postgresql://tester:${canary}@127.0.0.1:${plain.port}/tests`;
    const result = await verifyBackup({ store, ...backup, depth: "restore", scratchUrl, connections: 2, binaries: plain.binaries, onBytes: () => undefined, onPhase: () => undefined });
    expect(result.doubts).toEqual([]);
    expect(result.rows).toBe(Object.values(backup.manifest.tables).reduce((sum, count) => sum + count, 0));
  } finally {
    await plain.stop();
  }
});
