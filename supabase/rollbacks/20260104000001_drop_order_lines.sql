drop table public.order_lines;
