import { schemaProblems } from "../row-level-security";
import { followStatements } from "./follow-statements";
import { parseSql } from "./migrated-schema";

const base = "create table public.orders (id int); alter table public.orders enable row level security; create policy p on public.orders to authenticated using (true);";
const definer = "create function public.all_orders(a int) returns setof public.orders language sql security definer as 'select * from public.orders';";
const invoker = definer.replace("definer", "invoker");
const open = "lets in whoever has the anon key";
const withPolicy = (rest: string) => `create policy q on public.orders ${rest};`;

/** What a migration says after the table above, and a part of the one problem; undefined where there is none. */
const cases: [string, string | undefined][] = [
  ["select 1", undefined],
  ["create function mk() returns void language plpgsql as $$ begin create table notes (id int); end $$; select mk();", "has function mk, which may change tables or rights whenever it is called"],
  ["create function mk() returns void language sql as 'create table notes (id int)'; select mk();", "has function mk, which"],
  ["create function private.mk() returns void language plpgsql as $$ begin execute 'create table notes (id int)'; end $$;", "has function private.mk, which"],
  ["create function private.mk(name text) returns void language plpgsql as $$ begin execute 'create ' || name; end $$;", "has function private.mk, which"],
  ["create procedure private.mk() language plpgsql as $$ begin execute 'alter role anon bypassrls'; end $$; call private.mk();", "has procedure private.mk, which"],
  ["create function private.mk() returns void language plpython3u as 'plpy.execute(x)';", "has function private.mk in the language plpython3u"],
  ["do language plpython3u 'plpy.execute(x)'", "has a DO block in the language plpython3u"],
  ["do $$ begin alter role anon bypassrls; end $$", "has a DO block that may change tables"],
  ["do $$ begin execute 'grant service_role to anon'; end $$", "has a DO block that may change tables"],
  ["create function private.f() returns int language plpgsql as $$ begin return 1; -- create table\nend $$; select private.f();", undefined],
  ["create function private.f() returns void language sql as 'select 1 as id into notes'", "has function private.f, which"],
  ["create function private.f() returns void language sql as 'insert into public.orders values (1)'", undefined],
  ["set local search_path = private", "has a search path for one transaction"],
  ["create function private.f() returns int begin atomic; select 1; end", undefined],
  ["create procedure private.f() language sql as 'select 1'; call private.f()", undefined],
  ["call partman.make()", "has a call of partman.make, which no migration makes"],
  ["select cron.schedule('x', '* * * * *', 'create table notes (id int)')", "has a call of cron.schedule"],
  ["select extensions.dblink_exec('x', 'y')", "has a call of extensions.dblink_exec"],
  ["select pg_catalog.set_config('search_path', 'private', false)", "has a call of pg_catalog.set_config"],
  ["alter role anon bypassrls", "has role anon with bypassrls, which passes row level security; alter role anon nobypassrls"],
  ["alter role anon superuser", "has role anon with superuser"],
  ["create role x bypassrls", "has role x with bypassrls"],
  ["alter role anon bypassrls; alter role anon nobypassrls", undefined],
  ["create role x nobypassrls nosuperuser; create role y bypassrls; drop role y", undefined],
  ["grant service_role to anon", "has service_role granted to anon"],
  ["create role x role anon", "has x granted to anon"],
  ["grant service_role to authenticated; revoke service_role from authenticated", undefined],
  ["grant anon to authenticator; grant x to current_user", undefined],
  ["alter role x rename to anon", "has a role that becomes anon"],
  ["alter table orders owner to anon", "has an object that anon owns"],
  ["create extension postgis schema public", "has extension postgis in schema public"],
  ["create extension postgis", "create extension postgis with schema extensions"],
  ["create extension postgis with schema extensions", undefined],
  ["create extension postgis with schema extensions; alter extension postgis set schema public", "has extension postgis in schema public"],
  ["create extension postgis schema public; drop extension postgis", undefined],
  ["import foreign schema f from server s into public", "has an import of a foreign schema into public"],
  ["import foreign schema f from server s into private", undefined],
  [definer, "has function public.all_orders(int4) as security definer"],
  [invoker, undefined],
  [`${definer} drop function public.all_orders(int)`, undefined],
  [`${definer} create function public.all_orders(a text) returns int language sql as 'select 1'; drop function public.all_orders(text)`, "has function public.all_orders(int4) as security definer"],
  [`${definer} alter function public.all_orders security invoker`, undefined],
  [`${invoker} alter function public.all_orders(int) security definer`, "has function public.all_orders(int4) as security definer"],
  ["alter function public.old(int) security definer", "has function public.old(int4) as security definer"],
  [`${definer.replace("public.all", "private.all")}`, undefined],
  [`${definer.replace("public.all", "private.all")} alter function private.all_orders set schema public`, "has function public.all_orders(int4) as security definer"],
  [`${definer} alter function public.all_orders rename to b`, "has function public.b(int4) as security definer"],
  ["create function public.t() returns trigger language plpgsql security definer as 'begin return new; end'", undefined],
  [withPolicy("using (true)"), open],
  [withPolicy("to anon using (true)"), open],
  [withPolicy("to authenticated, public using (1 = 1)"), open],
  [withPolicy("for insert to anon with check (id > 0)"), open],
  [withPolicy("to anon using (auth.uid() is not null or true)"), open],
  [withPolicy("to anon using ((select true) and id > 0)"), open],
  [withPolicy("using (auth.uid() is not null) with check (true)"), open],
  [withPolicy("using (auth.uid() is not null and id > 0)"), undefined],
  [withPolicy("using ((select private.has_role('admin')) or current_user = 'x')"), undefined],
  [withPolicy("as restrictive using (true)"), undefined],
  [withPolicy("to authenticated using (true)"), undefined],
  [withPolicy("to anon"), undefined],
  ["alter policy p on orders to anon", open],
  ["create policy q on public.orders using (false or auth.uid() is null and true); alter policy q on public.orders using (true)", open],
  [`${withPolicy("using (true)")} alter policy q on orders to authenticated`, undefined],
  ["create rule r as on select to orders do instead select 1", "has a statement of the kind RuleStmt"],
  ["begin; alter table orders enable row level security; rollback", "has a rollback"],
  ["begin; commit", undefined],
  ["create schema s; alter schema s rename to public", "has a schema that becomes public"],
];

const statements = parseSql(Object.fromEntries(cases.map(([sql], index) => [String(index), `${base}\n${sql}`])));

test.each(cases.map(([sql, problem], index) => [sql, problem, index] as const))("%s: %s", (_, problem, index) => {
  const problems = schemaProblems(followStatements({ "1.sql": statements[String(index)] ?? [] }), {});
  expect(problems).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  for (const one of problems) expect(one).toMatch(/^[^\n]*supabase\/migrations\/1\.sql[^\n]*; [^\n]{8,}$/);
});
