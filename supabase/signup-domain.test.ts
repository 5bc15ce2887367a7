import type { Client } from "pg";
import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
let auth: Client;
beforeAll(async () => {
  database = await startMigratedDatabase();
  auth = await database.cluster.connect(database.name, "supabase_auth_admin");
}, 60_000);
afterAll(async () => {
  await auth.end();
  await database.stop();
});

const refusal = { error: { http_code: 403, message: "Only company accounts can sign up." } };

/** Calls the hook as Supabase Auth does, with the payload of its documentation. */
async function answer(user: Record<string, unknown> | undefined): Promise<unknown> {
  const event = {
    metadata: { uuid: "8b34dcdd-9df1-4c10-850a-b3277c653040", name: "before-user-created", ip_address: "192.0.2.1" },
    ...(user && { user }),
  };
  const { rows } = await auth.query<{ answer: unknown }>("select private.restrict_signup_to_company($1) as answer", [
    JSON.stringify(event),
  ]);
  return rows[0]?.answer;
}

test.each(["buyer@chisanpaper.com", "Buyer@ChisanPaper.COM", "first.last+tag@chisanpaper.com", "o'hara_1@chisanpaper.com"])(
  "the company's %s may sign up",
  async (email) => {
    expect(await answer({ email })).toEqual({});
  },
);

test.each([
  "buyer@gmail.com",
  "buyer@sub.chisanpaper.com",
  "buyer@chisanpaper.com.evil.org",
  "buyer@evilchisanpaper.com",
  "buyer@chisanpaper.co",
  "buyer@chisanpaper.com.",
  "buyer@chisanpaper.com\n",
  "buyer@chisanpaper.com ",
  " buyer@chisanpaper.com",
  "buyer@chisanpaper.com@evil.org",
  "buyer@evil.org@chisanpaper.com",
  '"buyer@chisanpaper.com"@evil.org',
  "buyer@evil.org\n@chisanpaper.com",
  "buyer@chisanpaper.com\0",
  "buyer@сhisanpaper.com",
  "buyer@chisanpapeŕ.com",
  "buyer@chisanpaper%com",
  "buyer@*",
  "@chisanpaper.com",
  "chisanpaper.com",
  "buyer@",
  "",
])("%j may not", async (email) => {
  // JSON in PostgreSQL cannot hold a zero byte at all: that is a refusal too.
  if (email.includes("\0")) {
    await expect(answer({ email })).rejects.toThrow("unsupported Unicode escape sequence");
  } else {
    expect(await answer({ email })).toEqual(refusal);
  }
});

test.each([
  ["no e-mail address", { phone: "+820000000000" }],
  ["a null e-mail address", { email: null }],
  ["an e-mail address that is an object", { email: { domain: "chisanpaper.com" } }],
  ["a list of addresses", { email: ["buyer@chisanpaper.com"] }],
  ["no user", undefined],
])("an event with %s is refused", async (_title, user) => {
  expect(await answer(user)).toEqual(refusal);
});

