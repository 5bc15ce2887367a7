import type { Client } from "pg";
import { type Actor, actors, createAccounts, idOf, speakAs } from "./test-support/actors";
import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
let authenticator: Client;
beforeAll(async () => {
  database = await startMigratedDatabase();
  await createAccounts(database.owner);
  // One admin more than speaks here: the last one could not be made inactive.
  await database.owner.query(`
    insert into auth.users (id, email) values (md5('spare admin')::uuid, 'spare-admin@example.com');
    insert into public.user_roles (user_id, role) values (md5('spare admin')::uuid, 'admin')`);
  await database.owner.query(`
    insert into public.warehouses (id, code, name, city) values (md5('w')::uuid, 'ICN-01', 'Incheon', 'Incheon'), (md5('w2')::uuid, 'PUS-01', 'Busan', 'Busan');
    insert into public.products (id, sku, name, unit) values (md5('p')::uuid, 'ART-80', 'Art paper', 'ream'), (md5('p2')::uuid, 'ART-90', 'Art paper', 'ream');
    insert into public.stocks (warehouse_id, product_id, quantity, reserved) values (md5('w')::uuid, md5('p')::uuid, 10, 2);
    insert into public.orders (id, customer_code, warehouse_id, status, created_by, shipped_at) values
      (md5('draft')::uuid, 'CUST-1', md5('w')::uuid, 'draft', '${idOf("operator")}', null),
      (md5('shipped')::uuid, 'CUST-1', md5('w')::uuid, 'shipped', '${idOf("operator")}', now());
    insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price)
      select md5(name)::uuid, 1, md5('p')::uuid, 1, 1000 from unnest(array['draft', 'shipped']) as name`);
  authenticator = await database.cluster.connect(database.name, "authenticator");
}, 60_000);
afterAll(async () => {
  await authenticator.end();
  await database.stop();
});

/** How many rows a statement touches or returns; "denied" for PostgreSQL's error 42501, a missing grant or a failed policy check. */
type Outcome = number | "denied";

async function outcome(actor: Actor, sql: string): Promise<Outcome> {
  try {
    const { rowCount } = await speakAs(
      authenticator,
      actor,
      sql.replaceAll("$me", actor === "anon" || actor === "service" ? idOf("admin") : idOf(actor)),
    );
    return rowCount ?? 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "42501") {
      return "denied";
    }
    throw error;
  }
}

