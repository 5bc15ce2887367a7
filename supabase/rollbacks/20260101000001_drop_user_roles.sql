drop table public.user_roles;
drop type public.app_role;
