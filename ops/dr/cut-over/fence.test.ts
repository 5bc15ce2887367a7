import type { Client } from "pg";
import { startPostgres, type PostgresCluster } from "../../../supabase/test-support/postgres";
import { rolesSql } from "../../backup/run/roles";
import { askDatabase, fence, unfence } from "./fence";

const canary = "canary-password-of-the-old-side";
let cluster: PostgresCluster;
let admin: Client;

beforeAll(async () => {
  cluster = await startPostgres();
  const superuser = await cluster.connect();
  // As the vendor has it: the role that owns the database is no superuser.
  await superuser.query(`create role owner_role login password '${canary}' in role pg_signal_backend, pg_monitor`);
  await superuser.query(`create role app login password '${canary}'`);
  await superuser.query("create role stubborn login superuser");
  await superuser.query('create database "Old side" owner owner_role');
  await superuser.end();
  admin = await cluster.connect("Old side");
  await admin.query("create table orders (id int); grant all on orders to app, owner_role");
}, 120_000);
afterAll(async () => {
  await admin.end();
  await cluster.stop();
});

const urlOf = (role: string, password = canary) => `postgresql://${role}:${password}@127.0.0.1:${cluster.port}/Old%20side?sslmode=disable`;
const codeOf = (work: Promise<unknown>) => work.then(() => "succeeded", (error: { code?: string; message: string }) => error.code ?? error.message);

test("a client that writes cannot any more: neither with the session it had nor with a new one; and can again when the fence is gone", async () => {
  const old = await cluster.connect("Old side", "app");
  old.on("error", () => undefined);
  await old.query("begin");
  await old.query("insert into orders values (1)");

  expect(await askDatabase(urlOf("owner_role"))).toBe("writable");
  const first = await fence(urlOf("owner_role"), "prod's database");
  expect(first).toMatchObject({ before: false });
  expect(first.ended).toBeGreaterThanOrEqual(1);

  expect(await codeOf(old.query("commit"))).not.toBe("succeeded");
  const fresh = await cluster.connect("Old side", "app");
  expect(await codeOf(fresh.query("insert into orders values (2)"))).toBe("25006");
  await fresh.query("select count(*) from orders");
  await fresh.end();
  expect(await askDatabase(urlOf("owner_role"))).toBe("fenced");
  // Nothing of what was not committed, and nothing of the proof.
  expect((await admin.query("select count(*)::int as n from orders")).rows).toEqual([{ n: 0 }]);

  expect(await fence(urlOf("owner_role"), "prod's database")).toMatchObject({ before: true });
  expect(await unfence(urlOf("owner_role"), "prod's database")).toEqual({ before: true });
  expect(await unfence(urlOf("owner_role"), "prod's database")).toEqual({ before: false });
  const writer = await cluster.connect("Old side", "app");
  expect(await codeOf(writer.query("insert into orders values (3)"))).toBe("succeeded");
  await writer.end();
}, 60_000);

test("the vendor's own superusers stay, and are counted", async () => {
  const vendor = await cluster.connect("Old side", "stubborn");
  const { vendors } = await fence(urlOf("owner_role"), "prod's database");
  expect(vendors).toBeGreaterThanOrEqual(1);
  await vendor.query("select 1");
  await vendor.end();
  await unfence(urlOf("owner_role"), "prod's database");
});

test("a backup of a fenced database does not bring the fence along, and does bring the database's other settings", async () => {
  await admin.query('alter database "Old side" set lock_timeout = \'7s\'');
  await fence(urlOf("owner_role"), "prod's database");
  const sql = await rolesSql(admin);
  expect(sql).toContain("lock_timeout");
  expect(sql).not.toContain("default_transaction_read_only");
  await unfence(urlOf("owner_role"), "prod's database");
});

test("a role whose own setting goes before the database's is found out: the fence does not claim to stand", async () => {
  const superuser = await cluster.connect();
  await superuser.query("alter role owner_role set default_transaction_read_only = off");
  await expect(fence(urlOf("owner_role"), "prod's database")).rejects.toThrow(/^CHI-H084 .*succeeded, 25006 was expected.*alter role/);
  await superuser.query("alter role owner_role reset default_transaction_read_only");
  await superuser.end();
  await unfence(urlOf("owner_role"), "prod's database");
});

test("a role without the right to alter the database is told so; no password is in any message", async () => {
  const problem: Error = await fence(urlOf("app"), "prod's database").then(() => new Error("nothing was refused"), (error: Error) => error);
  expect(problem.message).toMatch(/^CHI-H082 prod's database \(app@127\.0\.0\.1:\d+\/Old side\) cannot be made read-only \(must be owner/);
  expect(problem.message).not.toContain(canary);
  expect(await askDatabase(urlOf("owner_role"))).toBe("writable");
});

test("a server that refuses the password is alive; one that is not there is silent", async () => {
  expect(await askDatabase(urlOf("owner_role", "wrong"))).toBe("refuses");
  expect(await askDatabase(`postgresql://owner_role:${canary}@127.0.0.1:1/postgres?sslmode=disable`)).toBe("silent");
  await expect(fence(`postgresql://owner_role:${canary}@127.0.0.1:1/postgres?sslmode=disable`, "prod's database")).rejects.toThrow(/^CHI-H081 prod's database \(owner_role@127\.0\.0\.1:1\/postgres\) cannot be reached \([^)]*ECONNREFUSED/);
});
