/** What runs when (sections 3.1 and 3.4 of the operations document), and for how long at most. */
import type { ScheduledKind } from "../config/exported-metrics";
import type { StackName } from "../config/naming";
import type { JobSchedule } from "./scheduled-job-inputs";

export interface ScheduledRun {
  /** The last part of the job's name and of its account's id: 15 characters at most, for staging's to fit. */
  readonly workload: string;
  /** The last part of the id of the account that starts it. */
  readonly starter: string;
  readonly description: string;
  /** In words, as the document has it. */
  readonly when: string;
  readonly schedule: JobSchedule;
  readonly cpu: string;
  readonly memory: string;
  /** Arguments of the operator's tool. */
  command(stack: StackName): readonly string[];
}

const hour = 3600;

/**
 * Times are of Korea. No run can still be at work when another one's time comes, whatever fails and is tried again (a test computes it):
 * a second backup at the same time would be refused, and a restore test must not find its backup half written.
 *
 * - **Daily**, 03:00, is the document's. An attempt has an hour: at the 50 MB/s that a cautious reading of the measurements allows, enough
 *   for 180 GB, and three attempts are over before the working day.
 * - **Weekly**, Sunday 07:00: after the last moment at which that day's daily one can still be at work. The same work, so the same limits. A
 *   run of its own and not a copy of the daily one: what was written wrongly once is not there twice.
 * - **Restore test**, the first of the month, 11:00: by then that day's backup is there, and on most such days somebody is at work who sees
 *   the result. Four hours, the recovery time objective of a complete rebuild (section 3.3): a restore that needs longer has failed.
 *   Not tried again: a restore that succeeds only the second time is a finding, not a success.
 * - **Drill**, 15 January, April, July and October, 11:00: in the middle of a month, away from its ends' business and from the restore test.
 *   Six hours: the same four, and two to report that they were missed and to take down what was made. Not tried again for the same reason,
 *   and because what a broken drill leaves behind is looked at first.
 *
 * Day of the month and day of the week are never both given: cron would run on either.
 */
export const scheduledRuns: Readonly<Record<ScheduledKind, ScheduledRun>> = {
  daily: {
    workload: "backup-daily",
    starter: "start-daily",
    description: "Daily backup of the database into the vault",
    when: "daily 03:00",
    schedule: { cron: "0 3 * * *", timeoutSeconds: hour, retries: 2 },
    // Compression and encryption beside the dump; the memory holds the parts that are on their way, and does not grow with the database.
    cpu: "2",
    memory: "2Gi",
    command: (stack) => ["backup", "run", "--stack", stack, "--kind", "daily"],
  },
  weekly: {
    workload: "backup-weekly",
    starter: "start-weekly",
    description: "Weekly export of the database into the vault",
    when: "Sunday 07:00",
    schedule: { cron: "0 7 * * 0", timeoutSeconds: hour, retries: 2 },
    cpu: "2",
    memory: "2Gi",
    command: (stack) => ["backup", "run", "--stack", stack, "--kind", "weekly"],
  },
  "restore-test": {
    workload: "restore-test",
    starter: "start-restore",
    description: "Monthly restore of the newest backup, compared with what it was made of",
    when: "the 1st of each month 11:00",
    schedule: { cron: "0 11 1 * *", timeoutSeconds: 4 * hour, retries: 0 },
    // Four connections restore at once.
    cpu: "4",
    memory: "4Gi",
    command: (stack) => ["backup", "verify", "--stack", stack, "--depth", "restore", "--report"],
  },
  drill: {
    workload: "drill",
    starter: "start-drill",
    description: "Quarterly rehearsal of a complete recovery",
    when: "15 January, April, July and October 11:00",
    schedule: { cron: "0 11 15 1,4,7,10 *", timeoutSeconds: 6 * hour, retries: 0 },
    cpu: "4",
    memory: "8Gi",
    command: (stack) => ["dr", "drill", "--stack", stack],
  },
};
