create table public.warehouses (
  id uuid primary key default gen_random_uuid(),
  code text not null,
  name text not null,
  city text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint warehouses_code_form check (code ~ '^[A-Z]{3}-[0-9]{2}$'),
  constraint warehouses_name_filled check (name <> ''),
  constraint warehouses_code_key unique (code)
);
comment on table public.warehouses is 'Places that hold stock. Closed ones become inactive; they are deleted only when nothing refers to them.';

create trigger touch_updated_at before update on public.warehouses
  for each row execute function private.touch_updated_at();

alter table public.warehouses enable row level security;
alter table public.warehouses force row level security;
grant select, delete on public.warehouses to authenticated;
grant insert (id, code, name, city, is_active) on public.warehouses to authenticated;
grant update (code, name, city, is_active) on public.warehouses to authenticated;

create policy warehouses_read on public.warehouses for select to authenticated
  using ((select private.has_role('viewer')));
create policy warehouses_create on public.warehouses for insert to authenticated
  with check ((select private.has_role('manager')));
create policy warehouses_update on public.warehouses for update to authenticated
  using ((select private.has_role('manager'))) with check ((select private.has_role('manager')));
create policy warehouses_delete on public.warehouses for delete to authenticated
  using ((select private.has_role('admin')));
