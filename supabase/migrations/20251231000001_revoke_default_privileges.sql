-- Supabase opens every new object in schema public to anon and authenticated. From here on a table, sequence or function is closed
-- until its own migration grants what it needs; anon is never granted anything.
alter default privileges in schema public revoke all on tables from anon, authenticated;
-- The service key reads and writes rows; it neither empties tables nor hangs triggers on them.
alter default privileges in schema public revoke truncate, references, trigger on tables from service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke all on functions from anon, authenticated;

-- PostgreSQL itself lets everyone execute every new function. That default has no schema, so neither has its revocation.
alter default privileges revoke execute on functions from public;
