-- The order of the values is the order of power: a policy asks for "at least operator".
create type public.app_role as enum ('viewer', 'operator', 'manager', 'admin');

create table public.user_roles (
  user_id uuid not null references public.users (id) on delete cascade,
  role public.app_role not null,
  granted_by uuid references public.users (id) on delete set null,
  granted_at timestamptz not null default now(),
  constraint user_roles_pkey primary key (user_id, role)
);
comment on table public.user_roles is 'Roles of a user. Without a row the user sees nothing.';
create index user_roles_granted_by_idx on public.user_roles (granted_by);

alter table public.user_roles enable row level security;
alter table public.user_roles force row level security;
