-- What the metrics exporter becomes (`set role`) as soon as it has connected: it can call the two functions below, and nothing else.
-- It cannot log in, because a migration is no place for a password.
--
-- Roles belong to the whole cluster: another database of it may have this one already.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'chisan_metrics') then
    create role chisan_metrics nologin noinherit;
  end if;
  -- So that the functions see the statements of every role. Supabase's owner may have it already, by way of pg_monitor.
  if not pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') then
    execute pg_catalog.format('grant pg_read_all_stats to %I', current_user);
  end if;
end
$$;
comment on role chisan_metrics is 'The metrics exporter, once connected: may call private.connection_use and private.statement_counters.';
grant chisan_metrics to current_user;
grant usage on schema private to chisan_metrics;

-- Reserved connections are not for the application: the API is refused when all others are taken.
create function private.connection_use(out connections integer, out connection_limit integer, out counters_since timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
  select
    (select count(*)::integer from pg_catalog.pg_stat_activity where backend_type = 'client backend'),
    pg_catalog.current_setting('max_connections')::integer
      - pg_catalog.current_setting('superuser_reserved_connections')::integer
      -- Since PostgreSQL 16.
      - coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::integer,
    (select stats_reset from extensions.pg_stat_statements_info)
$$;
comment on function private.connection_use() is 'Open connections, how many may be open, and since when statements are counted.';
grant execute on function private.connection_use() to chisan_metrics;

-- Counters only. The texts stay here: a text of `alter role … password` holds the password.
-- Left out is what is no work of the application: the platform (superusers), the exporter itself, statements within functions (their time is in the
-- caller's), and what controls a transaction or session, which takes no time and would hide slow queries behind its number. COPY is the backups'.
create function private.statement_counters()
returns table (statement text, calls bigint, mean_ms double precision, deviation_ms double precision)
language sql
stable
security definer
set search_path = ''
as $$
  select
    pg_catalog.format('%s/%s', counters.userid, counters.queryid),
    counters.calls,
    counters.mean_exec_time,
    counters.stddev_exec_time
  from extensions.pg_stat_statements as counters
  join pg_catalog.pg_roles as caller on caller.oid = counters.userid
  where counters.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
    and counters.toplevel
    and counters.calls > 0
    and counters.queryid is not null
    and not caller.rolsuper
    and caller.rolname <> 'chisan_metrics'
    and counters.query !~* '^\s*(abort|begin|close|commit|copy|deallocate|declare|discard|end|fetch|listen|lock|move|notify|prepare|release|reset|rollback|savepoint|set|show|start|unlisten)\M'
$$;
comment on function private.statement_counters() is 'Calls, mean and standard deviation (milliseconds) of the application''s statements, without their texts.';
grant execute on function private.statement_counters() to chisan_metrics;
