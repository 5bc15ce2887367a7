import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Client } from "pg";
import { startPostgres, type PostgresCluster } from "../../../supabase/test-support/postgres";
import { catalogueLines } from "../../backup/catalogue/catalogue";
import { fence, fenceInWords, unfence } from "./fence";

jest.setTimeout(120_000);

let cluster: PostgresCluster;
let url: string;

/** As at the vendor: `owner_role` owns the database and our tables and is no superuser; auth's tables are another's. */
beforeAll(async () => {
  cluster = await startPostgres();
  const superuser = await cluster.connect();
  await superuser.query("create role owner_role login password 'owner' in role pg_signal_backend, pg_monitor; create role app login; create role auth_admin login; create role writer login");
  await superuser.query("create database old_side owner owner_role; ");
  await superuser.end();
  const admin = await cluster.connect("old_side");
  await admin.query(`
    create schema auth authorization auth_admin; grant usage on schema auth to owner_role;
    create table auth.users (id int primary key, name text); alter table auth.users owner to auth_admin; grant all on auth.users to owner_role;
    create table auth.flow_state (id int); alter table auth.flow_state owner to auth_admin;
    create schema net; create table net.http_request_queue (id int); alter table net.http_request_queue owner to auth_admin;
    grant create on schema public to owner_role;
    set role owner_role;
    create table orders (id int primary key, note text);
    create table "Order ""lines"" of us" (id int, "order" int references orders on delete cascade);
    create table events (at date, what text) partition by range (at);
    create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
    create view open_orders as select * from orders;
    insert into orders values (1, 'first'); insert into events values ('2026-11-23', 'one');
    create function private_write() returns void language sql security definer as 'insert into public.orders values (99, null)';
    grant all on all tables in schema public to app;
    reset role;
    insert into auth.users values (1, 'a person')`);
  await admin.end();
  url = `postgresql://owner_role:owner@127.0.0.1:${cluster.port}/old_side?sslmode=disable`;
});
afterAll(() => cluster.stop());

/** Does it in a transaction that asks to write, whatever the default is. */
async function tried(user: string, statement: string, before = ""): Promise<string> {
  const client = await cluster.connect("old_side", user);
  try {
    await client.query(`${before}; begin read write`);
    await client.query(statement);
    return "succeeded";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.query("rollback").catch(() => undefined);
    await client.end();
  }
}

const writes = [
  "insert into orders values (2, 'second')",
  "update orders set note = 'changed'",
  "update orders set note = 'changed' where false",
  "delete from orders",
  "insert into orders values (1, 'x') on conflict (id) do update set note = 'changed'",
  "merge into orders using (values (1)) as v (id) on orders.id = v.id when matched then update set note = 'changed'",
  "truncate orders cascade",
  'insert into "Order ""lines"" of us" values (1, 1)',
  "insert into events values ('2026-11-24', 'two')",
  "insert into events_2026 values ('2026-11-24', 'two')",
  "insert into open_orders values (3, 'through a view')",
  "select private_write()",
];

async function catalogue(database = "old_side"): Promise<string[]> {
  const client: Client = await cluster.connect(database);
  try {
    await client.query("begin");
    return [...(await catalogueLines(client))].sort();
  } finally {
    await client.end();
  }
}

