import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await startMigratedDatabase();
}, 60_000);
afterAll(() => database.stop());

async function column(sql: string): Promise<string[]> {
  const { rows } = await database.admin.query<{ value: string }>(sql);
  return rows.map((row) => row.value);
}

const publicTables = `
  select oid, relname, relrowsecurity, relforcerowsecurity from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;

test("the tables of the operations document are there", async () => {
  expect(await column(`select relname as value from (${publicTables}) as tables order by relname`)).toEqual([
    "audit_log",
    "order_lines",
    "orders",
    "products",
    "stocks",
    "user_roles",
    "users",
    "warehouses",
  ]);
});

test("row level security is enabled and forced on every public table, and each has a policy", async () => {
  expect(
    await column(`select relname as value from (${publicTables}) as tables where not (relrowsecurity and relforcerowsecurity)`),
  ).toEqual([]);
  expect(
    await column(
      `select relname as value from (${publicTables}) as tables where not exists (select from pg_policy where polrelid = tables.oid)`,
    ),
  ).toEqual([]);
});

test("private tables have row level security too", async () => {
  expect(
    await column(
      "select relname as value from pg_class where relnamespace = 'private'::regnamespace and relkind = 'r' and not relrowsecurity",
    ),
  ).toEqual([]);
});

test("no policy is for everyone, and none names anon", async () => {
  expect(
    await column(`
      select polname as value from pg_policy
      join pg_class on pg_class.oid = polrelid and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      where polroles && array[0::oid, 'anon'::regrole::oid]`),
  ).toEqual([]);
});

test("anon and PUBLIC have no privilege on any table, column, sequence, function or type of ours", async () => {
  const ours = "in ('public'::regnamespace, 'private'::regnamespace)";
  expect(
    await column(`
      with grants as (
        select relname::text as name, (aclexplode(relacl)).grantee from pg_class where relnamespace ${ours}
        union all
        select relname || '.' || attname, (aclexplode(attacl)).grantee from pg_attribute join pg_class on pg_class.oid = attrelid where relnamespace ${ours}
        union all
        -- A function without a list has PostgreSQL's default, which is open to PUBLIC.
        select proname::text, (aclexplode(coalesce(proacl, acldefault('f', proowner)))).grantee from pg_proc where pronamespace ${ours}
        union all
        select nspname::text, (aclexplode(nspacl)).grantee from pg_namespace where nspname = 'private'
      )
      select name as value from grants where grantee in (0, 'anon'::regrole) order by name`),
  ).toEqual([]);
});

test("whatever the owner creates from now on is closed to anon and authenticated", async () => {
  await database.owner.query("begin");
  await database.owner.query(
    "create table public.later (id integer generated always as identity); create function public.later() returns integer language sql as 'select 1'",
  );
  const { rows } = await database.owner.query(`
    select role, has_table_privilege(role, 'public.later', 'select, insert, update, delete, truncate, references, trigger') as on_table,
      has_sequence_privilege(role, 'public.later_id_seq', 'usage, select, update') as on_sequence, has_function_privilege(role, 'public.later()', 'execute') as on_function
    from unnest(array['anon', 'authenticated']) as role`);
  await database.owner.query("rollback");
  expect(rows).toEqual(["anon", "authenticated"].map((role) => ({ role, on_table: false, on_sequence: false, on_function: false })));
});

test("nobody but the owner may truncate, or hang triggers on, a table", async () => {
  expect(
    await column(`
      select format('%s %s %s', role, privilege, relname) as value
      from (${publicTables}) as tables, unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) as role, unnest(array['truncate', 'trigger']) as privilege
      where has_table_privilege(role, tables.oid, privilege)`),
  ).toEqual([]);
});

test("nobody but the owner has more than a read of the audit log", async () => {
  expect(
    await column(`
      select format('%s %s', role, privilege) as value
      from unnest(array['anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin']) as role,
        unnest(array['insert', 'update', 'delete']) as privilege
      where case privilege
        when 'delete' then has_table_privilege(role, 'public.audit_log', privilege)
        else has_any_column_privilege(role, 'public.audit_log', privilege)
      end`),
  ).toEqual([]);
});

test("every function of ours fixes its search_path", async () => {
  expect(
    await column(`
      select proname as value from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        and not coalesce('search_path=""' = any (proconfig), false)`),
  ).toEqual([]);
});

test("security definer is used by these functions only, none of them in an exposed schema", async () => {
  expect(
    await column(`
      select format('%s.%s', pronamespace::regnamespace, proname) as value from pg_proc
      where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace) order by value`),
  ).toEqual([
    "private.connection_use",
    "private.has_role",
    "private.keep_an_admin",
    "private.mirror_auth_user",
    "private.statement_counters",
    "private.write_audit",
  ]);
});

test("every foreign key has an index that begins with its columns", async () => {
  expect(
    await column(`
      select conname as value from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
        select from pg_index
        where indrelid = conrelid and indpred is null
          and (string_to_array(indkey::text, ' ')::smallint[])[1:cardinality(conkey)] @> conkey
      )`),
  ).toEqual([]);
});

test("every table with updated_at has the trigger that keeps it", async () => {
  const { owner } = database;
  expect(
    await column(`
      select relname as value from (${publicTables}) as tables
      join pg_attribute on attrelid = tables.oid and attname = 'updated_at'
      where not exists (select from pg_trigger where tgrelid = tables.oid and tgname = 'touch_updated_at' and tgenabled = 'O')`),
  ).toEqual([]);
  await owner.query("insert into public.warehouses (code, name, city, updated_at) values ('UPD-01', 'Updated', 'Seoul', '2000-01-01')");
  await owner.query("update public.warehouses set name = 'Renamed', updated_at = '2000-01-01' where code = 'UPD-01'");
  const { rows } = await owner.query(
    "delete from public.warehouses where code = 'UPD-01' returning name, updated_at > '2020-01-01' as touched",
  );
  expect(rows).toEqual([{ name: "Renamed", touched: true }]);
});

test("every business table and every setting is audited, with the columns of its primary key", async () => {
  expect(
    await column(`
      select relname as value from (select oid, relname from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p')) as tables
      where relname <> 'audit_log' and not exists (
        select from pg_trigger
        join pg_constraint on conrelid = tables.oid and contype = 'p'
        where tgrelid = tables.oid and tgname = 'audit_change' and tgenabled = 'O'
          -- The arguments of a trigger are stored each with a zero byte after it.
          and tgargs = (
            select string_agg(convert_to(attname, 'UTF8') || '\\x00'::bytea, '' order by position)
            from unnest(conkey) with ordinality as key (number, position)
            join pg_attribute on attrelid = tables.oid and attnum = number)
      )`),
  ).toEqual([]);
});

test("extensions live in their own schema", async () => {
  expect(
    await column(
      "select format('%s in %s', extname, extnamespace::regnamespace) as value from pg_extension where extname <> 'plpgsql' order by extname",
    ),
  ).toEqual([
    "pg_stat_statements in extensions",
    "pg_trgm in extensions",
    "pgcrypto in extensions",
    '"uuid-ossp" in extensions'.replaceAll('"', ""),
  ]);
});

describe("values the tables refuse", () => {
  const product = "md5('p')::uuid";
  const warehouse = "md5('w')::uuid";
  beforeAll(async () => {
    await database.owner.query(`
      insert into auth.users (id, email) values (md5('u')::uuid, 'checks@example.com');
      insert into public.warehouses (id, code, name, city) values (${warehouse}, 'CHK-01', 'Checks', 'Seoul');
      insert into public.products (id, sku, name, unit) values (${product}, 'CHK', 'Checks', 'ream')`);
  });
  const stock = (quantity: number, reserved: number) =>
    `insert into public.stocks (warehouse_id, product_id, quantity, reserved) values (${warehouse}, ${product}, ${quantity}, ${reserved})`;
  const order = (status: string, shipped: string) =>
    `insert into public.orders (id, customer_code, warehouse_id, status, created_by, ordered_at, shipped_at) values (md5('o')::uuid, 'CUST', ${warehouse}, '${status}', md5('u')::uuid, '2026-01-02', ${shipped})`;
  const line = (number: number, quantity: number, price: number) =>
    `${order("draft", "null")}; insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price) values (md5('o')::uuid, ${number}, ${product}, ${quantity}, ${price})`;

  test.each([
    [stock(-1, 0), "stocks_quantity_not_negative"],
    [stock(5, -1), "stocks_reserved_not_negative"],
    [stock(5, 6), "stocks_reserved_in_stock"],
    [`${stock(5, 5)}; ${stock(1, 0)}`, "stocks_warehouse_product_key"],
    [order("shipped", "null"), "orders_shipped_at_when_shipped"],
    [order("draft", "'2026-01-03'"), "orders_shipped_at_when_shipped"],
    [order("shipped", "'2026-01-01'"), "orders_shipped_after_ordered"],
    [line(0, 1, 1), "order_lines_line_number_positive"],
    [line(1, 0, 1), "order_lines_quantity_positive"],
    [line(1, 1, -0.01), "order_lines_unit_price_not_negative"],
    ["insert into public.warehouses (code, name, city) values ('icn-1', 'Wrong', 'Seoul')", "warehouses_code_form"],
    ["insert into public.products (sku, name, unit) values ('A B', 'Wrong', 'ream')", "products_sku_form"],
    ["insert into public.products (sku, name, unit, grammage_gsm) values ('X', 'Wrong', 'ream', 0)", "products_grammage_positive"],
    ["update public.users set email = 'Checks@example.com'", "users_email_lower_case"],
    [`delete from public.warehouses where id = ${warehouse}; ${order("draft", "null")}`, "orders_warehouse_id_fkey"],
    ["insert into private.signup_domains values ('@chisanpaper.com')", "signup_domains_form"],
    ["insert into private.signup_domains values ('Chisanpaper.com')", "signup_domains_form"],
  ])("%s", async (sql, constraint) => {
    // Statements sent together are one transaction: a refused one leaves nothing.
    await expect(database.owner.query(sql)).rejects.toMatchObject({ constraint });
  });

  test("generated columns: what is available, the code of an order, the amount of a line", async () => {
    await database.owner.query("begin");
    await database.owner.query(`${stock(10, 3)}; ${line(1, 3, 1500.5)}`);
    const { rows } = await database.owner.query(`
      select available, code = 'CO-' || lpad(number::text, 8, '0') as code, amount
      from public.stocks, public.orders join public.order_lines on order_id = orders.id`);
    await database.owner.query("rollback");
    expect(rows).toEqual([{ available: 7, code: true, amount: "4501.50" }]);
  });
});
