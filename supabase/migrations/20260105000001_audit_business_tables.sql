-- The audited tables, each with the columns of its primary key. A truncate has no rows: the fact itself is recorded.
create trigger audit_change after insert or update or delete on public.users
  for each row execute function private.write_audit('id');
create trigger audit_truncate after truncate on public.users
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.user_roles
  for each row execute function private.write_audit('user_id', 'role');
create trigger audit_truncate after truncate on public.user_roles
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.warehouses
  for each row execute function private.write_audit('id');
create trigger audit_truncate after truncate on public.warehouses
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.products
  for each row execute function private.write_audit('id');
create trigger audit_truncate after truncate on public.products
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.stocks
  for each row execute function private.write_audit('id');
create trigger audit_truncate after truncate on public.stocks
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.orders
  for each row execute function private.write_audit('id');
create trigger audit_truncate after truncate on public.orders
  for each statement execute function private.write_audit();
create trigger audit_change after insert or update or delete on public.order_lines
  for each row execute function private.write_audit('order_id', 'line_number');
create trigger audit_truncate after truncate on public.order_lines
  for each statement execute function private.write_audit();
-- Who may sign up is as sensitive as who has which role.
create trigger audit_change after insert or update or delete on private.signup_domains
  for each row execute function private.write_audit('domain');
create trigger audit_truncate after truncate on private.signup_domains
  for each statement execute function private.write_audit();
