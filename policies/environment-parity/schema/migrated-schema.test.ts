import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FollowedTable } from "./follow-statements";
import { migratedSchema } from "./migrated-schema";

describe("the tables that migrations leave", () => {
  let folder: string;
  let cache: string;
  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), "migrations-"));
    [folder, cache] = [join(root, "migrations"), join(root, "cache")];
    mkdirSync(folder);
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  /** One file for each text, in their order. */
  function followed(...files: readonly string[]) {
    for (const [index, sql] of files.entries()) writeFileSync(join(folder, `${index}.sql`), sql);
    return migratedSchema(folder, cache);
  }
  const brief = ({ kind, secured, policies }: FollowedTable) => `${kind}${secured ? " secured" : ""}${policies.map((name) => ` ${name}`).join("")}`;
  const left = (...files: readonly string[]) => Object.fromEntries(Object.entries(followed(...files).tables).map(([name, table]) => [name, brief(table)]));

  const create = "create table public.a (id int);";
  const secure = "alter table public.a enable row level security; create policy p on public.a for select using (true);";

  test("files are followed in the order of their names", () => {
    writeFileSync(join(folder, "2.sql"), secure);
    writeFileSync(join(folder, "1.sql"), create);
    writeFileSync(join(folder, "notes.txt"), "no SQL");
    expect(migratedSchema(folder, cache).tables["public.a"]).toEqual({ kind: "table", secured: true, policies: ["p"], open: ["p"], file: "1.sql" });
  });

  test("what is no PostgreSQL is refused with its place", () => {
    expect(() => followed(create, "select 1;\ncreat table b ();")).toThrow(
      'CHI-Y010 supabase/migrations/1.sql, line 2: PostgreSQL 15 does not parse it (syntax error at or near "creat"): correct the statement',
    );
    // Of PostgreSQL 17.
    expect(() => followed("merge into a using b on true when not matched by source then delete")).toThrow("CHI-Y010 supabase/migrations/0.sql");
  });

  test("the result is kept by content, and half a file of it is not believed", () => {
    followed(create);
    const [kept] = readdirSync(cache);
    followed(create);
    expect(readdirSync(cache)).toEqual([kept]);
    writeFileSync(join(cache, kept!), '{"tables":');
    expect(left(create)).toEqual({ "public.a": "table" });
    expect(left(create, secure)).toEqual({ "public.a": "table secured p" });
    expect(readdirSync(cache)).toHaveLength(2);
  });
});
