import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MigrationFilesError, readMigrations } from "./migrations";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-migrations-"));
  mkdirSync(join(directory, "migrations"));
  mkdirSync(join(directory, "rollbacks"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function problems(): readonly string[] {
  try {
    readMigrations(directory);
  } catch (error) {
    if (error instanceof MigrationFilesError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

const good = {
  "migrations/20260101000001_create_b.sql": "create table b ();",
  "rollbacks/20260101000001_drop_b.sql": "drop table b;",
  "migrations/20260101000000_create_a.sql": "create table a (); comment on table a is 'begin';",
  "rollbacks/20260101000000_drop_a.sql": "drop table a;",
};

test("ours are valid, and named as the operations document names them", () => {
  const names = readMigrations().map((migration) => `${migration.version}_${migration.name}`);
  expect(names).toEqual(
    expect.arrayContaining(["20260101000000_create_users", "20260101000001_create_user_roles", "20260102000000_create_warehouses"]),
  );
  expect(names).toEqual([...names].sort());
  const rollbacks = readMigrations().map((migration) => `${migration.version}_${migration.rollback.name}`);
  expect(rollbacks).toEqual(expect.arrayContaining(["20260101000000_drop_users", "20260101000001_drop_user_roles"]));
});

test("pairs come back in the order of their timestamps", () => {
  write(good);
  expect(readMigrations(directory)).toEqual([
    {
      version: "20260101000000",
      name: "create_a",
      statements: ["create table a ()", "comment on table a is 'begin'"],
      rollback: { name: "drop_a", statements: ["drop table a"] },
    },
    {
      version: "20260101000001",
      name: "create_b",
      statements: ["create table b ()"],
      rollback: { name: "drop_b", statements: ["drop table b"] },
    },
  ]);
});

test.each([
  ["2026010100000_short.sql", "CHI-M001"],
  ["20260101000000_CamelCase.sql", "CHI-M001"],
  ["20260101000000_trailing_.sql", "CHI-M001"],
  ["20260101000000-dashes.sql", "CHI-M001"],
  ["20260101000000_note.txt", "CHI-M001"],
  ["20260230000000_no_such_day.sql", "CHI-M002"],
  ["20260101246000_no_such_hour.sql", "CHI-M002"],
])("the name %s is refused", (file, code) => {
  write({ [`migrations/${file}`]: "select 1;", [`rollbacks/${file}`]: "select 1;" });
  expect(problems()).toEqual([expect.stringContaining(`${code} migrations/${file}`), expect.stringContaining(`${code} rollbacks/${file}`)]);
});

test.each([
  ["begin; create table a (); commit", 2],
  ["-- why\nstart transaction", 1],
  ["create unique index concurrently a on b (c)", 1],
  ["vacuum", 1],
  ["create function f() returns integer language sql begin atomic select 1; end", 2],
  ["\\connect other", 1],
  ["do $$ begin perform 1; end $$; comment on table a is 'commit'; create table begins ()", 0],
])("statements that break the transaction are refused: %s", (sql, count) => {
  write({ ...good, "migrations/20260101000001_create_b.sql": sql });
  expect(problems()).toEqual(
    Array.from({ length: count }, () => expect.stringMatching(/^CHI-M004 migrations\/20260101000001_create_b\.sql: statement/)),
  );
});

test("all problems are listed at once", () => {
  write({
    ...good,
    "migrations/20260101000001_create_again.sql": "select 1;",
    "migrations/20260103000000_lonely.sql": "select 1;",
    "migrations/20260104000000_empty.sql": "-- nothing\n",
    "rollbacks/20260104000000_empty.sql": "select 1;",
    "rollbacks/20260105000000_orphan.sql": "select 1;",
    "rollbacks/readme.md": "",
  });
  expect(problems().map((line) => line.split(":")[0])).toEqual([
    "CHI-M003 migrations/20260104000000_empty.sql",
    "CHI-M005 migrations/20260101000001_create_b.sql",
    "CHI-M001 rollbacks/readme.md",
    "CHI-M006 migrations/20260103000000_lonely.sql",
    "CHI-M007 rollbacks/20260105000000_orphan.sql",
  ]);
});
