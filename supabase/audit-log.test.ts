import type { Client } from "pg";
import { createAccounts, idOf, speakAs } from "./test-support/actors";
import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
let authenticator: Client;
beforeAll(async () => {
  database = await startMigratedDatabase();
  await createAccounts(database.owner);
  authenticator = await database.cluster.connect(database.name, "authenticator");
}, 60_000);
afterAll(async () => {
  await authenticator.end();
  await database.stop();
});

const refused = /CHI-M201 audit_log is append-only/;

test("a change is recorded with who, what, and the row before and after", async () => {
  const { owner } = database;
  const { rows: created } = await owner.query<{ id: string }>(
    "insert into public.warehouses (code, name, city) values ('AUD-01', 'Before', 'Seoul') returning id",
  );
  const id = created[0]?.id;
  await owner.query("update public.warehouses set name = 'After' where code = 'AUD-01'");
  await owner.query("delete from public.warehouses where code = 'AUD-01'");
  const { rows } = await owner.query(
    "select action, table_name, row_key, old_row ->> 'name' as before, new_row ->> 'name' as after, actor_id, actor_role from public.audit_log where row_key ->> 'id' = $1 order by id",
    [id],
  );
  const common = { table_name: "warehouses", row_key: { id }, actor_id: null, actor_role: "postgres" };
  expect(rows).toEqual([
    { ...common, action: "INSERT", before: null, after: "Before" },
    { ...common, action: "UPDATE", before: "Before", after: "After" },
    { ...common, action: "DELETE", before: "After", after: null },
  ]);
});

test("a key of several columns is recorded whole", async () => {
  const { rows } = await database.owner.query(
    "select row_key from public.audit_log where table_name = 'user_roles' and new_row ->> 'role' = 'operator'",
  );
  expect(rows).toEqual([{ row_key: { user_id: idOf("operator"), role: "operator" } }]);
});

test("a change through the API carries the signed-in user and the role of the request", async () => {
  const insert = "insert into public.warehouses (code, name, city) values ('API-01', 'Api', 'Seoul')";
  // The entry is read in the same statement's transaction, which is rolled back: a trigger of the test's own would not see it later.
  await authenticator.query("begin");
  await authenticator.query("select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)", [
    JSON.stringify({ role: "authenticated", sub: idOf("manager") }),
  ]);
  await authenticator.query(insert);
  await authenticator.query("select set_config('request.jwt.claims', $1, true)", [
    JSON.stringify({ role: "authenticated", sub: idOf("admin") }),
  ]);
  const { rows } = await authenticator.query("select actor_id, actor_role from public.audit_log where new_row ->> 'code' = 'API-01'");
  await authenticator.query("rollback");
  expect(rows).toEqual([{ actor_id: idOf("manager"), actor_role: "authenticated" }]);
});

test("a change that is rolled back leaves no entry, a refused one neither", async () => {
  const count = async () =>
    (await database.owner.query<{ entries: string }>("select count(*) as entries from public.audit_log")).rows[0]?.entries;
  const before = await count();
  await speakAs(authenticator, "manager", "insert into public.warehouses (code, name, city) values ('GON-01', 'Gone', 'Seoul')");
  await expect(
    speakAs(authenticator, "viewer", "insert into public.warehouses (code, name, city) values ('GON-01', 'Gone', 'Seoul')"),
  ).rejects.toMatchObject({ code: "42501" });
  expect(await count()).toBe(before);
});

test("emptying a table is recorded", async () => {
  await database.owner.query("begin");
  await database.owner.query("truncate public.order_lines");
  const { rows } = await database.owner.query("select action, row_key, old_row from public.audit_log where table_name = 'order_lines'");
  await database.owner.query("rollback");
  expect(rows).toEqual([{ action: "TRUNCATE", row_key: null, old_row: null }]);
});

describe.each(["owner", "admin"] as const)("entries cannot be changed by the %s of the database", (who) => {
  test.each([
    ["update", "update public.audit_log set actor_role = 'nobody'"],
    ["update of no row", "update public.audit_log set actor_role = 'nobody' where false"],
    ["delete", "delete from public.audit_log"],
    ["truncate", "truncate public.audit_log"],
    ["truncate with others", "truncate public.audit_log, public.order_lines"],
    ["direct insert", "insert into public.audit_log (actor_role, action, table_name) values ('x', 'INSERT', 'x')"],
  ])("%s", async (_title, sql) => {
    await expect(database[who].query(sql)).rejects.toThrow(refused);
  });
});

test("a session that silences ordinary triggers still cannot change entries, and can load them, as a restore does", async () => {
  const { admin } = database;
  await admin.query("set session_replication_role = replica");
  try {
    for (const sql of ["update public.audit_log set actor_role = 'x'", "delete from public.audit_log", "truncate public.audit_log"]) {
      await expect(admin.query(sql)).rejects.toThrow(refused);
    }
    const { rowCount } = await admin.query(
      "insert into public.audit_log (occurred_at, actor_role, action, table_name) values ('2026-01-01', 'restored', 'INSERT', 'stocks')",
    );
    expect(rowCount).toBe(1);
  } finally {
    await admin.query("reset session_replication_role");
  }
});
