import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await startMigratedDatabase();
  await database.owner.query(seed);
}, 60_000);
afterAll(() => database.stop());

const seed = readFileSync(join(__dirname, "seed.sql"), "utf8");
const tables = [
  "auth.users",
  "public.users",
  "public.user_roles",
  "public.warehouses",
  "public.products",
  "public.stocks",
  "public.orders",
  "public.order_lines",
  "public.audit_log",
];

async function counts(): Promise<Record<string, number>> {
  const { rows } = await database.owner.query<{ name: string; rows: number }>(
    tables.map((name) => `select '${name}' as name, count(*)::int as rows from ${name}`).join(" union all "),
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}

/** Everything but times of insertion and serial numbers, as one text. */
async function content(): Promise<string> {
  const { rows } = await database.owner.query<{ line: string }>(
    tables
      .filter((name) => name !== "public.audit_log")
      .map((name) => `select '${name} ' || (to_jsonb(r) - array['created_at', 'updated_at', 'granted_at'])::text as line from ${name} as r`)
      .join(" union all ") + " order by line",
  );
  return rows.map((row) => row.line).join("\n");
}

test("it makes a few hundred rows, and a second run adds and changes nothing", async () => {
  const first = await counts();
  const before = await content();
  expect(first).toEqual({
    "auth.users": 12,
    "public.users": 12,
    "public.user_roles": 12,
    "public.warehouses": 4,
    "public.products": 40,
    "public.stocks": 160,
    "public.orders": 60,
    "public.order_lines": 180,
    "public.audit_log": 12 + 12 + 4 + 40 + 160 + 60 + 180,
  });
  await database.owner.query(seed);
  expect(await counts()).toEqual(first);
  expect(await content()).toBe(before);
});

test("it is the same in another database", async () => {
  const before = await content();
  await database.owner.query("begin");
  // Roles first, and by truncate: a delete would stop at the last admin.
  await database.owner.query(
    "truncate public.user_roles; delete from public.orders; delete from public.stocks; delete from public.products; delete from public.warehouses; delete from auth.users",
  );
  await database.owner.query("alter table public.orders alter column number restart");
  await database.owner.query(seed);
  const again = await content();
  await database.owner.query("rollback");
  expect(again).toBe(before);
});

test("every role and every status of an order occurs, and nobody in it is real", async () => {
  const { rows } = await database.owner.query(`
    select (select count(distinct role)::int from public.user_roles) as roles,
      (select count(distinct status)::int from public.orders) as statuses,
      (select count(*)::int from auth.users where email !~ '^(admin|manager|operator|viewer)-[0-9]{2}@example\\.com$') as real,
      (select count(*)::int from private.signup_domains where domain <> 'chisanpaper.com') as domains`);
  expect(rows).toEqual([{ roles: 4, statuses: 5, real: 0, domains: 0 }]);
});
