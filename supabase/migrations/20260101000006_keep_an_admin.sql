-- Without an active admin nobody could grant a role any more. Security definer: it reads and locks rows that the caller may not.
create function private.keep_an_admin() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  admin_id uuid;
begin
  admin_id := to_jsonb(old) ->> case tg_table_name when 'users' then 'id' else 'user_id' end;
  if exists (
      select
      from public.user_roles
      join public.users on users.id = user_roles.user_id
      where user_roles.user_id = admin_id and user_roles.role = 'admin' and users.is_active
    )
  then
    -- "For share" holds those who stay until this transaction ends: of two admins who remove one another at once the later waits, and
    -- is then refused (as a deadlock, if both began in the same instant). A snapshot older than the other's commit fails (40001).
    perform
    from public.user_roles
    join public.users on users.id = user_roles.user_id
    where user_roles.user_id <> admin_id and user_roles.role = 'admin' and users.is_active
    for share;
    if not found then
      raise exception 'CHI-M203 user % is the last active admin; make another one first: insert into public.user_roles (user_id, role) values (''<user id>'', ''admin'')', admin_id
        using errcode = 'restrict_violation';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function private.keep_an_admin() is 'Before an admin is removed or made inactive: refuses the last active one. A truncate is not stopped.';

create trigger keep_an_admin_delete before delete on public.user_roles
  for each row when (old.role = 'admin') execute function private.keep_an_admin();
create trigger keep_an_admin_update before update on public.user_roles
  for each row when (old.role = 'admin' and (new.role <> 'admin' or new.user_id <> old.user_id)) execute function private.keep_an_admin();

create trigger keep_an_admin_delete before delete on public.users
  for each row when (old.is_active) execute function private.keep_an_admin();
create trigger keep_an_admin_update before update on public.users
  for each row when (old.is_active and not new.is_active) execute function private.keep_an_admin();
