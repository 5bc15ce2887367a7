drop trigger keep_an_admin_update on public.users;
drop trigger keep_an_admin_delete on public.users;
drop trigger keep_an_admin_update on public.user_roles;
drop trigger keep_an_admin_delete on public.user_roles;
drop function private.keep_an_admin();