test("who begins a transaction with `read write` is refused by every table of ours, be it the owner or a superuser; and reads", async () => {
  const before = await catalogue();
  for (const statement of writes) expect([statement, await tried("owner_role", statement)]).toEqual([statement, "succeeded"]);

  const fenced = await fence(url, "prod's database");
  // public's four with the partition, auth.users; of net's and auth's others the role may make no trigger, and net's rows are none of ours.
  expect(fenced).toMatchObject({ before: false, guarded: 5, unguarded: ["auth.flow_state"] });
  expect(fenceInWords(fenced)).toMatch(/^\d sessions ended, 5 tables refuse every write; auth\.flow_state refuses all but who asks/);
  for (const user of ["app", "owner_role", "supabase_admin"]) {
    const allowed = writes.filter((statement) => user !== "app" || !statement.startsWith("truncate"));
    for (const statement of allowed) expect([user, statement, await tried(user, statement)]).toEqual([user, statement, "25006"]);
  }
  expect(await tried("supabase_admin", writes[0] as string, "set session_replication_role = replica")).toBe("25006");
  expect(await tried("auth_admin", "insert into auth.users values (2, 'another')")).toBe("25006");
  // What is told as unguarded is so: only the default protects it.
  expect(await tried("auth_admin", "insert into auth.flow_state values (1)")).toBe("succeeded");
  expect(await tried("app", "select count(*) from orders, events, open_orders")).toBe("succeeded");

  expect(await fence(url, "prod's database")).toMatchObject({ before: true, guarded: 5 });
  expect(await unfence(url, "prod's database")).toEqual({ before: true });
  expect(await catalogue()).toEqual(before);
  for (const statement of writes) expect([statement, await tried("owner_role", statement)]).toEqual([statement, "succeeded"]);
});

test("one who has written already and does not end is ended, and nothing of it stays", async () => {
  const old = await cluster.connect("old_side", "app");
  old.on("error", () => undefined);
  await fence(url, "prod's database");
  await unfence(url, "prod's database");
  await old.end();
  // Fenced by the setting alone, as by an earlier version; one writes by name.
  const owner = await cluster.connect("old_side", "owner_role");
  await owner.query("alter database old_side set default_transaction_read_only = on");
  await owner.end();
  const writer = await cluster.connect("old_side", "app");
  writer.on("error", () => undefined);
  await writer.query("begin read write");
  await writer.query("insert into orders values (50, 'in flight')");
  expect(await fence(url, "prod's database")).toMatchObject({ before: true, guarded: 5 });
  await expect(writer.query("commit")).rejects.toThrow();
  const reader = await cluster.connect("old_side", "app");
  expect((await reader.query("select count(*)::int as n from orders where id = 50")).rows).toEqual([{ n: 0 }]);
  await reader.end();
  await unfence(url, "prod's database");
});

test("a trigger that somebody switched off is switched on again", async () => {
  await fence(url, "prod's database");
  const owner = await cluster.connect("old_side", "owner_role");
  await owner.query("set default_transaction_read_only = off");
  await owner.query("alter table orders disable trigger chisan_fence");
  expect(await tried("app", writes[0] as string)).toBe("succeeded");
  await owner.end();
  await fence(url, "prod's database");
  expect(await tried("app", writes[0] as string)).toBe("25006");
  await unfence(url, "prod's database");
});

test("a backup of a fenced database, restored, can be written, and a fence there is a fence", async () => {
  await fence(url, "prod's database");
  const dump = execFileSync(join(cluster.binaries, "pg_dump"), ["--host", cluster.socketDirectory, "--port", String(cluster.port), "--username", "supabase_admin", "old_side"]);
  await unfence(url, "prod's database");
  const superuser = await cluster.connect();
  await superuser.query("create database restored owner owner_role");
  await superuser.end();
  execFileSync(join(cluster.binaries, "psql"), ["--host", cluster.socketDirectory, "--port", String(cluster.port), "--username", "supabase_admin", "--quiet", "--set", "ON_ERROR_STOP=1", "restored"], { input: dump, stdio: ["pipe", "ignore", "pipe"] });
  const there = `postgresql://owner_role:owner@127.0.0.1:${cluster.port}/restored?sslmode=disable`;
  const app = await cluster.connect("restored", "app");
  app.on("error", () => undefined);
  await app.query("insert into orders values (70, 'after the restore')");
  expect(await unfence(there, "prod's database")).toEqual({ before: false });
  expect((await catalogue("restored")).filter((line) => line.includes("chisan_fence"))).toEqual([]);
  await fence(there, "prod's database");
  await expect(app.query("insert into orders values (71, 'after its fence')")).rejects.toThrow();
  await app.end().catch(() => undefined);
});
