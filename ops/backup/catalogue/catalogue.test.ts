import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { createRichProject, startProjectCluster } from "../restore/test-support/rich-database";
import { catalogueLines, fingerprintOf } from "./catalogue";
import { normalExpression } from "./normal-expression";

let cluster: PostgresCluster;
beforeAll(async () => {
  cluster = await startProjectCluster();
  await createRichProject(cluster, "one");
}, 120_000);
afterAll(() => cluster.stop());

/** @param change made and undone around the question */
async function lines(database: string, change?: string): Promise<string[]> {
  const client = await cluster.connect(database);
  try {
    await client.query("begin");
    if (change !== undefined) await client.query(change);
    return await catalogueLines(client);
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

test("the same lines after a dump and its restore, also where PostgreSQL prints an expression differently then", async () => {
  const admin = await cluster.connect("one");
  await admin.query(`create table public.printed (status varchar(10) check (status in ('a', 'b''c')), at text default now()::text, total numeric(8,2) default 0.00);
    create index on public.printed ((lower(status::text) || ('x'::varchar)::text)); alter table public.printed drop column total; alter table public.printed add column "late column" int not null default 7`);
  await admin.query("create database two");
  await admin.end();
  const socket = ["--host", cluster.socketDirectory, "--port", String(cluster.port), "--username", "supabase_admin"];
  const dump = spawnSync(join(cluster.binaries, "pg_dump"), [...socket, "--schema-only", "one"], { encoding: "utf8", maxBuffer: 1 << 26 });
  const restored = spawnSync(join(cluster.binaries, "psql"), [...socket, "-X", "-q", "-v", "ON_ERROR_STOP=1", "two"], { input: dump.stdout, encoding: "utf8" });
  expect(restored.stderr.split("\n").filter((line) => /ERROR/.test(line))).toEqual(["ERROR:  schema \"public\" already exists"].slice(0, restored.status === 0 ? 0 : 1));
  const [one, two] = [await lines("one"), await lines("two")];
  expect(two).toEqual(one);
  expect(one.length).toBeGreaterThan(500);
  expect(fingerprintOf(two)).toBe(fingerprintOf(one));
});

test.each([
  "alter table public.opened add column more int",
  "alter table public.opened alter column word set not null",
  "alter table public.opened alter column word set default 'x'",
  "alter table public.opened enable row level security",
  "alter table public.users no force row level security",
  "alter table public.users rename column display_name to other",
  "alter policy reports_read on warehouse.parents using (id < 11)",
  "drop policy reports_read on warehouse.parents",
  "create policy ours on storage.objects for select using (true)",
  "drop trigger audit_change on public.stocks",
  "alter table warehouse.parents enable trigger stamp",
  "drop index warehouse.movements_note",
  "alter table warehouse.children drop constraint no_overlap",
  "alter table warehouse.children drop constraint later, add constraint later check (id > 0) not valid",
  "alter type warehouse.state rename value 'done' to 'over'",
  "alter sequence warehouse.tickets increment 4",
  "alter domain warehouse.amount drop constraint amount_check",
  "create or replace view warehouse.totals as select p.id, p.name, count(*) + 1 as children from warehouse.parents p join warehouse.children c on c.parent_id = p.id group by p.id",
  "create or replace function warehouse.note_of(bigint) returns text language sql stable security definer set search_path = '' as 'select null::text'",
  "grant select on public.opened to authenticated",
  "grant execute on function warehouse.note_of(bigint) to public",
  "revoke usage on schema warehouse from chisan_reports",
  "comment on schema warehouse is 'something else'",
  "drop extension citext cascade",
  "alter table warehouse.movements detach partition warehouse.movements_2026",
  "alter publication ours drop table warehouse.children",
])("a change is seen: %s", async (change) => {
  expect(await lines("one", change)).not.toEqual(await lines("one"));
});

test("what is no change of the schema is not seen", async () => {
  const before = await lines("one");
  expect(await lines("one", "insert into public.opened values (9, 'x'); select nextval('warehouse.tickets'); set local search_path = warehouse, public; set local datestyle = german")).toEqual(before);
  expect(await lines("one", "create table auth.new_version_of_the_vendor (id int)")).toEqual(before);
});

test("expressions: casts, parentheses and spaces go, names and literals stay", () => {
  const before = "CHECK (((status)::text = ANY ((ARRAY['a'::character varying, 'b::text (x)'::character varying])::text[])))";
  const after = "CHECK (((status)::text = ANY (ARRAY[('a'::character varying)::text, ('b::text (x)'::character varying)::text])))";
  expect(normalExpression(before)).toBe(normalExpression(after));
  expect(normalExpression(before)).toContain("'b::text (x)'");
  expect(normalExpression("(now() AT TIME ZONE 'UTC'::text)::timestamp(3) without time zone")).toBe("now AT TIME ZONE 'UTC'");
  expect(normalExpression("a.\"b  c\"::public.\"My Type\"[] || x::numeric(12,2)")).toBe("a.\"b  c\" || x");
});
