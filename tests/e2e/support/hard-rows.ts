/** Objects and rows of the kinds that a restore gets wrong, on top of our migrations and the seed. */
export const hardRows = `
create extension if not exists citext with schema extensions;
create role e2e_reports nologin;
alter role e2e_reports set statement_timeout = '7s';
grant e2e_reports to postgres;
create schema hard;
comment on schema hard is 'Ein Lager; with a semicolon';
grant usage on schema hard to e2e_reports;
create type hard.state as enum ('new', 'it''s "open"', 'done');
create domain hard.amount as numeric(12, 2) check (value >= 0);
create sequence hard.tickets start 5 increment 3;
select nextval('hard.tickets'), nextval('hard.tickets');
create sequence hard.untouched start 42;
create table hard.movements (
  id bigint generated always as identity,
  at date not null,
  state hard.state not null default 'new',
  amount hard.amount not null,
  doubled numeric generated always as (amount * 2) stored,
  payload bytea,
  note text,
  tags text[],
  primary key (id, at)
) partition by range (at);
create table hard.movements_2025 partition of hard.movements for values from ('2025-01-01') to ('2026-01-01');
create table hard.movements_2026 partition of hard.movements for values from ('2026-01-01') to ('2027-01-01');
insert into hard.movements (at, state, amount, payload, note, tags)
  select date '2025-06-01' + (i % 400), (array['new', 'it''s "open"', 'done'])[1 + i % 3]::hard.state, i, decode(md5(i::text), 'hex'),
    case when i % 7 = 0 then null when i % 5 = 0 then E'tab\\t newline\\n back\\\\slash \\\\. ' || i else '한국어 ' || i end, array['a b', null, 'c"d']
  from generate_series(1, 3000) as i;
create table hard.big (id bigint primary key, word text, noise bytea);
insert into hard.big select i, md5(i::text), decode(md5(random()::text) || md5(random()::text) || md5(random()::text), 'hex') from generate_series(1, 200000) as i;
create index big_word on hard.big (word);
create index big_noise on hard.big (noise);
create table hard.parents (id integer primary key, name extensions.citext unique);
create table hard.children (id integer primary key, parent_id integer references hard.parents (id) deferrable initially deferred, period int4range, constraint no_overlap exclude using gist (period with &&));
insert into hard.parents select i, 'Parent ' || i from generate_series(1, 50) as i;
insert into hard.children select i, i, int4range(i * 10, i * 10 + 5) from generate_series(1, 50) as i;
create table hard."Strange ""name""; drop" ("select" integer, "a,b" text);
insert into hard."Strange ""name""; drop" values (1, 'x'), (2, null);
create view hard.totals as select parent_id, count(*) as n from hard.children group by parent_id;
create materialized view hard.summary as select state, count(*) as n, sum(amount) as total from hard.movements group by state;
create unique index summary_state on hard.summary (state);
create materialized view hard.unfilled as select 1 as one with no data;
create function hard.note_of(bigint) returns text language sql stable security definer set search_path = '' as 'select note from hard.movements where id = $1';
revoke execute on function hard.note_of(bigint) from public;
alter table hard.parents enable row level security;
alter table hard.parents force row level security;
create policy reports_read on hard.parents for select to e2e_reports using (id < 10);
grant select (id) on hard.parents to e2e_reports;
alter default privileges in schema hard grant select on tables to e2e_reports;
select lo_from_bytea(70001, convert_to(repeat('large object ', 5000), 'UTF8')), lo_create(70002);
grant select on large object 70001 to e2e_reports;
comment on large object 70001 is 'one of two';
select cron.schedule('e2e-nightly', '5 4 * * *', 'select 1');
`;
