import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { appliedMigrations, applyMigrations, rollbackMigrations } from "./apply";
import type { Migration } from "./migrations";
import { applyDatabaseOutline, applyRoleOutline } from "./outline";
import { startOutlineDatabase, schemaFingerprint, type TestDatabase } from "./test-support/database";

jest.setTimeout(120_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await startOutlineDatabase();
});
afterAll(() => database.stop());
afterEach(() => rollbackMigrations(database.owner, database.migrations, undefined));

/** A migration that exists in this test only. */
function invented(version: string, statements: string[], rollback: string[] = []): Migration {
  return { version, name: "invented", statements, rollback: { name: "invented", statements: rollback } };
}

test("each migration is undone by its rollback alone, and comes back the same", async () => {
  const { owner, migrations } = database;
  const before = [await schemaFingerprint(database)];
  for (const [index, { version }] of migrations.entries()) {
    const previous = migrations[index - 1]?.version;
    await applyMigrations(owner, migrations, version);
    const applied = await schemaFingerprint(database);
    expect(applied).not.toBe(before.at(-1));
    await rollbackMigrations(owner, migrations, previous);
    expect(await schemaFingerprint(database)).toBe(before.at(-1));
    await applyMigrations(owner, migrations, version);
    expect(await schemaFingerprint(database)).toBe(applied);
    before.push(applied);
  }
});

test("all applied and all rolled back leave the schema of an empty project", async () => {
  const { owner, migrations } = database;
  const empty = await schemaFingerprint(database);
  const applied = await applyMigrations(owner, migrations);
  expect(applied.map((migration) => migration.version)).toEqual(migrations.map((migration) => migration.version));
  const full = await schemaFingerprint(database);
  expect(await applyMigrations(owner, migrations)).toEqual([]);

  const undone = await rollbackMigrations(owner, migrations, undefined);
  expect(undone.map((migration) => migration.version)).toEqual(migrations.map((migration) => migration.version).reverse());
  expect(await schemaFingerprint(database)).toBe(empty);

  await applyMigrations(owner, migrations);
  expect(await schemaFingerprint(database)).toBe(full);
});

test("a rollback runs from psql too, as docs/database.md says", async () => {
  const { cluster, owner, migrations, name } = database;
  await applyMigrations(owner, migrations, migrations.at(-2)?.version);
  const before = await schemaFingerprint(database);
  await applyMigrations(owner, migrations);
  const { version, rollback } = migrations[migrations.length - 1]!;
  const psql = spawnSync(
    join(cluster.binaries, "psql"),
    [
      `host=${cluster.socketDirectory} port=${cluster.port} user=postgres dbname=${name}`,
      ...["--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1"],
      ...["-f", join(__dirname, "rollbacks", `${version}_${rollback.name}.sql`)],
      ...["-c", `delete from supabase_migrations.schema_migrations where version = '${version}'`],
    ],
    { encoding: "utf8" },
  );
  expect(psql.stderr).toBe("");
  expect(await schemaFingerprint(database)).toBe(before);
  expect((await appliedMigrations(owner)).map((row) => row.version)).toEqual(migrations.slice(0, -1).map((migration) => migration.version));
});

test("the history has version, name and statements, as the Supabase CLI writes them", async () => {
  const { owner, migrations } = database;
  await applyMigrations(owner, migrations);
  const { rows } = await owner.query("select version, name, statements from supabase_migrations.schema_migrations order by version");
  expect(rows).toEqual(migrations.map(({ version, name, statements }) => ({ version, name, statements })));
});

test("a database that has no history table yet gets one", async () => {
  const { owner, admin, migrations } = database;
  await admin.query("alter schema supabase_migrations rename to set_aside");
  try {
    expect(await appliedMigrations(owner)).toEqual([]);
    await applyMigrations(owner, migrations, migrations[0]?.version);
    expect(await appliedMigrations(owner)).toEqual([{ version: migrations[0]?.version, name: migrations[0]?.name }]);
    await rollbackMigrations(owner, migrations, undefined);
  } finally {
    await admin.query("drop schema if exists supabase_migrations cascade");
    await admin.query("alter schema set_aside rename to supabase_migrations");
  }
});

