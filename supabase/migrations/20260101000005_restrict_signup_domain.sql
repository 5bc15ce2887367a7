-- A table, because hosted Supabase refuses `alter database … set app.…` to the project's owner.
create table private.signup_domains (
  domain text primary key,
  constraint signup_domains_form check (domain = '*' or domain ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$')
);
comment on table private.signup_domains is 'E-mail domains that may sign up, exactly (no subdomains). * is any, for development. Empty: nobody.';
insert into private.signup_domains (domain) values ('chisanpaper.com');

alter table private.signup_domains enable row level security;
create policy signup_domains_read on private.signup_domains for select to supabase_auth_admin using (true);

-- Not security definer, like its callers: a role that may not read the domains is refused.
create function private.may_have_account(email text) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (select from private.signup_domains where domain = '*') then
    return true;
  end if;
  -- Exactly one @, printable ASCII only: a quoted local part or a look-alike letter must not decide what the domain is.
  -- Without an address the second condition is false.
  return email ~ '^[!-?A-~]+@[A-Za-z0-9.-]+$'
    and exists (select from private.signup_domains where domain = lower(split_part(email, '@', 2)));
end
$$;
comment on function private.may_have_account(text) is 'Whether the domain of this e-mail address is in signup_domains.';

-- The "before user created" hook of Supabase Auth, which calls it as supabase_auth_admin. Not security definer: that role gets
-- exactly what the function reads.
create function private.restrict_signup_to_company(event jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.may_have_account(event #>> '{user,email}') then
    return '{}'::jsonb;
  end if;
  return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Only company accounts can sign up.'));
end
$$;
comment on function private.restrict_signup_to_company(jsonb) is 'Auth hook: refuses an account whose e-mail domain is not in signup_domains.';

-- The hook sees new accounts only. Without this an account could sign up with a company address, change it to any other, and keep
-- its roles.
create function private.check_email_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.may_have_account(new.email) then
    raise exception 'CHI-M202 the domain of the new e-mail address is %, allowed are %; use a company address, or: insert into private.signup_domains (domain) values (''<domain>'')',
      coalesce(to_json(substring(new.email from '[^@]*$'))::text, 'missing'),
      (select coalesce(string_agg(domain, ', ' order by domain), 'none') from private.signup_domains)
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;
comment on function private.check_email_change() is 'After a change of e-mail on auth.users: refuses a domain that is not in signup_domains.';

-- "When" and not "update of email": that would miss a change made by another trigger.
-- Its name comes before mirror_auth_user, and so does its error.
create trigger check_email_change after update on auth.users
  for each row when (old.email is distinct from new.email) execute function private.check_email_change();

grant usage on schema private to supabase_auth_admin;
grant select on private.signup_domains to supabase_auth_admin;
grant execute on function private.may_have_account(text) to supabase_auth_admin;
grant execute on function private.restrict_signup_to_company(jsonb) to supabase_auth_admin;
