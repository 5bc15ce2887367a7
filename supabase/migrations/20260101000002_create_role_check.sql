-- Security definer: it reads user_roles for a caller whose own policies depend on the answer, which would otherwise recurse.
-- The fixed empty search_path keeps a caller from slipping in objects of their own.
create function private.has_role(minimum public.app_role) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select
    from public.user_roles
    join public.users on users.id = user_roles.user_id
    where user_roles.user_id = auth.uid() and users.is_active and user_roles.role >= minimum
  )
$$;
comment on function private.has_role(public.app_role) is 'Whether the signed-in, active user has this role or a more powerful one.';
grant execute on function private.has_role(public.app_role) to authenticated, service_role;
