-- Destructive: export the table first (the weekly export holds it too).
drop table public.audit_log;
drop function private.write_audit();
drop function private.current_actor();
drop function private.refuse_audit_change();
