-- pg_cron in outline, in the form of its version 1.6: backups and restores must meet jobs, and the extension itself comes with no
-- distribution's PostgreSQL. It is a plain schema here, not an extension, and NOTHING RUNS: a job is a row.
-- Grants are those that the platform gives to the project's owner when the extension is enabled.
create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- The real functions are C code that writes as the superuser on behalf of whoever calls: `session_user` under `security definer` stands for
-- that here. A role taken on by SET ROLE is therefore not the job's owner, as it would be at the vendor.
create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
  id bigint;
begin
  -- pg_cron refuses what is neither five fields, nor "@hourly" and its like, nor "n seconds".
  if $2 !~ '^\s*(\S+\s+){4}\S+\s*$' and $2 !~ '^@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)$' and $2 !~ '^[1-5]?[0-9] seconds?$' then
    raise exception 'invalid schedule: %', $2
      using hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
  if $5 <> session_user and not (select rolsuper from pg_roles where rolname = session_user) then
    raise exception 'must be superuser to create a job for another role';
  end if;
  insert into cron.job as job (jobname, schedule, command, nodeport, database, username, active)
  values ($1, $2, $3, coalesce(inet_server_port(), 5432), $4, coalesce($5, session_user), $6)
  on conflict on constraint jobname_username_uniq
    do update set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning job.jobid into id;
  return id;
end
$$;
create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
  select cron.schedule_in_database($1, $2, $3, current_database()::text)
$$;
create function cron.schedule(schedule text, command text) returns bigint language sql as $$
  select cron.schedule_in_database(null, $1, $2, current_database()::text)
$$;

create function cron.unschedule(job_id bigint) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from cron.job where jobid = $1 and username = session_user;
  if not found then
    raise exception 'could not find valid entry for job ''%''', $1;
  end if;
  return true;
end
$$;
create function cron.unschedule(job_name text) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from cron.job where jobname = $1 and username = session_user;
  if not found then
    raise exception 'could not find valid entry for job ''%''', $1;
  end if;
  return true;
end
$$;

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null, username text default null,
  active boolean default null
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  if $5 <> session_user and not (select rolsuper from pg_roles where rolname = session_user) then
    raise exception 'must be superuser to alter username';
  end if;
  update cron.job as job
  set schedule = coalesce($2, job.schedule), command = coalesce($3, job.command), database = coalesce($4, job.database),
    username = coalesce($5, job.username), active = coalesce($6, job.active)
  where job.jobid = $1 and job.username = session_user;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', $1;
  end if;
end
$$;

grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on cron.job_run_details to postgres with grant option;
grant select on cron.job to postgres with grant option;
grant usage, select on cron.jobid_seq, cron.runid_seq to postgres with grant option;
