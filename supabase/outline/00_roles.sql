-- The roles Supabase creates in every project, in outline. Roles belong to the whole cluster, so this file may run once per
-- database of a cluster: what exists already is left alone. Run it as the cluster's superuser.
-- Source of names and attributes: the initial schema and the "demote postgres" migration of Supabase's Postgres image.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      -- Requests of the API without a session, with one, and with the service key.
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      -- PostgREST logs in as this one, and becomes one of the three above.
      ('authenticator', 'login noinherit'),
      -- The platform's own administrators.
      ('supabase_admin', 'login superuser createdb createrole replication bypassrls'),
      ('supabase_auth_admin', 'login noinherit'),
      ('supabase_storage_admin', 'login noinherit'),
      -- The project's owner: the role of DATABASE_URL and of the migrations. Not a superuser.
      ('postgres', 'login createdb createrole replication bypassrls')
    ) as roles (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres;
-- What lets the owner dump every schema, look at sessions and end them, without being a superuser (the image's migrations
-- 20230306081037 and 20240606060239).
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
-- The platform allows it by its module supautils; PostgreSQL 15 has a privilege for it. Restores need it.
grant set on parameter session_replication_role to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role supabase_auth_admin set search_path = 'auth';
alter role supabase_storage_admin set search_path = 'storage';
alter role supabase_admin set search_path = '$user', 'public', 'auth', 'extensions';
alter role postgres set search_path = '$user', 'public', 'extensions';
