-- The people who use the platform. The account itself (identity, sessions) is Supabase Auth's, in auth.users.
create table public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  display_name text not null default '',
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_email_lower_case check (email = lower(email) and position('@' in email) > 1),
  constraint users_display_name_length check (char_length(display_name) <= 200),
  constraint users_email_key unique (email)
);
comment on table public.users is 'One row per account of auth.users. An inactive user keeps the history and has no access.';

create trigger touch_updated_at before update on public.users
  for each row execute function private.touch_updated_at();

alter table public.users enable row level security;
alter table public.users force row level security;
