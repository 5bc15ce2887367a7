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

describe("the actor of a change that the API makes as the project's owner", () => {
  const insert = "insert into public.warehouses (code, name, city) values ('OWN-01', 'Owner', 'Seoul')";
  /** The actor recorded in a transaction with these settings, which is rolled back. */
  async function actorWith(settings: Record<string, string>, local = true): Promise<unknown> {
    const { owner } = database;
    await owner.query("begin");
    try {
      for (const [name, value] of Object.entries(settings)) {
        await owner.query("select set_config($1, $2, $3)", [name, value, local]);
      }
      await owner.query(insert);
      const { rows } = await owner.query<{ actor_id: string | null }>(
        "select actor_id from public.audit_log where new_row ->> 'code' = 'OWN-01'",
      );
      return rows.map((row) => row.actor_id);
    } finally {
      await owner.query("rollback");
    }
  }
  const claims = (sub?: string) => JSON.stringify({ role: "authenticated", ...(sub !== undefined && { sub }) });

  test("is what it says in app.actor_id", async () => {
    expect(await actorWith({ "app.actor_id": idOf("operator") })).toEqual([idOf("operator")]);
  });

  test("is the subject of the request's token where there is one: a setting cannot speak for another", async () => {
    expect(await actorWith({ "app.actor_id": idOf("admin"), "request.jwt.claims": claims(idOf("viewer")) })).toEqual([idOf("viewer")]);
    expect(await actorWith({ "app.actor_id": idOf("admin"), "request.jwt.claims": claims() })).toEqual([idOf("admin")]);
  });

  test("is null without either, and the next transaction of the connection does not inherit it", async () => {
    const { owner } = database;
    await owner.query("begin");
    await owner.query("select set_config('app.actor_id', $1, true)", [idOf("operator")]);
    await owner.query("commit");
    expect(await actorWith({})).toEqual([null]);
    expect(await actorWith({ "app.actor_id": "" })).toEqual([null]);
  });

  test("that is no UUID fails the change instead of losing who made it", async () => {
    await expect(actorWith({ "app.actor_id": "somebody" })).rejects.toThrow(/^CHI-M205 app\.actor_id is "somebody"/);
  });
});

test("the sign-up domains are audited: a row more, less or other, and emptying the table", async () => {
  const { owner } = database;
  await owner.query("begin");
  await owner.query("select set_config('app.actor_id', $1, true)", [idOf("admin")]);
  await owner.query("insert into private.signup_domains values ('partner.example')");
  await owner.query("update private.signup_domains set domain = '*' where domain = 'partner.example'");
  await owner.query("delete from private.signup_domains where domain = '*'");
  await owner.query("truncate private.signup_domains");
  const { rows } = await owner.query(
    "select action, row_key ->> 'domain' as key, old_row ->> 'domain' as before, new_row ->> 'domain' as after, actor_id from public.audit_log where table_name = 'signup_domains' order by id",
  );
  await owner.query("rollback");
  const actor_id = idOf("admin");
  expect(rows).toEqual([
    { action: "INSERT", key: "partner.example", before: null, after: "partner.example", actor_id },
    { action: "UPDATE", key: "*", before: "partner.example", after: "*", actor_id },
    { action: "DELETE", key: "*", before: "*", after: null, actor_id },
    { action: "TRUNCATE", key: null, before: null, after: null, actor_id },
  ]);
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

describe.each(["owner", "admin"] as const)("a statement of the %s of the database does not change entries", (who) => {
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

test("the limit, as docs/database.md states it: the owner can take the protection off, then erase; nobody else can", async () => {
  const { owner } = database;
  const disable = "alter table public.audit_log disable trigger refuse_change";
  for (const actor of ["admin", "service"] as const) {
    await expect(speakAs(authenticator, actor, disable)).rejects.toMatchObject({ code: "42501" });
  }
  await owner.query("begin");
  await owner.query(disable);
  const { rowCount } = await owner.query("delete from public.audit_log");
  await owner.query("rollback");
  expect(rowCount).toBeGreaterThan(0);
});
