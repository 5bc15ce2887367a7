drop table public.products;
drop type public.stock_unit;
