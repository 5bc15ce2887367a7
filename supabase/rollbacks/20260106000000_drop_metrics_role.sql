drop function private.statement_counters();
drop function private.connection_use();
revoke usage on schema private from chisan_metrics;
do $$
begin
  -- Only what the migration gave, where it gave anything: Supabase's own grant of pg_monitor stays.
  if exists (select from pg_catalog.pg_auth_members where roleid = 'pg_read_all_stats'::regrole and member = current_user::regrole) then
    execute pg_catalog.format('revoke pg_read_all_stats from %I', current_user);
  end if;
  drop role chisan_metrics;
exception
  -- Roles belong to the whole cluster: another database of it still has the migration.
  when dependent_objects_still_exist then
    raise notice 'the role chisan_metrics stays: another database of this cluster uses it';
end
$$;
