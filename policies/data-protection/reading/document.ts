/** What the backups' rules speak of. Said here a second time on purpose: a component that moves it must meet a rule that does not follow. */
export const backupPrefixes = { daily: "database/daily/", weekly: "database/weekly/" } as const;

export interface ScheduledWork {
  /** The last part of the job's name. */
  readonly workload: string;
  /** Expressions of unix-cron that keep the promise. */
  readonly cron: RegExp;
  /** In words, as the document has it. */
  readonly when: string;
  /** Whether it writes backups. */
  readonly writes: boolean;
}

/** A day that every month has. */
const dayOfMonth = "(?:[1-9]|1\\d|2[0-8])";
const time = "\\d{1,2} \\d{1,2}";

const everywhere: readonly ScheduledWork[] = [{ workload: "backup-daily", cron: /^0 3 \* \* \*$/, when: "daily 03:00", writes: true }];
const withRealData: readonly ScheduledWork[] = [
  { workload: "backup-weekly", cron: new RegExp(`^${time} \\* \\* (?:0|7|SUN)$`), when: "each Sunday", writes: true },
  { workload: "restore-test", cron: new RegExp(`^${time} ${dayOfMonth} \\* \\*$`), when: "once a month", writes: false },
  {
    workload: "drill",
    cron: new RegExp(`^${time} ${dayOfMonth} (?:1,4,7,10|2,5,8,11|3,6,9,12) \\*$`),
    when: "once a quarter",
    writes: false,
  },
];

/** Sections 3.1 and 3.4: staging has the daily run alone. A stack of another name has all of them, as prod. */
export function scheduledWork(stack: string): readonly ScheduledWork[] {
  return stack === "staging" || stack === "dev" ? everywhere : [...everywhere, ...withRealData];
}
