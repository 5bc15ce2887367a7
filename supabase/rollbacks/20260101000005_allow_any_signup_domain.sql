-- Switch the hook off in Supabase Auth first: a hook whose function is missing refuses every sign-up.
revoke usage on schema private from supabase_auth_admin;
-- Takes its trigger with it: auth.users belongs to Supabase, only its owner could drop the trigger by name.
drop function private.check_email_change() cascade;
drop function private.restrict_signup_to_company(jsonb);
drop function private.may_have_account(text);
drop table private.signup_domains;
