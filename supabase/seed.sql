-- Sample data for development and staging previews. Never for production: staging and prod hold real or anonymized data.
-- Deterministic (ids are hashes of names, times are fixed, no random) and idempotent (a second run adds nothing).
-- Nobody here exists: addresses name a role and lie under a domain reserved for examples.

-- 12 accounts; the trigger on auth.users makes the rows of public.users.
insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select
  '00000000-0000-0000-0000-000000000000',
  md5('seed user ' || seed.email)::uuid,
  'authenticated',
  'authenticated',
  seed.email,
  '2026-01-05 09:00+09',
  '{"provider": "google", "providers": ["google"]}',
  jsonb_build_object('full_name', seed.name),
  '2026-01-05 09:00+09',
  '2026-01-05 09:00+09'
from (
  select format('%s-%s@example.com', role, to_char(n, 'FM00')) as email, format('%s %s', initcap(role), n) as name
  from (values ('admin', 1), ('manager', 2), ('operator', 6), ('viewer', 3)) as roles (role, members), generate_series(1, members) as n
) as seed
on conflict do nothing;

insert into public.user_roles (user_id, role, granted_by)
select users.id, split_part(users.email, '-', 1)::public.app_role, md5('seed user admin-01@example.com')::uuid
from public.users
where users.email ~ '^(admin|manager|operator|viewer)-[0-9]{2}@example\.com$'
on conflict do nothing;

insert into public.warehouses (id, code, name, city)
select md5('seed warehouse ' || code)::uuid, code, name, city
from (values
  ('ICN-01', 'Incheon port warehouse', 'Incheon'),
  ('PUS-01', 'Busan port warehouse', 'Busan'),
  ('SEL-01', 'Seoul distribution centre', 'Seoul'),
  ('TAE-01', 'Daejeon distribution centre', 'Daejeon')
) as seed (code, name, city)
on conflict do nothing;

-- 40 products: five kinds of paper in eight weights.
insert into public.products (id, sku, name, unit, grammage_gsm)
select
  md5('seed product ' || kind || '-' || gsm)::uuid,
  kind || '-' || gsm,
  description || ' ' || gsm || ' g/m²',
  unit::public.stock_unit,
  gsm
from (values
  ('ART', 'Coated art paper', 'ream'),
  ('KRAFT', 'Kraft paper', 'roll'),
  ('LINER', 'Liner board', 'roll'),
  ('OFFSET', 'Offset paper', 'ream'),
  ('IVORY', 'Ivory board', 'pallet')
) as kinds (kind, description, unit), unnest(array[70, 80, 90, 100, 120, 150, 200, 250]) as gsm
on conflict do nothing;

-- 160 stocks: every product in every warehouse.
insert into public.stocks (id, warehouse_id, product_id, quantity, reserved)
select
  md5('seed stock ' || warehouses.code || ' ' || products.sku)::uuid,
  warehouses.id,
  products.id,
  100 + (spread.value % 900),
  spread.value % 60
from public.warehouses
cross join public.products
cross join lateral (select ('x' || substr(md5(warehouses.code || products.sku), 1, 6))::bit(24)::integer as value) as spread
where warehouses.id = md5('seed warehouse ' || warehouses.code)::uuid and products.id = md5('seed product ' || products.sku)::uuid
on conflict do nothing;

-- 60 orders of every status. Not "on conflict": that would use up numbers of the identity column at each run.
insert into public.orders (id, customer_code, warehouse_id, status, created_by, ordered_at, shipped_at)
select
  md5('seed order ' || n)::uuid,
  'CUST-' || to_char(1 + n % 15, 'FM000'),
  md5('seed warehouse ' || (array['ICN-01', 'PUS-01', 'SEL-01', 'TAE-01'])[1 + n % 4])::uuid,
  planned.status,
  md5('seed user operator-' || to_char(1 + n % 6, 'FM00') || '@example.com')::uuid,
  planned.ordered_at,
  case when planned.status = 'shipped' then planned.ordered_at + interval '2 days' end
from generate_series(1, 60) as n
cross join lateral (
  select
    (array['draft', 'confirmed', 'picking', 'shipped', 'shipped', 'cancelled'])[1 + n % 6]::public.order_status as status,
    timestamptz '2026-01-06 10:00+09' + n * interval '7 hours' as ordered_at
) as planned
where not exists (select from public.orders where orders.id = md5('seed order ' || n)::uuid)
order by n;

-- 180 order lines: three of each order, of different products.
insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price)
select
  md5('seed order ' || n)::uuid,
  line,
  (select products.id from public.products where products.id in (
    select md5('seed product ' || kind || '-' || gsm)::uuid
    from unnest(array['ART', 'KRAFT', 'LINER', 'OFFSET', 'IVORY']) as kind, unnest(array[70, 80, 90, 100, 120, 150, 200, 250]) as gsm
  ) order by products.sku offset (n * 7 + line * 11) % 40 limit 1),
  1 + (n * 3 + line * 5) % 40,
  1000 * (5 + (n + line * 13) % 90)
from generate_series(1, 60) as n, generate_series(1, 3) as line
on conflict do nothing;
