drop table public.orders;
drop type public.order_status;
