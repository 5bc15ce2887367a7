-- In policies, `(select f())` is evaluated once per statement, a bare `f()` once per row.
grant select on public.users to authenticated;
grant update (display_name, is_active) on public.users to authenticated;

create policy users_read on public.users for select to authenticated
  using (id = (select auth.uid()) or (select private.has_role('manager')));
-- A user edits their own row while active, and cannot change is_active: off fails the check, on again fails the condition.
create policy users_update on public.users for update to authenticated
  using ((id = (select auth.uid()) and is_active) or (select private.has_role('admin')))
  with check ((id = (select auth.uid()) and is_active) or (select private.has_role('admin')));

grant select, delete on public.user_roles to authenticated;
grant insert (user_id, role, granted_by) on public.user_roles to authenticated;

create policy user_roles_read on public.user_roles for select to authenticated
  using (user_id = (select auth.uid()) or (select private.has_role('manager')));
create policy user_roles_grant on public.user_roles for insert to authenticated
  with check ((select private.has_role('admin')) and granted_by = (select auth.uid()));
create policy user_roles_revoke on public.user_roles for delete to authenticated
  using ((select private.has_role('admin')));
