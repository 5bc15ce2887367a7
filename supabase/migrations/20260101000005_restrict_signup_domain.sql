-- A table, because hosted Supabase refuses `alter database … set app.…` to the project's owner.
create table private.signup_domains (
  domain text primary key,
  constraint signup_domains_form check (domain = '*' or domain ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$')
);
comment on table private.signup_domains is 'E-mail domains that may sign up, exactly (no subdomains). * is any, for development. Empty: nobody.';
insert into private.signup_domains (domain) values ('chisanpaper.com');

alter table private.signup_domains enable row level security;
create policy signup_domains_read on private.signup_domains for select to supabase_auth_admin using (true);

-- The "before user created" hook of Supabase Auth, which calls it as supabase_auth_admin. Not security definer: that role gets
-- exactly what the function reads.
create function private.restrict_signup_to_company(event jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  email text := event #>> '{user,email}';
begin
  if exists (select from private.signup_domains where domain = '*') then
    return '{}'::jsonb;
  end if;
  -- Exactly one @, printable ASCII only: a quoted local part or a look-alike letter must not decide what the domain is.
  if email ~ '^[!-?A-~]+@[A-Za-z0-9.-]+$'
    and exists (select from private.signup_domains where domain = lower(split_part(email, '@', 2)))
  then
    return '{}'::jsonb;
  end if;
  return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Only company accounts can sign up.'));
end
$$;
comment on function private.restrict_signup_to_company(jsonb) is 'Auth hook: refuses an account whose e-mail domain is not in signup_domains.';

grant usage on schema private to supabase_auth_admin;
grant select on private.signup_domains to supabase_auth_admin;
grant execute on function private.restrict_signup_to_company(jsonb) to supabase_auth_admin;
