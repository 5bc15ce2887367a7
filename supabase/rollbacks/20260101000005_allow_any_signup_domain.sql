-- Switch the hook off in Supabase Auth first: a hook whose function is missing refuses every sign-up.
revoke usage on schema private from supabase_auth_admin;
drop function private.restrict_signup_to_company(jsonb);
drop table private.signup_domains;
