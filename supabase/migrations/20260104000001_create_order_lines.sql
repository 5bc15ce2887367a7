create table public.order_lines (
  order_id uuid not null references public.orders (id) on delete cascade,
  line_number integer not null,
  product_id uuid not null references public.products (id) on delete restrict,
  quantity integer not null,
  unit_price numeric(14, 2) not null,
  amount numeric(20, 2) not null generated always as (quantity * unit_price) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_lines_pkey primary key (order_id, line_number),
  constraint order_lines_line_number_positive check (line_number > 0),
  constraint order_lines_quantity_positive check (quantity > 0),
  constraint order_lines_unit_price_not_negative check (unit_price >= 0)
);
comment on table public.order_lines is 'Products of an order. Prices are in KRW, for one unit of the product.';
create index order_lines_product_id_idx on public.order_lines (product_id);

create trigger touch_updated_at before update on public.order_lines
  for each row execute function private.touch_updated_at();

alter table public.order_lines enable row level security;
alter table public.order_lines force row level security;
grant select, delete on public.order_lines to authenticated;
grant insert (order_id, line_number, product_id, quantity, unit_price) on public.order_lines to authenticated;
grant update (product_id, quantity, unit_price) on public.order_lines to authenticated;

create policy order_lines_read on public.order_lines for select to authenticated
  using ((select private.has_role('viewer')));
-- Lines change only while their order is a draft.
create policy order_lines_create on public.order_lines for insert to authenticated
  with check (
    (select private.has_role('operator'))
    and exists (select from public.orders where orders.id = order_lines.order_id and orders.status = 'draft')
  );
create policy order_lines_update on public.order_lines for update to authenticated
  using (
    (select private.has_role('operator'))
    and exists (select from public.orders where orders.id = order_lines.order_id and orders.status = 'draft')
  )
  with check (
    (select private.has_role('operator'))
    and exists (select from public.orders where orders.id = order_lines.order_id and orders.status = 'draft')
  );
create policy order_lines_delete on public.order_lines for delete to authenticated
  using (
    (select private.has_role('operator'))
    and exists (select from public.orders where orders.id = order_lines.order_id and orders.status = 'draft')
  );