describe("a change of an account's e-mail address", () => {
  const id = "00000000-0000-4000-8000-0000000000ab";
  beforeEach(async () => {
    await auth.query("begin");
    await auth.query("insert into auth.users (id, email) values ($1, 'buyer@chisanpaper.com')", [id]);
  });
  afterEach(() => auth.query("rollback"));
  const change = (email: string | null) => auth.query("update auth.users set email = $2 where id = $1", [id, email]);
  const refused = { message: expect.stringMatching(/^CHI-M202 /) as string, code: "42501" };

  test.each(["renamed@chisanpaper.com", "Renamed@ChisanPaper.COM", "buyer@chisanpaper.com"])("to %s passes", async (email) => {
    expect((await change(email)).rowCount).toBe(1);
  });

  test.each([
    "evil@gmail.com",
    "buyer@sub.chisanpaper.com",
    "buyer@chisanpaper.com.evil.org",
    "buyer@evilchisanpaper.com",
    "buyer@chisanpaper.com\n",
    " buyer@chisanpaper.com",
    "buyer@chisanpaper.com@evil.org",
    "buyer@evil.org@chisanpaper.com",
    '"buyer@chisanpaper.com"@evil.org',
    "buyer@evil.org\n@chisanpaper.com",
    "buyer@сhisanpaper.com",
    "buyer@chisanpapeŕ.com",
    "buyer@*",
    "@chisanpaper.com",
    "chisanpaper.com",
    "",
    null,
  ])("to %j is refused", async (email) => {
    await expect(change(email)).rejects.toMatchObject(refused);
  });

  test("the error names the domain, the allowed ones and the way out, and no address", async () => {
    await expect(change("evil@gmail.com")).rejects.toThrow(
      "CHI-M202 the domain of the new e-mail address is \"gmail.com\", allowed are chisanpaper.com; use a company address, or: insert into private.signup_domains (domain) values ('<domain>')",
    );
  });

  test("hidden in an upsert, or among other columns, it is refused too", async () => {
    await auth.query("savepoint before");
    await expect(
      auth.query("insert into auth.users (id, email) values ($1, 'evil@gmail.com') on conflict (id) do update set email = excluded.email", [
        id,
      ]),
    ).rejects.toMatchObject(refused);
    await auth.query("rollback to before");
    await expect(
      auth.query("update auth.users set last_sign_in_at = now(), email = 'evil@gmail.com' where id = $1", [id]),
    ).rejects.toMatchObject(refused);
  });

  test("by the owner of the project is refused alike", async () => {
    const { owner } = database;
    await owner.query("begin");
    await owner.query("insert into auth.users (id, email) values (md5('owner')::uuid, 'other@chisanpaper.com')");
    await expect(owner.query("update auth.users set email = 'evil@gmail.com' where id = md5('owner')::uuid")).rejects.toMatchObject(
      refused,
    );
    await owner.query("rollback");
  });

  test("an account that signed up under another rule still signs in: what leaves the address as it is passes", async () => {
    await auth.query("insert into auth.users (id, email) values (md5('old')::uuid, 'old@gmail.com')");
    const { rowCount } = await auth.query("update auth.users set email = email, last_sign_in_at = now() where email = 'old@gmail.com'");
    expect(rowCount).toBe(1);
  });
});

describe("as configured in private.signup_domains", () => {
  beforeEach(() => database.owner.query("delete from private.signup_domains"));
  afterAll(() => database.owner.query("delete from private.signup_domains"));
  const allow = (...domains: string[]) => database.owner.query("insert into private.signup_domains select unnest($1::text[])", [domains]);

  test("nobody may sign up when no domain is listed", async () => {
    expect(await answer({ email: "buyer@chisanpaper.com" })).toEqual(refusal);
  });

  test("several domains", async () => {
    await allow("chisanpaper.com", "partner.example");
    expect(await answer({ email: "a@partner.example" })).toEqual({});
    expect(await answer({ email: "a@chisanpaper.com" })).toEqual({});
    expect(await answer({ email: "a@example" })).toEqual(refusal);
  });

  test("any, for development", async () => {
    await allow("*");
    for (const user of [{ email: "anyone@gmail.com" }, { email: "anyone@sub.chisanpaper.com" }, {}]) {
      expect(await answer(user)).toEqual({});
    }
    await auth.query("begin");
    await auth.query("insert into auth.users (id, email) values (md5('any')::uuid, 'any@chisanpaper.com')");
    const { rowCount } = await auth.query("update auth.users set email = 'any@gmail.com' where id = md5('any')::uuid");
    await auth.query("rollback");
    expect(rowCount).toBe(1);
  });
});

test("Supabase Auth can call the hook and read the domains, and nothing else of ours", async () => {
  await expect(auth.query("insert into private.signup_domains values ('example.com')")).rejects.toMatchObject({ code: "42501" });
  await expect(auth.query("delete from private.signup_domains")).rejects.toMatchObject({ code: "42501" });
  await expect(auth.query("select * from public.users")).rejects.toMatchObject({ code: "42501" });
  await expect(auth.query("select private.has_role('viewer')")).rejects.toMatchObject({ code: "42501" });
});

test("nobody else can call it", async () => {
  const { rows } = await database.admin.query(`
    select role from unnest(array['anon', 'authenticated', 'service_role', 'authenticator', 'supabase_storage_admin']) as role
    where has_function_privilege(role, 'private.restrict_signup_to_company(jsonb)', 'execute')
      or has_function_privilege(role, 'private.may_have_account(text)', 'execute')`);
  expect(rows).toEqual([]);
});
