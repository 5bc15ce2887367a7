import { followStatements, type FollowedTable } from "./follow-statements";
import { parseSql } from "./migrated-schema";

const create = "create table public.a (id int);";
const secure = "alter table public.a enable row level security; create policy p on public.a for select using (true);";

/** What each case is, its files in their order, and the tables that are left. */
const cases: [string, string[], Record<string, string>][] = [
  ["a table", [create], { "public.a": "table" }],
  ["row level security and a policy", [create, secure], { "public.a": "table secured p" }],
  ["a name without a schema", ["create table a (id int); ALTER TABLE ONLY A ENABLE ROW LEVEL SECURITY"], { "public.a": "table secured" }],
  ["a quoted name", ['create table "Odd.Name" (id int); alter table public."Odd.Name" enable row level security'], { "public.Odd.Name": "table secured" }],
  ["switched off again", [create, secure, "alter table a disable row level security"], { "public.a": "table p" }],
  ["among other changes", [create, "alter table a add b int, enable row level security, add c int"], { "public.a": "table secured" }],
  ["a policy dropped", [create, secure, "drop policy p on public.a"], { "public.a": "table secured" }],
  ["a policy renamed", [create, secure, "alter policy p on a rename to q"], { "public.a": "table secured q" }],
  ["a table dropped", [create, "drop table if exists a, b cascade"], {}],
  ["made again, without", [create, secure, "drop table a", create], { "public.a": "table" }],
  ["made only if it is not there", [create, secure, "create table if not exists a (id int)"], { "public.a": "table secured p" }],
  ["renamed", [create, secure, "alter table a rename to b"], { "public.b": "table secured p" }],
  ["a column renamed", [create, secure, "alter table a rename column id to key"], { "public.a": "table secured p" }],
  ["moved into public", ["create schema s; create table s.a (id int); alter table s.a set schema public"], { "public.a": "table" }],
  ["moved away", [create, "alter table a set schema private"], { "private.a": "table" }],
  ["a schema renamed", ["create schema s; create table s.a (id int)", "alter schema s rename to public2"], { "public2.a": "table" }],
  ["a schema dropped", ["create schema s create table t (id int) create table s.u (id int)", "drop schema s cascade"], {}],
  ["a schema with its tables", ["create schema s create table t (id int)"], { "s.t": "table" }],
  ["from a query", ["create table a as select 1 as id", "select 1 as id into b"], { "public.a": "table", "public.b": "table" }],
  ["a partition, which has security of its own", ["create table a (id int) partition by list (id)", secure, "create table a1 partition of a for values in (1)"], { "public.a": "table secured p", "public.a1": "table" }],
  ["temporary ones are gone with the session", ["create temp table a (id int); create temporary table b as select 1"], {}],
  ["unlogged", ["create unlogged table a (id int)"], { "public.a": "table" }],
  ["a foreign table", ["create foreign table a (id int) server s"], { "public.a": "foreign table" }],
  ["views", ["create view v as select 1; create or replace view w with (security_invoker) as select 1; create view x with (security_invoker = on) as select 1; create view y with (security_invoker = false) as select 1; create materialized view m as select 1"], { "public.v": "view", "public.w": "view secured", "public.x": "view secured", "public.y": "view", "public.m": "materialized view" }],
  ["a view changed", ["create view v as select 1; alter view v set (security_invoker = true)", "create view w with (security_invoker = true) as select 1; alter view w reset (security_invoker)"], { "public.v": "view secured", "public.w": "view" }],
  ["a view dropped", ["create view v as select 1; drop view v; create materialized view m as select 1; drop materialized view m"], {}],
  ["another search path, for one file", ["create schema private; set search_path = private, public; create table a (id int)", "create table b (id int)"], { "private.a": "table", "public.b": "table" }],
  ["a search path begins with the first schema that is there", ['set search_path = "$user", private, public; create table a (id int); create schema private; create table b (id int)', "set search_path = private, public; create table c (id int); drop schema private; set search_path = private, public; create table d (id int)"], { "public.a": "table", "public.b": "table", "public.d": "table" }],
  ["a search path reset", ["create schema private; set search_path to private; discard all; create table c (id int); set search_path to private; reset search_path; create table a (id int); set search_path = x; reset all; create table b (id int)"], { "public.a": "table", "public.b": "table", "public.c": "table" }],
  ["what only looks like a statement", ["-- create table c (id int);\nselect 'create table d (id int)'; comment on table public.a is 'enable row level security'", create], { "public.a": "table" }],
  ["an empty file", ["", "-- nothing\n"], {}],
];

/** The body of a DO block, and whether it may change tables. */
const blocks: [string, boolean][] = [
  ["create table a (id int);", true],
  ["execute 'alter table a disable row level security';", true],
  ["execute format('drop policy %I on a', name);", true],
  ["execute statement;", true],
  ["execute('create table a (id int)');", true],
  ["execute $t$create $t$ || 'table a (id int)';", true],
  ["execute concat($t$cre$t$, 'set');", true],
  ["execute 'set x = 1; create table a (id int)';", true],
  ["execute 'comment on table a is ' || words;", true],
  ["execute format('comment on table a is %L', words);", true],
  ["execute format('set x = %s', words);", true],
  ["create function public.f() returns int language sql security definer as 'select 1';", true],
  ["grant service_role to anon;", true],
  ["grant select on a to authenticated;", false],
  ["set local search_path = private;", true],
  ["perform set_config('search_path', 'private', false);", true],
  ["perform dblink_exec('x', statement);", true],
  ["perform set_config('app.actor_id', '1', true);", false],
  ["select 1 into found;", false],
  ["execute pg_catalog.format('grant x to %I', current_user);", false],
  ["perform 1; -- create table a", false],
  ["raise notice 'create table a';", false],
  ["create trigger t before insert on a for each row execute function f();", false],
  ["if not exists (select) then create role r; end if;", false],
];

const nameOf = (index: number, file: number) => `${index}/${file}.sql`;
/** All at once: the parser is a process of its own. */
const statements = parseSql(
  Object.fromEntries([
    ...cases.flatMap(([, files], index) => files.map((sql, file) => [nameOf(index, file), sql])),
    ...blocks.map(([body], index) => [`block ${index}`, `do $$ begin ${body} end $$`]),
  ]) as Record<string, string>,
);

const brief = ({ kind, secured, policies }: FollowedTable) => `${kind}${secured ? " secured" : ""}${policies.map((name) => ` ${name}`).join("")}`;

test.each(cases.map(([title, files, expected], index) => [title, files, expected, index] as const))("%s", (_, files, expected, index) => {
  const { tables, opaque } = followStatements(Object.fromEntries(files.map((__, file) => [nameOf(index, file), statements[nameOf(index, file)] ?? []])));
  expect(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, brief(table)]))).toEqual(expected);
  expect(opaque).toEqual([]);
});

test.each(blocks.map(([body, opaque], index) => [body, opaque, index] as const))("a DO block with %s cannot be followed: %s", (_, opaque, index) => {
  expect(followStatements({ "0.sql": statements[`block ${index}`] ?? [] }).opaque).toEqual(opaque ? [{ file: "0.sql", what: "a DO block that may change tables", instead: "write plain statements" }] : []);
});
