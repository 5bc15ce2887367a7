-- auth.users belongs to Supabase: only its owner could drop the trigger by name. The function is ours, and takes the trigger with it.
drop function private.mirror_auth_user() cascade;
