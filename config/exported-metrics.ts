/**
 * The metrics that CHISAN itself writes to Cloud Monitoring each minute (the exporter in `workers/metrics-exporter`), for what Google cannot
 * see: the database at Supabase, the backups and the files' versions at Cloudflare. Written by the exporter, read by the alerts; both take the names from here.
 */
export type ExportedMetric = {
  /** Below `custom.googleapis.com/`. */
  readonly type: `chisan/${string}`;
  /** Of Cloud Monitoring (UCUM): `1` is a number without a unit: a ratio from 0 to 1, or a count. */
  readonly unit: "1" | "ms" | "s";
  readonly displayName: string;
  readonly description: string;
  /** Labels of the metric, with what they say. */
  readonly labels: Readonly<Record<string, string>>;
};

const metrics = {
  databaseConnections: {
    type: "chisan/database/connection_utilization",
    unit: "1",
    displayName: "Database connections in use",
    description: "Open connections divided by max_connections less what is reserved for superusers",
    labels: {},
  },
  databaseQueryTime: {
    type: "chisan/database/query_p95",
    unit: "ms",
    displayName: "Database query time (p95)",
    description: "95th percentile of the time of the statements of the last minute, from pg_stat_statements",
    labels: {},
  },
  databaseDisk: {
    type: "chisan/database/disk_utilization",
    unit: "1",
    displayName: "Database disk in use",
    description: "Used part of the database's data volume",
    labels: {},
  },
  databaseMemory: {
    type: "chisan/database/memory_utilization",
    unit: "1",
    displayName: "Database memory in use",
    description: "Part of the database server's memory that is not available to a new process",
    labels: {},
  },
  backupAge: {
    type: "chisan/backup/age",
    unit: "s",
    displayName: "Age of the newest success",
    description: "Time since the newest complete backup, restore test or drill of its kind",
    labels: { kind: "daily, weekly, restore-test or drill" },
  },
  fileVersionLag: {
    type: "chisan/files/version_lag",
    unit: "s",
    displayName: "Lag of the files' versions",
    description: "Longest time of the last ten minutes from a file's change to its copy in the vault; 0 when nothing was copied",
    labels: {},
  },
  fileVersionsLost: {
    type: "chisan/files/versions_lost",
    unit: "1",
    displayName: "Lost versions of files",
    description: "Number of versions of the last day that were replaced before the keeper could copy them",
    labels: {},
  },
  fileSweepAge: {
    type: "chisan/files/sweep_age",
    unit: "s",
    displayName: "Age of the files' sweep",
    description: "Time since the keeper last compared a page of the files with the vault",
    labels: {},
  },
} as const satisfies Record<string, ExportedMetric>;

export type ExportedMetricName = keyof typeof metrics;
export const exportedMetrics: Readonly<Record<ExportedMetricName, ExportedMetric>> = metrics;

/** The full type, as Cloud Monitoring's filters have it. */
export function metricType(name: ExportedMetricName): string {
  return `custom.googleapis.com/${exportedMetrics[name].type}`;
}

/** What runs on a schedule (sections 3.1 and 3.4), and the value of `backupAge`'s label `kind`. */
export const scheduledKinds = ["daily", "weekly", "restore-test", "drill"] as const;
export type ScheduledKind = (typeof scheduledKinds)[number];

/**
 * Where each scheduled run leaves its proof in the backups' bucket; the newest object under the prefix whose name ends in `proofName` tells
 * the age. It is written last, so a run that failed leaves none.
 */
export const proofPrefixes: Readonly<Record<ScheduledKind, string>> = {
  daily: "database/daily/",
  weekly: "database/weekly/",
  "restore-test": "reports/restore-test/",
  drill: "reports/drill/",
};
export const proofName = "manifest.json";