test("a second database of the same cluster has a history and a schema of its own", async () => {
  const { cluster, admin, owner, migrations } = database;
  await applyRoleOutline(admin);
  await admin.query("create database second owner postgres");
  const [secondAdmin, secondOwner] = await Promise.all([cluster.connect("second"), cluster.connect("second", "postgres")]);
  try {
    await applyDatabaseOutline(secondAdmin);
    await Promise.all([applyMigrations(owner, migrations), applyMigrations(secondOwner, migrations)]);
    await rollbackMigrations(secondOwner, migrations, undefined);
    expect(await appliedMigrations(owner)).toHaveLength(migrations.length);
  } finally {
    await Promise.all([secondAdmin.end(), secondOwner.end()]);
    await admin.query("drop database second");
  }
});

test("a failing statement is named, its migration leaves nothing, earlier ones stay", async () => {
  const { owner } = database;
  const bad = [
    invented("20300101000000", ["create table public.first (id integer)"], ["drop table public.first"]),
    invented("20300101000001", ["create table public.second (id integer)", "select 1 / 0"], ["drop table public.second"]),
  ];
  const run = applyMigrations(owner, bad);
  await expect(run).rejects.toThrow("CHI-M105 migrations/20300101000001_invented.sql: statement 2 of 2 failed: division by zero");
  expect(await appliedMigrations(owner)).toEqual([{ version: "20300101000000", name: "invented" }]);
  const { rows } = await owner.query(
    "select to_regclass('public.first') is not null as first, to_regclass('public.second') is not null as second",
  );
  expect(rows).toEqual([{ first: true, second: false }]);
  await rollbackMigrations(owner, bad, undefined);
});

test("a failing rollback keeps its migration and the history of it", async () => {
  const { owner } = database;
  const version = "20300101000000";
  const bad = invented(version, ["create table public.first (id integer)"], ["drop table public.first", "drop table public.absent"]);
  await applyMigrations(owner, [bad]);
  await expect(rollbackMigrations(owner, [bad], undefined)).rejects.toThrow(
    "CHI-M105 rollbacks/20300101000000_invented.sql: statement 2 of 2",
  );
  expect(await appliedMigrations(owner)).toHaveLength(1);
  await rollbackMigrations(owner, [invented(version, [], ["drop table public.first"])], undefined);
});

test("history and files that disagree, a late migration and an unknown target are refused", async () => {
  const { owner, migrations } = database;
  await applyMigrations(owner, migrations, migrations[2]?.version);
  const without = (index: number) => migrations.filter((_, at) => at !== index);
  await expect(applyMigrations(owner, without(1))).rejects.toThrow(/CHI-M101 .*20251231000001/);
  await expect(rollbackMigrations(owner, without(1), undefined)).rejects.toThrow("CHI-M101");
  await expect(applyMigrations(owner, [invented("20000101000000", []), ...migrations])).rejects.toThrow(
    /CHI-M102 20000101000000_invented .*20251231000002/,
  );
  await expect(applyMigrations(owner, migrations, "20990101000000")).rejects.toThrow(/CHI-M104 .*20990101000000/);
});

test("a second run at the same time is refused, and the lock is given back after success and failure", async () => {
  const { owner, admin, migrations } = database;
  await applyMigrations(owner, migrations, migrations[0]?.version, {
    onStep: () => expect(applyMigrations(admin, migrations)).rejects.toThrow("CHI-M103"),
  });
  await expect(applyMigrations(owner, [])).rejects.toThrow("CHI-M101");
  const { rows } = await owner.query("select count(*)::int as locks from pg_locks where locktype = 'advisory'");
  expect(rows).toEqual([{ locks: 0 }]);
});
