-- What the API must not expose: functions of policies and triggers, and the sign-up settings. Not among the API's schemas.
create schema private;
comment on schema private is 'Functions and settings behind the policies and triggers; not exposed by the API.';

-- Policies run as the caller, who must be able to reach the functions named in them. The tables in here stay closed.
grant usage on schema private to authenticated, service_role;

create function private.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.touch_updated_at() is 'Before update: sets updated_at to the time of the transaction.';
