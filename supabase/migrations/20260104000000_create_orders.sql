create type public.order_status as enum ('draft', 'confirmed', 'picking', 'shipped', 'cancelled');

create table public.orders (
  id uuid primary key default gen_random_uuid(),
  number bigint not null generated always as identity,
  code text not null generated always as ('CO-' || lpad(number::text, 8, '0')) stored,
  customer_code text not null,
  warehouse_id uuid not null references public.warehouses (id) on delete restrict,
  status public.order_status not null default 'draft',
  created_by uuid not null default auth.uid() references public.users (id) on delete restrict,
  ordered_at timestamptz not null default now(),
  shipped_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_customer_code_form check (customer_code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
  constraint orders_shipped_at_when_shipped check ((status = 'shipped') = (shipped_at is not null)),
  constraint orders_shipped_after_ordered check (shipped_at >= ordered_at),
  constraint orders_number_key unique (number),
  constraint orders_code_key unique (code)
);
comment on table public.orders is 'Orders of customers, delivered from one warehouse. Customers are known by their code only.';
create index orders_warehouse_id_idx on public.orders (warehouse_id);
create index orders_created_by_idx on public.orders (created_by);
create index orders_open_idx on public.orders (status, ordered_at) where status in ('draft', 'confirmed', 'picking');

create trigger touch_updated_at before update on public.orders
  for each row execute function private.touch_updated_at();

alter table public.orders enable row level security;
alter table public.orders force row level security;
grant select, delete on public.orders to authenticated;
grant insert (id, customer_code, warehouse_id, status, created_by, ordered_at) on public.orders to authenticated;
grant update (customer_code, warehouse_id, status, ordered_at, shipped_at) on public.orders to authenticated;

create policy orders_read on public.orders for select to authenticated
  using ((select private.has_role('viewer')));
create policy orders_create on public.orders for insert to authenticated
  with check ((select private.has_role('operator')) and created_by = (select auth.uid()));
-- A finished order is history: only a manager corrects it.
create policy orders_update on public.orders for update to authenticated
  using ((select private.has_role('operator')) and (status in ('draft', 'confirmed', 'picking') or (select private.has_role('manager'))))
  with check ((select private.has_role('operator')));
create policy orders_delete on public.orders for delete to authenticated
  using (status = 'draft' and (select private.has_role('manager')));
