alter default privileges grant execute on functions to public;

alter default privileges in schema public grant all on functions to anon, authenticated;
alter default privileges in schema public grant all on sequences to anon, authenticated;
alter default privileges in schema public grant truncate, references, trigger on tables to service_role;
alter default privileges in schema public grant all on tables to anon, authenticated;
