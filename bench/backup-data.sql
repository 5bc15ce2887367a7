-- Data like CHISAN's for measuring backups: accounts, products, stocks, orders with their lines, and the history of changes. About 1.2 GB as a
-- database with :orders = 1000000 (psql -v orders=…), in proportion otherwise. The texts differ from row to row: constant ones would flatter compression.
-- Deterministic: made of hashes of row numbers. Needs the migrations, and a role that may set session_replication_role.
set session_replication_role = replica;
set synchronous_commit = off;

insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', md5('user ' || n)::uuid, 'authenticated', 'authenticated', format('user-%s@example.com', n),
  '{"provider": "google"}', jsonb_build_object('full_name', 'User ' || n), '2026-01-01'::timestamptz + n * interval '1 second', '2026-01-01'
from generate_series(1, greatest(:orders / 1000, 10)) as n;
insert into public.users (id, email, display_name)
select md5('user ' || n)::uuid, format('user-%s@example.com', n), 'User ' || n from generate_series(1, greatest(:orders / 1000, 10)) as n;

insert into public.warehouses (id, code, name, city)
select md5('warehouse ' || n)::uuid, format('BEN-%s', to_char(n, 'FM00')), 'Warehouse ' || n, 'Seoul' from generate_series(1, 20) as n;
insert into public.products (id, sku, name, unit, grammage_gsm)
select md5('product ' || n)::uuid, format('BENCH-%s', to_char(n, 'FM000000')), 'Paper ' || substr(md5('name ' || n), 1, 12), 'ream', 70 + n % 200
from generate_series(1, greatest(:orders / 200, 20)) as n;
insert into public.stocks (warehouse_id, product_id, quantity, reserved)
select w.id, p.id, 1000 + (hashint4(p.n) & 1023), hashint4(p.n * 7) & 255
from (select md5('warehouse ' || n)::uuid as id from generate_series(1, 20) as n) as w,
  (select md5('product ' || n)::uuid as id, n from generate_series(1, greatest(:orders / 200, 20)) as n) as p;

insert into public.orders (id, customer_code, warehouse_id, status, created_by, ordered_at, shipped_at, created_at, updated_at)
select md5('order ' || n)::uuid, upper(substr(md5('customer ' || n % 5000), 1, 8)), md5('warehouse ' || 1 + n % 20)::uuid,
  case when n % 10 = 0 then 'draft' else 'shipped' end::public.order_status, md5('user ' || 1 + n % greatest(:orders / 1000, 10))::uuid,
  at, case when n % 10 = 0 then null else at + (n % 90) * interval '1 hour' end, at, at
from generate_series(1, :orders) as n, lateral (select '2024-01-01'::timestamptz + n * interval '61.7 seconds' as at) as times;

insert into public.order_lines (order_id, line_number, product_id, quantity, unit_price, created_at, updated_at)
select md5('order ' || n)::uuid, line, md5('product ' || 1 + abs(hashint8(n * 3 + line)::bigint) % greatest(:orders / 200, 20))::uuid, 1 + abs(hashint8(n + line)::bigint) % 500,
  (abs(hashint8(n * line)::bigint) % 9000000) / 100.0, at, at
from generate_series(1, :orders) as n, generate_series(1, 3) as line, lateral (select '2024-01-01'::timestamptz + n * interval '61.7 seconds' as at) as times;

insert into public.audit_log (occurred_at, transaction_id, actor_id, actor_role, action, table_name, row_key, new_row)
select '2024-01-01'::timestamptz + n * interval '123.4 seconds', n, md5('user ' || 1 + n % greatest(:orders / 1000, 10))::uuid, 'authenticated', 'INSERT', 'orders',
  jsonb_build_object('id', md5('order ' || n)::uuid),
  jsonb_build_object('id', md5('order ' || n)::uuid, 'customer_code', upper(substr(md5('customer ' || n % 5000), 1, 8)), 'note', md5('a' || n) || ' ' || md5('b' || n), 'number', n)
from generate_series(1, :orders / 2) as n;
reset session_replication_role;
analyze;
