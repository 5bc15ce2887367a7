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
comment on table public.audit_log is 'Every change of the business tables, append-only. Points in time for a restore are found here.';
comment on column public.audit_log.actor_id is 'The signed-in user; null for changes by a service or an operator. No foreign key: history outlives users.';
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

create function private.refuse_audit_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'CHI-M201 audit_log is append-only: % refused; correct an entry by a further change of the audited table', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$$;
comment on function private.refuse_audit_change() is 'Refuses the statement, whoever runs it, the owner included.';

create trigger refuse_change before update or delete or truncate on public.audit_log
  for each statement execute function private.refuse_audit_change();
-- "Always": also in a session with session_replication_role = replica, where ordinary triggers are silent.
alter table public.audit_log enable always trigger refuse_change;

-- Entries come from the triggers of the audited tables, never from a statement of somebody's own (trigger depth 0). An ordinary
-- trigger, because a restore loads the table with session_replication_role = replica.
create trigger refuse_direct_insert before insert on public.audit_log
  for each statement when (pg_trigger_depth() = 0) execute function private.refuse_audit_change();

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
    auth.uid(),
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
