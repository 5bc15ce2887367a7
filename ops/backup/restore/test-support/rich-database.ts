/** A database with one of everything that a restore can get wrong, on top of Supabase's outline and our migrations. */
import { applyMigrations } from "../../../../supabase/apply";
import { readMigrations } from "../../../../supabase/migrations";
import { applyDatabaseOutline, applyRoleOutline } from "../../../../supabase/outline";
import { type PostgresCluster, startPostgres } from "../../../../supabase/test-support/postgres";

/** A cluster with Supabase's roles and no database of ours yet. */
export async function startProjectCluster(): Promise<PostgresCluster> {
  const cluster = await startPostgres();
  const client = await cluster.connect();
  try {
    await applyRoleOutline(client);
  } finally {
    await client.end();
  }
  return cluster;
}

/** What a fresh Supabase project has. */
export async function createFreshProject(cluster: PostgresCluster, database: string): Promise<void> {
  const client = await cluster.connect();
  try {
    await client.query(`create database ${database} owner postgres`);
  } finally {
    await client.end();
  }
  const admin = await cluster.connect(database);
  try {
    await applyDatabaseOutline(admin);
  } finally {
    await admin.end();
  }
}

/** A project with our migrations, and objects and rows of every kind. */
export async function createRichProject(cluster: PostgresCluster, database: string): Promise<void> {
  await createFreshProject(cluster, database);
  const owner = await cluster.connect(database, "postgres");
  try {
    await applyMigrations(owner, readMigrations());
    await owner.query(objects);
  } finally {
    await owner.end();
  }
  const admin = await cluster.connect(database);
  try {
    await admin.query(vendorRows);
  } finally {
    await admin.end();
  }
}

const objects = `
create extension citext with schema extensions;
do $$ begin
  if not exists (select from pg_roles where rolname = 'chisan_reports') then
    create role chisan_reports nologin;
    alter role chisan_reports set statement_timeout = '7s';
    grant chisan_reports to postgres;
  end if;
end $$;
create schema warehouse;
comment on schema warehouse is 'Ein Lager; with a semicolon';
grant usage on schema warehouse to chisan_reports;
create type warehouse.state as enum ('new', 'it''s "open"', 'done');
create domain warehouse.amount as numeric(12, 2) check (value >= 0);
create type warehouse.point as (x integer, y integer);
create sequence warehouse.tickets start 5 increment 3;
select nextval('warehouse.tickets'), nextval('warehouse.tickets');
create sequence warehouse.untouched start 42;
create table warehouse.movements (
  id bigint generated always as identity,
  at date not null,
  state warehouse.state not null default 'new',
  amount warehouse.amount not null,
  doubled numeric generated always as (amount * 2) stored,
  payload bytea,
  note text,
  tags text[],
  primary key (id, at)
) partition by range (at);
create table warehouse.movements_2025 partition of warehouse.movements for values from ('2025-01-01') to ('2026-01-01');
create table warehouse.movements_2026 partition of warehouse.movements for values from ('2026-01-01') to ('2027-01-01');
create index movements_note on warehouse.movements (lower(note)) where note is not null;
insert into warehouse.movements (at, state, amount, payload, note, tags)
  select date '2025-06-01' + (i % 400), (array['new', 'it''s "open"', 'done'])[1 + i % 3]::warehouse.state, i, decode(md5(i::text), 'hex'),
    case when i % 7 = 0 then null when i % 5 = 0 then E'tab\\t newline\\n back\\\\slash \\\\. ' || i else '한국어 ' || i end,
    array['a b', null, 'c"d']
  from generate_series(1, 3000) as i;
create table warehouse.parents (id integer primary key, name extensions.citext unique);
create table warehouse.children (
  id integer primary key,
  parent_id integer references warehouse.parents (id) deferrable initially deferred,
  best_friend integer references warehouse.children (id),
  period int4range,
  constraint no_overlap exclude using gist (period with &&),
  constraint later check (id > 0) not valid
);
insert into warehouse.parents select i, 'Parent ' || i from generate_series(1, 50) as i;
insert into warehouse.children select i, i, nullif(51 - i, i), int4range(i * 10, i * 10 + 5) from generate_series(1, 50) as i;
create table warehouse."Strange ""name""; drop" ("select" integer, "a,b" text);
insert into warehouse."Strange ""name""; drop" values (1, 'x'), (2, null);
create table warehouse.empty_one (id integer);
create table warehouse.no_columns ();
insert into warehouse.no_columns default values;
create view warehouse.totals as select p.id, p.name, count(*) as children from warehouse.parents p join warehouse.children c on c.parent_id = p.id group by p.id;
create materialized view warehouse.summary as select state, count(*) as n, sum(amount) as total from warehouse.movements group by state;
create unique index summary_state on warehouse.summary (state);
create materialized view warehouse.summary_again as select sum(n) as n from warehouse.summary;
create materialized view warehouse.unfilled as select 1 as one with no data;
create function warehouse.note_of(bigint) returns text language sql stable security definer set search_path = '' as $$
  -- Name: not_an_entry; Type: TABLE; Schema: public; Owner: postgres
  select note from warehouse.movements where id = $1
$$;
create procedure warehouse.nothing() language plpgsql as $$ begin null; end $$;
create function warehouse.stamp() returns trigger language plpgsql as $$ begin new.name := new.name || ''; return new; end $$;
create trigger stamp before insert on warehouse.parents for each row execute function warehouse.stamp();
alter table warehouse.parents disable trigger stamp;
create rule silent as on delete to warehouse.empty_one do instead nothing;
create statistics warehouse.correlated on id, parent_id from warehouse.children;
alter table warehouse.parents enable row level security;
alter table warehouse.parents force row level security;
create policy reports_read on warehouse.parents for select to chisan_reports using (id < 10);
grant select (id) on warehouse.parents to chisan_reports;
revoke execute on function warehouse.note_of(bigint) from public;
create publication ours for table warehouse.parents, warehouse.children;
alter default privileges in schema warehouse grant select on tables to chisan_reports;
select lo_from_bytea(70001, convert_to(repeat('large object ', 5000), 'UTF8')), lo_create(70002);
grant select on large object 70001 to chisan_reports;
comment on large object 70001 is 'one of two';
create table public.opened (id integer primary key, word text);
grant select on public.opened to anon;
insert into public.opened values (1, 'one');
insert into auth.users (id, email) values ('00000000-0000-0000-0000-000000000001', 'one@chisanpaper.com'), ('00000000-0000-0000-0000-000000000002', 'two@chisanpaper.com');
insert into public.user_roles (user_id, role) values ('00000000-0000-0000-0000-000000000001', 'admin');
`;

const vendorRows = `
insert into auth.identities (provider_id, user_id, identity_data, provider) values ('p1', '00000000-0000-0000-0000-000000000001', '{"a": 1}', 'email');
insert into storage.buckets (id, name) values ('b', 'b');
insert into storage.objects (bucket_id, name) values ('b', 'one'), ('b', 'two');
insert into vault.secrets (name, secret) values ('key', 'not a real one');
`;
