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
    where has_function_privilege(role, 'private.restrict_signup_to_company(jsonb)', 'execute')`);
  expect(rows).toEqual([]);
});
