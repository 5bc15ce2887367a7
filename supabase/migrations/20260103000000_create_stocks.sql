create table public.stocks (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id) on delete restrict,
  product_id uuid not null references public.products (id) on delete restrict,
  quantity integer not null default 0,
  reserved integer not null default 0,
  available integer not null generated always as (quantity - reserved) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stocks_quantity_not_negative check (quantity >= 0),
  constraint stocks_reserved_not_negative check (reserved >= 0),
  constraint stocks_reserved_in_stock check (reserved <= quantity),
  constraint stocks_warehouse_product_key unique (warehouse_id, product_id)
);
comment on table public.stocks is 'How much of a product lies in a warehouse, and how much of it is promised to orders.';
create index stocks_product_id_idx on public.stocks (product_id);

create trigger touch_updated_at before update on public.stocks
  for each row execute function private.touch_updated_at();

alter table public.stocks enable row level security;
alter table public.stocks force row level security;
grant select, delete on public.stocks to authenticated;
grant insert (id, warehouse_id, product_id, quantity, reserved) on public.stocks to authenticated;
grant update (quantity, reserved) on public.stocks to authenticated;

create policy stocks_read on public.stocks for select to authenticated
  using ((select private.has_role('viewer')));
create policy stocks_create on public.stocks for insert to authenticated
  with check ((select private.has_role('operator')));
create policy stocks_update on public.stocks for update to authenticated
  using ((select private.has_role('operator'))) with check ((select private.has_role('operator')));
create policy stocks_delete on public.stocks for delete to authenticated
  using ((select private.has_role('manager')));
