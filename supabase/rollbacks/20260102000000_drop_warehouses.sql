drop table public.warehouses;
