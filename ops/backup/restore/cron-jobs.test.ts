import { type PostgresCluster, startPostgres } from "../../../supabase/test-support/postgres";
import { restoreJobs } from "./cron-jobs";

let cluster: PostgresCluster;
beforeAll(async () => {
  cluster = await startPostgres();
});
afterAll(() => cluster.stop());

const rows = [
  { jobid: "7", schedule: "0 3 * * *", command: "select 1", jobname: "nightly", username: "supabase_admin", active: "t" },
  { jobid: "8", schedule: "* * * * *", command: "select 2", jobname: null, username: "supabase_admin", active: "f" },
  { jobid: "9", schedule: "* * * * *", command: "select 3", jobname: "theirs", username: "somebody", active: "t" },
];

/** The functions of pg_cron that are used, with the arguments that its documentation gives them. */
const pgCron = `
  create schema cron;
  create table cron.job (jobid bigint generated always as identity, schedule text, command text, jobname text, active boolean default true);
  create function cron.schedule(schedule text, command text) returns bigint language sql as 'insert into cron.job (schedule, command) values ($1, $2) returning jobid';
  create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as 'insert into cron.job (jobname, schedule, command) values ($1, $2, $3) returning jobid';
  create function cron.alter_job(job_id bigint, schedule text default null, command text default null, database text default null, username text default null, active boolean default null) returns void
    language sql as 'update cron.job set active = $6 where jobid = $1'`;

test("jobs come back inactive, unless they are wanted; those of another role are named", async () => {
  const client = await cluster.connect();
  try {
    expect(await restoreJobs(client, rows, false)).toMatchObject([{ what: "3 cron jobs", missed: true }]);
    await client.query(pgCron);
    for (const enable of [false, true]) {
      await client.query("truncate cron.job");
      const leftOut = await restoreJobs(client, rows, enable);
      const { rows: jobs } = await client.query("select jobname, command, active from cron.job order by command");
      expect(jobs).toEqual([
        { jobname: "nightly", command: "select 1", active: enable },
        { jobname: null, command: "select 2", active: false },
      ]);
      expect(leftOut.filter(({ missed }) => missed)).toMatchObject([{ what: "cron job theirs" }]);
    }
  } finally {
    await client.end();
  }
});
