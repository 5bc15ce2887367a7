-- The first three come with every Supabase project (then these lines do nothing); a plain PostgreSQL 15 gets them here.
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;

-- Ours: search of products by a part of their name.
create extension pg_trgm with schema extensions;
