/**
 * What must be told besides the metrics of section 6.2: a backup that is missing (3.4: "automated alert on failure"), versions of files that are
 * not kept (3.1: "file storage: versioned, 30 days"), a job that failed, metrics that stopped coming, an address that does not answer, a certificate that runs out. The figures are ours; each has its reason.
 */
import { exportedMetrics, scheduledKinds, type ExportedMetricName, type ScheduledKind } from "./exported-metrics";
import type { Severity } from "./alert-thresholds";

const hour = 3600;
const day = 24 * hour;

export interface AgeLimit {
  readonly severity: Severity;
  readonly aboveSeconds: number;
}

/** From which age on the newest success of each kind is too old. */
export const backupAgeLimits: Readonly<
  Record<ScheduledKind, { readonly title: string; readonly limits: readonly AgeLimit[]; readonly why: string }>
> = {
  daily: {
    title: "Daily backup",
    limits: [
      { severity: "warning", aboveSeconds: 25 * hour },
      { severity: "critical", aboveSeconds: 26 * hour },
    ],
    why: "a run every 24 hours, which is also what may be lost (section 3.2). One hour late: the run and its retries are over. Two hours late: the promise is broken",
  },
  weekly: {
    title: "Weekly export",
    limits: [
      { severity: "warning", aboveSeconds: 7 * day + 6 * hour },
      { severity: "critical", aboveSeconds: 8 * day },
    ],
    why: "a run every 7 days, which is also what may be lost in a complete disaster (section 3.2). The daily backups stand in for the day in between",
  },
  "restore-test": {
    title: "Monthly restore test",
    limits: [
      { severity: "info", aboveSeconds: 32 * day },
      { severity: "warning", aboveSeconds: 39 * day },
    ],
    why: "a run every month of 31 days at most, and a day for it; a week later it is forgotten. Nobody is woken for it: what is missing is a proof, not a backup",
  },
  drill: {
    title: "Quarterly drill",
    limits: [
      { severity: "info", aboveSeconds: 93 * day },
      { severity: "warning", aboveSeconds: 107 * day },
    ],
    why: "a run every quarter of 92 days at most, and a day for it; two weeks later it is forgotten. Nobody is woken for it, as for the restore test",
  },
};
export const backupKinds = scheduledKinds;

/** What tells that versions of files are not kept (docs/files.md). */
export const fileMetrics = ["fileVersionLag", "fileVersionsLost", "fileSweepAge"] as const satisfies readonly ExportedMetricName[];
export type FileMetric = (typeof fileMetrics)[number];

export interface FileLimit {
  readonly severity: Severity;
  /** In the metric's unit: seconds, or versions. Above it, not at it. */
  readonly above: number;
}

/** From which value on the keeper of the files' versions does not do its work. */
export const fileVersionLimits: Readonly<Record<FileMetric, { readonly title: string; readonly limits: readonly FileLimit[]; readonly why: string }>> = {
  fileVersionLag: {
    title: "Lag of the files' versions",
    limits: [
      { severity: "warning", above: 60 },
      { severity: "critical", above: 600 },
    ],
    why: "a copy follows its event within seconds, and what is overwritten before is lost unless it was written through the gateway. A minute late: the queue is slow. Ten minutes late: the keeper fails, or events are lost and the sweep stands in",
  },
  fileVersionsLost: {
    title: "Lost versions of files",
    limits: [{ severity: "critical", above: 0 }],
    why: "section 3.1 promises every version for 30 days, and a lost one does not come back. It is counted for a day",
  },
  fileSweepAge: {
    title: "Age of the files' sweep",
    limits: [{ severity: "warning", above: 900 }],
    why: "a run every 5 minutes: three are missing. What an event misses is then not made up for; the events themselves still work",
  },
};

/** How long none of an exported metric may arrive. It is written each minute. */
export const exporterSilence: readonly { readonly severity: Severity; readonly forSeconds: number; readonly why: string }[] = [
  { severity: "warning", forSeconds: 600, why: "ten values are missing: not a restart of the exporter" },
  {
    severity: "critical",
    forSeconds: hour,
    why: "the hour in which a warning is to be answered is over, and every alert on what is silent is blind",
  },
];
/**
 * All but the query time: the exporter leaves it out on purpose in a minute with too few statements, so a quiet night would wake somebody. The
 * files' are told apart: their silence has a source of its own, and a policy takes six conditions at most.
 */
export const silencedMetrics = (Object.keys(exportedMetrics) as ExportedMetricName[]).filter(
  (name) => name !== "databaseQueryTime" && !(fileMetrics as readonly ExportedMetricName[]).includes(name),
);

/** Window in which the failed executions of a job are counted. Cloud Run counts one when its retries are used up. */
export const jobFailure = { severity: "warning", windowSeconds: 300 } as const satisfies { severity: Severity; windowSeconds: number };

/**
 * Every minute from three places; two of them must agree, for a minute, or a broken line at one of them wakes somebody. `newestWithinSeconds`: a place's
 * newest answer counts, up to so old.
 */
export const uptime = {
  severity: "critical",
  periodSeconds: 60,
  timeoutSeconds: 10,
  regions: ["ASIA_PACIFIC", "EUROPE", "USA_OREGON"],
  /** Those that the API answers (components/uptime-checks.ts). */
  checksOfApi: ["api-health", "api-ready"],
  failingPlacesAbove: 1,
  newestWithinSeconds: 300,
  forSeconds: 60,
} as const satisfies { severity: Severity; [setting: string]: unknown };

/** Checkly's checks, as far as they make the API work (components/external-checks-inputs.ts has the rest). */
export const external = {
  /** Those that the API answers, one of them by way of the web app. */
  checksOfApi: ["api-health", "api-ready", "app-api-health"],
  /** The shortest of any environment (`externalCheckMinutes` in stacks/): the thresholds are the same in all of them. */
  everyMinutes: 1,
  /** A run that fails is repeated at once from another place before anybody is told. */
  doubleCheck: true,
} as const;

/** Cloudflare and Vercel renew their certificates 30 days before the end: with fewer days left, a renewal has failed. */
export const certificateDays: readonly { readonly severity: Severity; readonly below: number }[] = [
  { severity: "warning", below: 14 },
  { severity: "critical", below: 3 },
];

/** `10 min` or `3`: in the metric's unit. */
export function displayedFileLimit(metric: FileMetric, { above }: Pick<FileLimit, "above">): string {
  return exportedMetrics[metric].unit === "s" ? displayedSeconds(above) : String(above);
}

/** `26 h`, `8 days`. */
export function displayedSeconds(seconds: number): string {
  if (seconds % day === 0) return `${seconds / day} days`;
  if (seconds % hour === 0)
    return seconds > 2 * day ? `${Math.floor(seconds / day)} days ${(seconds % day) / hour} h` : `${seconds / hour} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
