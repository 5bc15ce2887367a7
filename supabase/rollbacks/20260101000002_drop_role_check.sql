drop function private.has_role(public.app_role);
