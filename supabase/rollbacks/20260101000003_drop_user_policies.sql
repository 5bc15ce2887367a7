drop policy user_roles_revoke on public.user_roles;
drop policy user_roles_grant on public.user_roles;
drop policy user_roles_read on public.user_roles;
revoke insert (user_id, role, granted_by) on public.user_roles from authenticated;
revoke select, delete on public.user_roles from authenticated;

drop policy users_update on public.users;
drop policy users_read on public.users;
revoke update (display_name, is_active) on public.users from authenticated;
revoke select on public.users from authenticated;