/** Statement → the outcome of each actor, in the order of `actors`. Rows hidden by a policy count 0: that is no error in PostgreSQL. */
const no = "denied";
const table: readonly (readonly [string, string, readonly Outcome[]])[] = [
  //                                                                                       anon none inact view oper mgr admin service
  ["users: read", "select * from public.users", [no, 1, 1, 1, 1, 7, 7, 7]],
  ["users: rename oneself", "update public.users set display_name = 'x' where id = '$me'", [no, 1, 0, 1, 1, 1, 1, 1]],
  [
    "users: rename another",
    `update public.users set display_name = 'x' where id = '${idOf("viewer")}' and id <> '$me'`,
    [no, 0, 0, 0, 0, 0, 1, 1],
  ],
  ["users: make oneself active", "update public.users set is_active = true where id = '$me'", [no, 1, 0, 1, 1, 1, 1, 1]],
  ["users: make oneself inactive", "update public.users set is_active = false where id = '$me'", [no, no, 0, no, no, no, 1, 1]],
  ["users: change the e-mail address", "update public.users set email = 'x@example.com' where id = '$me'", [no, no, no, no, no, no, no, 1]],
  [
    "users: create",
    "insert into public.users (id, email) values ('$me', 'x@example.com') on conflict do nothing",
    [no, no, no, no, no, no, no, 0],
  ],
  ["users: delete", `delete from public.users where id = '${idOf("viewer")}'`, [no, no, no, no, no, no, no, 1]],

  ["roles: read", "select * from public.user_roles", [no, 0, 1, 1, 1, 6, 6, 6]],
  [
    "roles: grant oneself admin",
    "insert into public.user_roles (user_id, role, granted_by) values ('$me', 'admin', '$me') on conflict do nothing",
    [no, no, no, no, no, no, 0, 0],
  ],
  [
    "roles: grant another",
    `insert into public.user_roles (user_id, role, granted_by) values ('${idOf("without role")}', 'viewer', '$me')`,
    [no, no, no, no, no, no, 1, 1],
  ],
  [
    "roles: grant in another's name",
    `insert into public.user_roles (user_id, role, granted_by) values ('${idOf("without role")}', 'viewer', '${idOf("manager")}')`,
    [no, no, no, no, no, no, no, 1],
  ],
  ["roles: revoke", `delete from public.user_roles where user_id = '${idOf("operator")}'`, [no, 0, 0, 0, 0, 0, 1, 1]],
  ["roles: rewrite", "update public.user_roles set role = 'admin'", [no, no, no, no, no, no, no, 6]],

  ["warehouses: read", "select * from public.warehouses", [no, 0, 0, 2, 2, 2, 2, 2]],
  ["warehouses: create", "insert into public.warehouses (code, name, city) values ('SEL-01', 'x', 'Seoul')", [no, no, no, no, no, 1, 1, 1]],
  ["warehouses: update", "update public.warehouses set name = 'x'", [no, 0, 0, 0, 0, 2, 2, 2]],
  ["warehouses: delete", "delete from public.warehouses where id = md5('w2')::uuid", [no, 0, 0, 0, 0, 0, 1, 1]],
  ["warehouses: truncate", "truncate public.warehouses cascade", [no, no, no, no, no, no, no, no]],

  ["products: read", "select * from public.products", [no, 0, 0, 2, 2, 2, 2, 2]],
  ["products: create", "insert into public.products (sku, name, unit) values ('X', 'x', 'roll')", [no, no, no, no, no, 1, 1, 1]],
  ["products: update", "update public.products set name = 'x'", [no, 0, 0, 0, 0, 2, 2, 2]],
  ["products: delete", "delete from public.products where id = md5('p2')::uuid", [no, 0, 0, 0, 0, 0, 1, 1]],

  ["stocks: read", "select available from public.stocks", [no, 0, 0, 1, 1, 1, 1, 1]],
  [
    "stocks: create",
    "insert into public.stocks (warehouse_id, product_id) values (md5('w2')::uuid, md5('p2')::uuid)",
    [no, no, no, no, 1, 1, 1, 1],
  ],
  ["stocks: count and reserve", "update public.stocks set quantity = 9, reserved = 3", [no, 0, 0, 0, 1, 1, 1, 1]],
  ["stocks: move elsewhere", "update public.stocks set warehouse_id = md5('w2')::uuid", [no, no, no, no, no, no, no, 1]],
  ["stocks: delete", "delete from public.stocks", [no, 0, 0, 0, 0, 1, 1, 1]],

  ["orders: read", "select code from public.orders", [no, 0, 0, 2, 2, 2, 2, 2]],
  [
    "orders: create",
    "insert into public.orders (customer_code, warehouse_id, created_by) values ('CUST-2', md5('w')::uuid, '$me')",
    [no, no, no, no, 1, 1, 1, 1],
  ],
  [
    "orders: create for another",
    `insert into public.orders (customer_code, warehouse_id, created_by) values ('CUST-2', md5('w')::uuid, '${idOf("viewer")}')`,
    [no, no, no, no, no, no, no, 1],
  ],
  ["orders: update a draft", "update public.orders set status = 'confirmed' where id = md5('draft')::uuid", [no, 0, 0, 0, 1, 1, 1, 1]],
  [
    "orders: update a shipped one",
    "update public.orders set customer_code = 'X' where id = md5('shipped')::uuid",
    [no, 0, 0, 0, 0, 1, 1, 1],
  ],
  ["orders: change who created it", "update public.orders set created_by = '$me'", [no, no, no, no, no, no, no, 2]],
  ["orders: delete a draft", "delete from public.orders where id = md5('draft')::uuid", [no, 0, 0, 0, 0, 1, 1, 1]],
  ["orders: delete a shipped one", "delete from public.orders where id = md5('shipped')::uuid", [no, 0, 0, 0, 0, 0, 0, 1]],

  ["lines: read", "select amount from public.order_lines", [no, 0, 0, 2, 2, 2, 2, 2]],
  [
    "lines: add to a draft",
    "insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price) values (md5('draft')::uuid, 2, md5('p')::uuid, 1, 1)",
    [no, no, no, no, 1, 1, 1, 1],
  ],
  [
    "lines: add to a shipped order",
    "insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price) values (md5('shipped')::uuid, 2, md5('p')::uuid, 1, 1)",
    [no, no, no, no, no, no, no, 1],
  ],
  ["lines: update", "update public.order_lines set quantity = 5", [no, 0, 0, 0, 1, 1, 1, 2]],
  ["lines: delete", "delete from public.order_lines", [no, 0, 0, 0, 1, 1, 1, 2]],

  ["audit: read", "select * from public.audit_log where table_name = 'warehouses'", [no, 0, 0, 0, 0, 0, 2, 2]],
  [
    "audit: write",
    "insert into public.audit_log (actor_role, action, table_name) values ('x', 'INSERT', 'x')",
    [no, no, no, no, no, no, no, no],
  ],
  ["audit: rewrite", "update public.audit_log set actor_role = 'x'", [no, no, no, no, no, no, no, no]],
  ["audit: erase", "delete from public.audit_log", [no, no, no, no, no, no, no, no]],

  ["sign-up domains: read", "select * from private.signup_domains", [no, no, no, no, no, no, no, no]],
  ["sign-up domains: add", "insert into private.signup_domains values ('example.com')", [no, no, no, no, no, no, no, no]],
  ["the hook: call", "select private.restrict_signup_to_company('{}')", [no, no, no, no, no, no, no, no]],
  ["the audit trigger's function: call", "select private.write_audit()", [no, no, no, no, no, no, no, no]],
];

