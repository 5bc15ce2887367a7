/** What each scheduled run needs to read, and why: the secrets that its account is granted, and no others. */
import type { ScheduledKind } from "../config/exported-metrics";

/**
 * The secrets of the scheduled runs: the name of the variable in the container, and in the SecretStore.
 *
 * Two key pairs stand behind BACKUP_IDENTITY (configuration `backupRecipients`): one whose private half is in no cloud at all, for the day
 * on which every cloud is lost, and this one, which the runs that must read a backup have. The runs that write backups have neither half of
 * a private key: whoever takes one over can read the database as it is, but no backup of what it was.
 */
export const operationsSecrets = [
  "DATABASE_URL",
  "BACKUPS_WRITER_ACCESS_KEY_ID",
  "BACKUPS_WRITER_SECRET_ACCESS_KEY",
  "BACKUPS_READER_ACCESS_KEY_ID",
  "BACKUPS_READER_SECRET_ACCESS_KEY",
  "BACKUP_IDENTITY",
  "RESTORE_TEST_DATABASE_URL",
  "DRILL_REPORT_SIGNING_KEY",
  "CLOUDFLARE_API_TOKEN",
  "VERCEL_API_TOKEN",
  "SUPABASE_ACCESS_TOKEN",
] as const;
export type OperationsSecret = (typeof operationsSecrets)[number];

export interface Need {
  readonly secrets: readonly OperationsSecret[];
  readonly why: string;
  /** Not of a run that cannot do its work yet: it is declared, and says itself what it lacks. */
  readonly optional?: true;
}

const writer = ["BACKUPS_WRITER_ACCESS_KEY_ID", "BACKUPS_WRITER_SECRET_ACCESS_KEY"] as const;
const reader = ["BACKUPS_READER_ACCESS_KEY_ID", "BACKUPS_READER_SECRET_ACCESS_KEY"] as const;

const dump: readonly Need[] = [
  { secrets: ["DATABASE_URL"], why: "reads the database: roles, schema and data, from one snapshot" },
  { secrets: writer, why: "writes the backup and its manifest; the vault's lock keeps it from changing an older one" },
];
const restore: readonly Need[] = [
  { secrets: reader, why: "reads the backup with the credential of a real restore, so that this credential is tried as well" },
  { secrets: ["BACKUP_IDENTITY"], why: "decrypts the backup, as one that cannot be decrypted is none" },
  {
    secrets: writer,
    why: "leaves its report in the vault; R2 has no credential for a part of a bucket, and none that writes without reading",
  },
];

export const needs: Readonly<Record<ScheduledKind, readonly Need[]>> = {
  daily: dump,
  weekly: dump,
  "restore-test": [
    ...restore,
    {
      secrets: ["RESTORE_TEST_DATABASE_URL"],
      why: "makes a scratch database on staging's side (section 3.4) and drops it: a role that may create databases there and read nothing else",
    },
  ],
  // Not prod's DATABASE_URL: a drill rehearses the day on which prod is gone.
  drill: [
    ...restore,
    {
      secrets: ["DRILL_REPORT_SIGNING_KEY"],
      why: "signs its report, so that whoever may write into the vault cannot write a drill that never was; the public half is the stack's output reportSigner",
    },
    {
      secrets: ["CLOUDFLARE_API_TOKEN", "VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN"],
      why: "makes and destroys chisan-dr: chisan-dr's own tokens, which a person gives (configuration drillCloudflareToken and the others)",
      optional: true,
    },
  ],
};

/** The secrets without which a kind's job is not declared. */
export function secretsOf(kind: ScheduledKind): OperationsSecret[] {
  return named(needs[kind].filter(({ optional }) => optional !== true));
}

/** The secrets that a kind's account may read, where they are given. */
export function readableBy(kind: ScheduledKind): OperationsSecret[] {
  return named(needs[kind]);
}

function named(some: readonly Need[]): OperationsSecret[] {
  const names = new Set(some.flatMap(({ secrets }) => secrets));
  return operationsSecrets.filter((secret) => names.has(secret));
}

/** What a run needs that nothing here can give it yet. */
export interface OpenPoint {
  readonly kind: ScheduledKind;
  readonly what: string;
  readonly why: string;
}

export const openPoints: readonly OpenPoint[] = [
  {
    kind: "drill",
    what: "the account that may deploy chisan-dr, and its three grants: of the drill's account to act as it, to use the bucket of chisan-dr's state and the key of its secrets",
    why: "made by hand, once: the stack's own deployer is destroyed with it by each drill, and prod's stack may change nothing in chisan-dr's project (npx chisan doctor --cloud, drill-credentials)",
  },
  {
    kind: "drill",
    what: "the providers' plugins in the image, of which gcp's alone has some hundred megabytes",
    why: "fetched at the start of a run, they would lie in its memory, and a drill would hang on the plugins' server",
  },
];
