import { physicalName } from "../../config/naming";
import { independently, stackPolicy } from "../framework/policy";
import { job as jobType } from "../least-privilege/reading/containers";
import { slugOf } from "../least-privilege/reading/environments";
import { record, shown, text } from "../least-privilege/reading/properties";
import { scheduledWork } from "./reading/document";

const scheduleType = "gcp:cloudscheduler/job:Job";
const timeZone = "Asia/Seoul";

export const backupSchedule = stackPolicy({
  id: "backup-schedule",
  title: "Backups, restore tests and drills are scheduled as the document has them: daily 03:00 KST, weekly on Sunday, monthly, quarterly",
  severity: "critical",
  section: "3.1",
  why: "a backup that nothing starts is not made, and nobody misses it before the day that it is needed",
  remediation: "restore scheduledRuns of components/backup-schedule-plan.ts, and scheduledKinds in stacks/<stack>.ts",
  check: (resources, report, { stack }) => {
    const [database] = resources.filter(({ type }) => type === "supabase:index/project:Project");
    if (database === undefined) return;
    const schedules = resources.filter(({ type }) => type === scheduleType);
    const jobs = resources.filter(({ type }) => type === jobType);
    independently(
      ...scheduledWork(stack).map(({ workload, cron, when }) => () => {
        const name = physicalName(slugOf(stack), workload);
        const starts = new RegExp(`^https://run\\.googleapis\\.com/v2/projects/[^/]+/locations/[^/]+/jobs/${name}:run$`);
        independently(
          () => {
            if (!jobs.some(({ props }) => props["name"] === name)) report(`${stack} has no job ${name}; allowed: 1, which runs ${when}`, database);
          },
          () => {
            const starting = schedules.filter(({ props }) => starts.test(text(record(props["httpTarget"])["uri"]) ?? ""));
            if (starting.length === 0) report(`${stack} has no schedule that starts ${name}; allowed: 1, ${when}`, database);
            for (const schedule of starting) {
              const { schedule: found, timeZone: zone } = schedule.props;
              if (!cron.test(text(found) ?? "") || zone !== timeZone)
                report(`${name} is started at ${shown(found)} in ${shown(zone)}; allowed: ${when} in "${timeZone}"`, schedule);
            }
          },
        );
      }),
    );
  },
});
