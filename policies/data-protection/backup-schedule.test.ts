import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { backupSchedule } from "./backup-schedule";

const address = (job: string) => `https://run.googleapis.com/v2/projects/p/locations/asia-northeast3/jobs/${job}:run`;
const work = (slug: string, workload: string, cron: string) => {
  const name = `chisan-${slug}-${workload}`;
  return [
    { type: "gcp:cloudrunv2/job:Job", name: `${workload}-job`, inputs: { name } },
    {
      type: "gcp:cloudscheduler/job:Job",
      name: workload,
      inputs: { schedule: cron, timeZone: "Asia/Seoul", httpTarget: { uri: address(name) } },
    },
  ];
};
const database = { type: "supabase:index/project:Project", name: "database", inputs: {} };
const all = (slug: string) => [
  database,
  ...work(slug, "backup-daily", "0 3 * * *"),
  ...work(slug, "backup-weekly", "0 7 * * 0"),
  ...work(slug, "restore-test", "0 11 1 * *"),
  ...work(slug, "drill", "0 11 15 1,4,7,10 *"),
];

policyCases(backupSchedule, {
  compliant: all("prod"),
  refused: [
    ["backup-daily", "schedule", "0 0 1 1 *", 'chisan-prod-backup-daily is started at "0 0 1 1 *" in "Asia/Seoul"; allowed: daily 03:00'],
    ["backup-daily", "schedule", "0 3 * * 1-5", "allowed: daily 03:00"],
    ["backup-daily", "timeZone", "Etc/UTC", 'in "Etc/UTC"'],
    ["backup-daily", "timeZone", undefined, "in nothing"],
    ["backup-weekly", "schedule", "0 7 * * 1", "allowed: each Sunday"],
    ["backup-weekly", "schedule", "0 7 1 * 0", "allowed: each Sunday"],
    ["restore-test", "schedule", "0 11 31 * *", "allowed: once a month"],
    ["restore-test", "schedule", "0 11 1 1 *", "allowed: once a month"],
    ["drill", "schedule", "0 11 15 1,7 *", "allowed: once a quarter"],
    ["drill", "httpTarget.uri", "https://elsewhere.example.com/chisan-prod-drill:run", "prod has no schedule that starts chisan-prod-drill"],
    ["drill", "httpTarget.uri", address("chisan-staging-drill"), "prod has no schedule that starts chisan-prod-drill"],
    ["backup-weekly-job", "name", "chisan-prod-weekly", "prod has no job chisan-prod-backup-weekly"],
  ],
  allowed: [["backup-weekly", "schedule", "30 5 * * SUN"]],
  undecided: [
    ["backup-daily", "schedule"],
    ["backup-daily", "timeZone"],
    ["drill", "httpTarget.uri"],
    ["drill-job", "name"],
  ],
});

test("staging needs the daily one alone, chisan-dr and an unknown stack need all, and without a database none is needed", async () => {
  const daily = [database, ...work("staging", "backup-daily", "0 3 * * *")];
  expect(await judge(backupSchedule, daily, "staging")).toEqual({ violations: [], undecided: [] });
  expect((await judge(backupSchedule, [database], "staging")).violations).toHaveLength(2);
  expect(await judge(backupSchedule, all("dr"), "chisan-dr")).toEqual({ violations: [], undecided: [] });
  expect((await judge(backupSchedule, [database], "chisan-dr")).violations).toHaveLength(8);
  expect((await judge(backupSchedule, [database], "somebody")).violations).toHaveLength(8);
  expect(await judge(backupSchedule, [])).toEqual({ violations: [], undecided: [] });
});
