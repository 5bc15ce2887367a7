create type public.stock_unit as enum ('sheet', 'ream', 'roll', 'pallet');

create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null,
  name text not null,
  unit public.stock_unit not null,
  grammage_gsm integer,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint products_sku_form check (sku ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
  constraint products_name_filled check (name <> ''),
  constraint products_grammage_positive check (grammage_gsm > 0),
  constraint products_sku_key unique (sku)
);
comment on table public.products is 'What is stocked and ordered. Quantities everywhere count this product''s unit.';
comment on column public.products.grammage_gsm is 'Weight of the paper in grams per square metre.';
create index products_name_trgm_idx on public.products using gin (name extensions.gin_trgm_ops);

create trigger touch_updated_at before update on public.products
  for each row execute function private.touch_updated_at();

alter table public.products enable row level security;
alter table public.products force row level security;
grant select, delete on public.products to authenticated;
grant insert (id, sku, name, unit, grammage_gsm, is_active) on public.products to authenticated;
grant update (sku, name, unit, grammage_gsm, is_active) on public.products to authenticated;

create policy products_read on public.products for select to authenticated
  using ((select private.has_role('viewer')));
create policy products_create on public.products for insert to authenticated
  with check ((select private.has_role('manager')));
create policy products_update on public.products for update to authenticated
  using ((select private.has_role('manager'))) with check ((select private.has_role('manager')));
create policy products_delete on public.products for delete to authenticated
  using ((select private.has_role('admin')));
