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

/** Section 2.5: "Min 32 characters". */
export const leastSecretCharacters = 32;

/** Section 2.1, "Application", and section 2.3: what each environment makes for itself at random. */
export const generatedSecrets: readonly string[] = ["NEXTAUTH_SECRET", "JWT_SECRET", "ENCRYPTION_KEY"];

/** Whose length the vendor fixes, or whose text is an address: the ends of their names. Every other secret is measured. */
export const vendorsSecrets = /(?:^|_)(?:SUPABASE_SERVICE_ROLE_KEY|GOOGLE_CLIENT_SECRET|ACCESS_KEY_ID|DATABASE_URL)$/;

/** What a person gives by configuration, so that where it comes from cannot be seen in the stack. */
export const givenSecrets: readonly string[] = ["GOOGLE_CLIENT_SECRET", "BACKUP_IDENTITY", "RESTORE_TEST_DATABASE_URL", "CLOUDFLARE_API_TOKEN", "VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN"];

/** What encrypts the data themselves, so that whoever takes them over needs it: shared between these two by design, and by no others. */
export const dataKeys: readonly string[] = ["ENCRYPTION_KEY"];
export const holdersOfDataKeys: readonly string[] = ["prod", "chisan-dr"];
