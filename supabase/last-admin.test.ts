import type { Client } from "pg";
import { createAccounts, idOf, speakAs } from "./test-support/actors";
import { startMigratedDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
let authenticator: Client;
let other: Client;
beforeAll(async () => {
  database = await startMigratedDatabase();
  await createAccounts(database.owner);
  authenticator = await database.cluster.connect(database.name, "authenticator");
  other = await database.cluster.connect(database.name, "postgres");
}, 60_000);
afterAll(async () => {
  await Promise.all([authenticator.end(), other.end()]);
  await database.stop();
});

const admin = idOf("admin");
const spare = "00000000-0000-4000-8000-0000000000cc";
const refused = { message: expect.stringMatching(/^CHI-M203 .* last active admin; make another one first/) as string, code: "23001" };

const removals = [
  ["revoke the role", (id: string) => `delete from public.user_roles where user_id = '${id}' and role = 'admin'`],
  ["make inactive", (id: string) => `update public.users set is_active = false where id = '${id}'`],
] as const;
const ownersRemovals = [
  ...removals,
  ["lower the role", (id: string) => `update public.user_roles set role = 'viewer' where user_id = '${id}' and role = 'admin'`],
  ["delete the account", (id: string) => `delete from auth.users where id = '${id}'`],
  ["delete the row of users", (id: string) => `delete from public.users where id = '${id}'`],
] as const;

/** Runs statements as the project's owner in a transaction that is rolled back; the result is that of the last. */
async function tried(...statements: string[]): Promise<number | null> {
  await database.owner.query("begin");
  try {
    let rowCount: number | null = null;
    for (const sql of statements) {
      ({ rowCount } = await database.owner.query(sql));
    }
    return rowCount;
  } finally {
    await database.owner.query("rollback");
  }
}

const makeSpare = `insert into auth.users (id, email) values ('${spare}', 'spare@example.com'); insert into public.user_roles (user_id, role) values ('${spare}', 'admin')`;

describe.each(removals)("%s, through the API", (_title, sql) => {
  test.each(["admin", "service"] as const)("of the last active admin by %s is refused", async (actor) => {
    await expect(speakAs(authenticator, actor, sql(admin))).rejects.toMatchObject(refused);
  });
});

describe.each(ownersRemovals)("%s", (_title, sql) => {
  test("of the last active admin is refused", async () => {
    await expect(tried(sql(admin))).rejects.toMatchObject(refused);
  });

  test("with another active admin passes, and then that one is the last", async () => {
    expect(await tried(makeSpare, sql(admin))).toBe(1);
    await expect(tried(makeSpare, sql(admin), sql(spare))).rejects.toMatchObject(refused);
  });

  test("an admin who is inactive does not count as another", async () => {
    await expect(tried(makeSpare, `update public.users set is_active = false where id = '${spare}'`, sql(admin))).rejects.toMatchObject(
      refused,
    );
  });

  test("of an inactive admin passes", async () => {
    expect(await tried(makeSpare, `update public.users set is_active = false where id = '${spare}'`, sql(spare))).toBe(1);
  });
});

test.each([
  "delete from public.user_roles",
  "update public.user_roles set role = 'viewer' where role = 'admin'",
  "update public.users set is_active = false",
  "delete from auth.users",
  "delete from public.users",
])("all at once is refused: %s", async (sql) => {
  await expect(tried(makeSpare, sql)).rejects.toMatchObject(refused);
});

test("other roles, other columns and other people are free", async () => {
  expect(await tried(`delete from public.user_roles where role <> 'admin'`)).toBe(4);
  expect(await tried(`update public.users set display_name = 'x', is_active = true where id = '${admin}'`)).toBe(1);
  expect(await tried(`delete from auth.users where id = '${idOf("viewer")}'`)).toBe(1);
});

/** Whether a process of the database waits for a lock, asked until it does. */
async function untilWaiting(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { rows } = await database.admin.query<{ waiting: boolean }>("select exists (select from pg_locks where not granted) as waiting");
    if (rows[0]?.waiting === true) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("nobody waits");
}

describe.each(["read committed", "repeatable read", "serializable"])("two admins who remove one another at once, %s", (isolation) => {
  beforeEach(() => database.owner.query(makeSpare));
  afterEach(async () => {
    await database.owner.query(
      `insert into public.user_roles (user_id, role) values ('${admin}', 'admin') on conflict do nothing; update public.users set is_active = true where id = '${admin}'`,
    );
    await database.owner.query(`delete from auth.users where id = '${spare}'`);
  });

  test.each([
    [0, 0],
    [1, 1],
    [0, 1],
  ] as const)("one of them stays (%i, %i)", async (first, second) => {
    const { owner } = database;
    await owner.query(`begin isolation level ${isolation}`);
    await other.query(`begin isolation level ${isolation}`);
    try {
      await other.query("select count(*) from public.users");
      await owner.query(removals[first][1](admin));
      const late = other.query(removals[second][1](spare)).then(
        () => "passed",
        (error: { code?: string }) => error.code,
      );
      await untilWaiting();
      await owner.query("commit");
      // 40001: a snapshot older than the other's commit cannot be judged, and is refused.
      expect(await late).toBe(isolation === "read committed" ? "23001" : "40001");
    } finally {
      await owner.query("rollback");
      await other.query("rollback");
    }
    const { rows } = await owner.query(
      "select user_id from public.user_roles join public.users on id = user_id where role = 'admin' and is_active",
    );
    expect(rows).toEqual([{ user_id: spare }]);
  });
});
