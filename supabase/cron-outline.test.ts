import { startOutlineDatabase, type TestDatabase } from "./test-support/database";

let database: TestDatabase;
beforeAll(async () => (database = await startOutlineDatabase()));
afterAll(() => database.stop());

const value = async (text: string): Promise<unknown> => Object.values((await database.owner.query<Record<string, unknown>>(text)).rows[0] ?? {})[0];
const jobs = async (): Promise<unknown[]> => (await database.owner.query("select jobname, schedule, command, username, active from cron.job order by jobid")).rows;

test("a job is scheduled, changed by its name, altered and unscheduled as with pg_cron", async () => {
  const id = await value("select cron.schedule('nightly', '0 3 * * *', 'select 1')");
  expect(await value("select cron.schedule('nightly', '30 4 * * *', 'select 2')")).toBe(id);
  const unnamed = await value("select cron.schedule('30 seconds', 'select 3')");
  await database.owner.query(`select cron.alter_job(${String(unnamed)}, active := false)`);
  expect(await jobs()).toEqual([
    { jobname: "nightly", schedule: "30 4 * * *", command: "select 2", username: "postgres", active: true },
    { jobname: null, schedule: "30 seconds", command: "select 3", username: "postgres", active: false },
  ]);
  expect(await value("select cron.unschedule('nightly')")).toBe(true);
  expect(await value(`select cron.unschedule(${String(unnamed)})`)).toBe(true);
  expect(await jobs()).toEqual([]);
});

test.each([
  ["a schedule that is none", "select cron.schedule('x', 'at noon', 'select 1')", /invalid schedule: at noon/],
  ["a job for another role", "select cron.schedule_in_database('x', '@daily', 'select 1', 'postgres', 'service_role')", /must be superuser/],
  ["a job that is not there", "select cron.unschedule('x')", /could not find valid entry for job 'x'/],
  ["a row written past the functions", "insert into cron.job (schedule, command) values ('@daily', 'select 1')", /permission denied/],
])("%s is refused", async (_what, statement, message) => {
  await expect(database.owner.query(statement)).rejects.toThrow(message);
  expect(await jobs()).toEqual([]);
});

test("another role's job cannot be ended", async () => {
  await database.admin.query("select cron.schedule('admins', '@daily', 'select 1')");
  // The owner's BYPASSRLS shows it the row, as it would at the vendor; what belongs to another it cannot end.
  await expect(database.owner.query("select cron.unschedule('admins')")).rejects.toThrow(/could not find valid entry/);
  await database.admin.query("select cron.unschedule('admins')");
});