describe.each(table)("%s", (_title, sql, expected) => {
  test(`${sql}`, async () => {
    const found: Partial<Record<Actor, Outcome>> = {};
    for (const actor of actors) {
      found[actor] = await outcome(actor, sql);
    }
    expect(found).toEqual(Object.fromEntries(actors.map((actor, index) => [actor, expected[index]])));
  });
});

test("a token without a subject, or of an account that is gone, sees nothing", async () => {
  for (const claims of [{ role: "authenticated" }, { role: "authenticated", sub: "00000000-0000-4000-8000-00000000dead" }]) {
    await authenticator.query("begin");
    await authenticator.query("select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)", [
      JSON.stringify(claims),
    ]);
    const { rows } = await authenticator.query(`
      select (select count(*)::int from public.users) as users, (select count(*)::int from public.stocks) as stocks, (select count(*)::int from public.audit_log) as audit`);
    await authenticator.query("rollback");
    expect(rows).toEqual([{ users: 0, stocks: 0, audit: 0 }]);
  }
});

test("a claim of a role in the token gives nothing: roles are rows, not claims", async () => {
  await authenticator.query("begin");
  const claims = { role: "authenticated", sub: idOf("without role"), app_role: "admin", user_metadata: { role: "admin" } };
  await authenticator.query("select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)", [
    JSON.stringify(claims),
  ]);
  const { rows } = await authenticator.query("select private.has_role('viewer') as viewer");
  await authenticator.query("rollback");
  expect(rows).toEqual([{ viewer: false }]);
});

test("an account gets its row when Supabase Auth creates it and when its address changes, and loses it with the account", async () => {
  const id = "00000000-0000-4000-8000-0000000000aa";
  const auth = await database.cluster.connect(database.name, "supabase_auth_admin");
  try {
    await auth.query("insert into auth.users (id, email, raw_user_meta_data) values ($1, 'New@Example.com', $2)", [
      id,
      { full_name: "Buyer 1" },
    ]);
    const read = () => database.owner.query("select email, display_name, is_active from public.users where id = $1", [id]);
    expect((await read()).rows).toEqual([{ email: "new@example.com", display_name: "Buyer 1", is_active: true }]);
    await auth.query("update auth.users set email = 'Renamed@chisanpaper.com' where id = $1", [id]);
    expect((await read()).rows).toEqual([{ email: "renamed@chisanpaper.com", display_name: "Buyer 1", is_active: true }]);
    await auth.query("delete from auth.users where id = $1", [id]);
    expect((await read()).rows).toEqual([]);
  } finally {
    await auth.end();
  }
});

describe("an address belongs to one account, upper and lower case alike", () => {
  const taken = "00000000-0000-4000-8000-0000000000bb";
  const refused = {
    message: expect.stringMatching(
      new RegExp(`^CHI-M204 the e-mail address of account \\S+ is already that of account ${taken}; sign in the way that account does`),
    ) as string,
    code: "23505",
    constraint: "users_email_key",
  };
  let auth: Client;
  beforeAll(async () => {
    auth = await database.cluster.connect(database.name, "supabase_auth_admin");
  });
  afterAll(() => auth.end());
  beforeEach(async () => {
    await auth.query("begin");
    await auth.query("insert into auth.users (id, email) values ($1, 'taken@chisanpaper.com')", [taken]);
  });
  afterEach(() => auth.query("rollback"));

  test.each([
    ["a second account by SSO", "insert into auth.users (id, email, is_sso_user) values (md5('sso')::uuid, 'taken@chisanpaper.com', true)"],
    ["the same letters in upper case", "insert into auth.users (id, email) values (md5('upper')::uuid, 'Taken@ChisanPaper.com')"],
    [
      "a change to it",
      "insert into auth.users (id, email) values (md5('o')::uuid, 'o@chisanpaper.com'); update auth.users set email = 'Taken@chisanpaper.com' where id = md5('o')::uuid",
    ],
  ])("%s is refused, and takes over nothing", async (_title, sql) => {
    await expect(auth.query(sql)).rejects.toMatchObject(refused);
  });

  test("another constraint keeps its own error", async () => {
    await expect(auth.query("insert into auth.users (id, email) values (md5('x')::uuid, 'no-at-sign')")).rejects.toMatchObject({
      constraint: "users_email_lower_case",
    });
  });
});

test("an account with orders cannot be deleted: it is made inactive", async () => {
  await expect(database.owner.query("delete from auth.users where id = $1", [idOf("operator")])).rejects.toMatchObject({
    constraint: "orders_created_by_fkey",
  });
});
