create table public.audit_log (
  id bigint primary key generated always as identity,
  occurred_at timestamptz not null default clock_timestamp(),
  transaction_id bigint not null default txid_current(),
  actor_id uuid,
  actor_role text not null,
  action text not null,
  table_name text not null,
  row_key jsonb,
  old_row jsonb,
  new_row jsonb,
  constraint audit_log_action_known check (action in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))
);
comment on table public.audit_log is 'Every change of the business tables and the sign-up domains, append-only for statements. Points in time for a restore are found here.';
comment on column public.audit_log.actor_id is 'Subject of the request''s token, else what the API says in app.actor_id, else null: a service or an operator. No foreign key: history outlives users.';
comment on column public.audit_log.actor_role is 'The database role that made the change.';
create index audit_log_table_name_idx on public.audit_log (table_name, occurred_at);
create index audit_log_actor_id_idx on public.audit_log (actor_id, occurred_at);
create index audit_log_occurred_at_idx on public.audit_log using brin (occurred_at);

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
revoke all on public.audit_log from service_role;
grant select on public.audit_log to authenticated, service_role;
create policy audit_log_read on public.audit_log for select to authenticated
  using ((select private.has_role('admin')));

-- This stops every caller of the API, and mistakes of everyone. It does not stop the owner of the table (postgres, the role of
-- DATABASE_URL) or a superuser who means it: they can disable or drop the triggers, and nothing inside a database can prevent that.
-- What they cannot reach is the copy in the locked backups.
create function private.refuse_audit_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'CHI-M201 audit_log is append-only: % refused; correct an entry by a further change of the audited table', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$$;
comment on function private.refuse_audit_change() is 'Refuses the statement, whoever runs it. The owner of the table can still remove the trigger first.';

create trigger refuse_change before update or delete or truncate on public.audit_log
  for each statement execute function private.refuse_audit_change();
-- "Always": also in a session with session_replication_role = replica, where ordinary triggers are silent.
alter table public.audit_log enable always trigger refuse_change;

-- Entries come from the triggers of the audited tables, never from a statement of somebody's own (trigger depth 0). An ordinary
-- trigger, because a restore loads the table with session_replication_role = replica.
create trigger refuse_direct_insert before insert on public.audit_log
  for each statement when (pg_trigger_depth() = 0) execute function private.refuse_audit_change();

-- The API works as the project's owner, without a token in the session: it says for whom in app.actor_id, with set_config(…, true).
-- A word of the API's, not a proof; a token in the session goes first.
create function private.current_actor() returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  named text := nullif(current_setting('app.actor_id', true), '');
begin
  -- The token's own errors are not ours to reword.
  if auth.uid() is not null or named is null then
    return auth.uid();
  end if;
  begin
    return named::uuid;
  exception when invalid_text_representation then
    raise exception 'CHI-M205 app.actor_id is "%", no UUID; set the id of public.users: select set_config(''app.actor_id'', ''<id>'', true)', named
      using errcode = 'invalid_text_representation';
  end;
end
$$;
comment on function private.current_actor() is 'For whom the current change is made: the subject of the request''s token, else app.actor_id, else null.';

create function private.write_audit() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  old_values jsonb := case when tg_op in ('UPDATE', 'DELETE') then to_jsonb(old) end;
  new_values jsonb := case when tg_op in ('INSERT', 'UPDATE') then to_jsonb(new) end;
begin
  insert into public.audit_log (actor_id, actor_role, action, table_name, row_key, old_row, new_row)
  values (
    private.current_actor(),
    coalesce(nullif(current_setting('role', true), 'none'), session_user),
    tg_op,
    tg_table_name,
    (select jsonb_object_agg(key, coalesce(new_values, old_values) -> key) from unnest(tg_argv) as key),
    old_values,
    new_values
  );
  return null;
end
$$;
comment on function private.write_audit() is 'After a change: appends it to audit_log. Arguments of the trigger: the columns of the primary key.';
