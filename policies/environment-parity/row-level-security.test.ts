import { judge } from "../test-support/judge";
import { rowLevelSecurity, schemaProblems } from "./row-level-security";
import type { FollowedSchema, FollowedTable } from "./schema/follow-statements";

const table = (of: Partial<FollowedTable> = {}): FollowedTable => ({ kind: "table", secured: true, policies: ["read"], open: [], file: "1.sql", ...of });
const schema = (tables: FollowedSchema["tables"], opaque: FollowedSchema["opaque"] = [], bypasses: FollowedSchema["bypasses"] = []): FollowedSchema => ({ tables, opaque, bypasses });

test("a table with row level security and a policy passes, as does one in a schema that is not shown", () => {
  expect(schemaProblems(schema({ "public.a": table(), "private.b": table({ secured: false, policies: [] }) }), {})).toEqual([]);
});

test.each<[Partial<FollowedTable>, string]>([
  [{ secured: false }, "row level security of table public.a (supabase/migrations/1.sql) is off; allowed: on"],
  [
    { open: ["read"] },
    "policy read of table public.a (supabase/migrations/1.sql) lets in whoever has the anon key; allowed: to authenticated, or an expression that asks who the caller is in each of its alternatives",
  ],
  [{ policies: [] }, "table public.a (supabase/migrations/1.sql) has no policy, and no reason for having none"],
  [{ kind: "foreign table" }, "foreign table public.a (supabase/migrations/1.sql) cannot have row level security; allowed: another schema than public"],
  [{ kind: "materialized view" }, "materialized view public.a (supabase/migrations/1.sql) cannot have row level security; allowed: another schema than public"],
  [
    { kind: "view", secured: false },
    "view public.a (supabase/migrations/1.sql) reads with its owner's rights, past row level security; allowed: with (security_invoker = true)",
  ],
])("%j is refused", (of, message) => {
  expect(schemaProblems(schema({ "public.a": table(of) }), {})).toEqual([message]);
});

test("a view that reads with the rights of who asks passes", () => {
  expect(schemaProblems(schema({ "public.a": table({ kind: "view", policies: [] }) }), {})).toEqual([]);
});

test("a reason stands in for policies, and only where there are none", () => {
  const without = { "public.a": "written by the service role alone" };
  expect(schemaProblems(schema({ "public.a": table({ policies: [] }) }), without)).toEqual([]);
  expect(schemaProblems(schema({ "public.a": table({ policies: [], secured: false }) }), without)).toHaveLength(1);
  expect(schemaProblems(schema({ "public.a": table() }), without)).toEqual(["tables-without-policies.ts names public.a, which has policies (read); remove it"]);
  expect(schemaProblems(schema({}), without)).toEqual(["tables-without-policies.ts names public.a, which is not there; remove it"]);
  expect(schemaProblems(schema({ "public.a": table({ policies: [] }) }), { "public.a": "-" })).toHaveLength(1);
});

test("what cannot be followed is refused", () => {
  expect(schemaProblems(schema({}, [{ file: "2.sql", what: "a DO block that may change tables", instead: "write plain statements" }]), {})).toEqual([
    "supabase/migrations/2.sql has a DO block that may change tables, which cannot be followed; write plain statements",
  ]);
});

test("what passes row level security is refused", () => {
  expect(schemaProblems(schema({}, [], [{ file: "2.sql", what: "role anon with bypassrls", instead: "alter role anon nobypassrls" }]), {})).toEqual([
    "supabase/migrations/2.sql has role anon with bypassrls; alter role anon nobypassrls",
  ]);
});

test("the migrations of this repository keep it; without a database they are not read", async () => {
  const database = { type: "supabase:index/project:Project", name: "database", inputs: {} };
  expect(await judge(rowLevelSecurity, [database])).toEqual({ violations: [], undecided: [] });
  expect(await judge(rowLevelSecurity, [{ ...database, type: "random:index/randomId:RandomId" }])).toEqual({ violations: [], undecided: [] });
});
