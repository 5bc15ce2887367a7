-- Every account gets its row in public.users, in the transaction that creates the account. Security definer: Supabase Auth has no
-- rights in schema public. A new user has no role, and so no access, until an admin grants one.
create function private.mirror_auth_user() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  violated text;
begin
  -- Accounts without an e-mail address (by phone, anonymous) are none of ours: they get no row and so no access.
  if new.email is not null then
    insert into public.users (id, email, display_name)
    values (new.id, lower(new.email), left(coalesce(new.raw_user_meta_data ->> 'full_name', ''), 200))
    on conflict (id) do update set email = excluded.email;
  end if;
  return null;
exception when unique_violation then
  get stacked diagnostics violated = constraint_name;
  if violated <> 'users_email_key' then
    raise;
  end if;
  -- Supabase Auth admits one address twice, once by SSO. Handing the row to the newcomer would hand over its roles: refused.
  raise exception 'CHI-M204 the e-mail address of account % is already that of account %; sign in the way that account does, or delete it first',
    new.id, (select id from public.users where email = lower(new.email))
    using errcode = 'unique_violation', constraint = violated;
end
$$;
comment on function private.mirror_auth_user() is 'After insert or change of e-mail on auth.users: keeps public.users in step.';

create trigger mirror_auth_user after insert or update of email on auth.users
  for each row execute function private.mirror_auth_user();
