/**
 * Sections 6.2 and 6.3 of the operations document as data: what is measured, from where, from which value on somebody is told, and whom.
 * The alert policies (components/alert-policies.ts), docs/monitoring.md and docs/runbooks/alerts.md are made from here.
 */
import { external, uptime } from "./alert-thresholds-watch";
import { metricType, type ExportedMetricName } from "./exported-metrics";

export const severities = ["critical", "warning", "info"] as const;
export type Severity = (typeof severities)[number];
export type ChannelKind = "sms" | "slack" | "email";

/** Section 6.3. */
export const alertChannels: Readonly<Record<Severity, { readonly channels: readonly ChannelKind[]; readonly response: string }>> = {
  critical: { channels: ["sms", "slack", "email"], response: "Immediate" },
  warning: { channels: ["slack", "email"], response: "Within 1 hour" },
  info: { channels: ["slack"], response: "Next business day" },
};

/** What Cloud Monitoring reads for a row: a metric, and how its time series become one number per window. */
export interface Signal {
  readonly metric: string;
  readonly resource: "cloud_run_revision" | "global";
  readonly aligner: `ALIGN_${string}`;
  readonly reducer: `REDUCE_${string}`;
  /** Restriction of the metric's label to a value; the quotient is then of this and of all: a ratio. */
  readonly share?: { readonly label: string; readonly value: string };
}

export interface Threshold {
  /** In the row's unit; above it, not at it. */
  readonly above: number;
  /** What one value is made of. A multiple of 60. */
  readonly windowSeconds: number;
  /** How long every value must be above. 0: the first one counts. A multiple of 60. */
  readonly forSeconds: number;
  /** Requests in the window, below which the row says nothing. */
  readonly minimumRequests?: number;
}

export interface ThresholdRow {
  /** As in section 6.2. */
  readonly title: string;
  readonly unit: "ms" | "%";
  /** Cloud Monitoring's value for 1 of the unit: its utilizations and ratios are from 0 to 1. */
  readonly scale: 1 | 0.01;
  readonly signal: Signal;
  readonly warning: Threshold;
  readonly critical: Threshold;
  /** Whether it is a row of section 6.2 by itself, or a second place in which one of its rows is measured. */
  readonly of: string;
  /** Why so measured. */
  readonly why: string;
}

const ofGoogle = (uptime.checksOfApi.length * uptime.regions.length * 300) / uptime.periodSeconds;
const ofCheckly = (external.checksOfApi.length * (external.doubleCheck ? 2 : 1) * 5) / external.everyMinutes;

/** Requests that our own checks send to the API in five minutes, Google's and Checkly's, at most: Checkly's count twice, as they do while they fail. */
export const probeRequestsInFiveMinutes = ofGoogle + ofCheckly;

/**
 * One failed request must not exceed a threshold by itself: 100 requests for 1 %, 20 for 5 %; of a percentile's top 5 %, five requests at least.
 * The probes' requests come on top, or they alone would be traffic enough at night.
 */
const requestsOfUsers = { onePercent: 100, fivePercent: 20, percentile95: 100 };

const requestLatencies = "run.googleapis.com/request_latencies";
export const requestCount = "run.googleapis.com/request_count";

/** The exporter writes to this resource: one value for the environment, from no particular machine. */
export const exportedMetricResource = "global";

/** Written each minute, some seconds sooner or later: two minutes hold a value at least. Its lowest must be above: every one is. */
const exportedWindowSeconds = 120;

function exported(name: ExportedMetricName): Signal {
  return { metric: metricType(name), resource: exportedMetricResource, aligner: "ALIGN_MIN", reducer: "REDUCE_MAX" };
}

const rows = {
  apiResponseTime: {
    title: "API response time (p95)",
    of: "API response time (p95)",
    unit: "ms",
    scale: 1,
    // The distributions of all revisions, regions and response codes are added up first: the percentile is over all requests, not of percentiles.
    signal: { metric: requestLatencies, resource: "cloud_run_revision", aligner: "ALIGN_DELTA", reducer: "REDUCE_PERCENTILE_95" },
    warning: {
      above: 500,
      windowSeconds: 300,
      forSeconds: 300,
      minimumRequests: requestsOfUsers.percentile95 + probeRequestsInFiveMinutes,
    },
    critical: {
      above: 2000,
      windowSeconds: 300,
      forSeconds: 0,
      minimumRequests: requestsOfUsers.percentile95 + probeRequestsInFiveMinutes,
    },
    why: "measured by Cloud Run, so a request counts that the application never saw. A warning waits for a second window: a deployment's cold starts pass by themselves",
  },
  errorRate: {
    title: "Error rate",
    of: "Error rate",
    unit: "%",
    scale: 0.01,
    signal: {
      metric: requestCount,
      resource: "cloud_run_revision",
      aligner: "ALIGN_DELTA",
      reducer: "REDUCE_SUM",
      share: { label: "response_code_class", value: "5xx" },
    },
    warning: {
      above: 1,
      windowSeconds: 600,
      forSeconds: 0,
      minimumRequests: requestsOfUsers.onePercent + 2 * probeRequestsInFiveMinutes,
    },
    critical: {
      above: 5,
      windowSeconds: 300,
      forSeconds: 0,
      minimumRequests: requestsOfUsers.fivePercent + probeRequestsInFiveMinutes,
    },
    why: "answers 5xx of all answers. 4xx are the callers' mistakes. With hardly any traffic the uptime checks tell that the API is down",
  },
  databaseConnections: {
    title: "Database connections",
    of: "Database connections",
    unit: "%",
    scale: 0.01,
    signal: exported("databaseConnections"),
    warning: { above: 80, windowSeconds: exportedWindowSeconds, forSeconds: 300 },
    critical: { above: 95, windowSeconds: exportedWindowSeconds, forSeconds: 120 },
    why: "a rollout opens the new revision's connections before it closes the old one's, for a minute or two",
  },
  databaseQueryTime: {
    title: "Database query time (p95)",
    of: "Database query time (p95)",
    unit: "ms",
    scale: 1,
    signal: exported("databaseQueryTime"),
    warning: { above: 100, windowSeconds: exportedWindowSeconds, forSeconds: 600 },
    critical: { above: 500, windowSeconds: exportedWindowSeconds, forSeconds: 300 },
    why: "the number of statements is not exported, so no minimum of traffic: instead each minute must be above, as at night a single slow statement is its minute's p95",
  },
  diskUsage: {
    title: "Disk usage",
    of: "Disk usage",
    unit: "%",
    scale: 0.01,
    signal: exported("databaseDisk"),
    warning: { above: 70, windowSeconds: exportedWindowSeconds, forSeconds: 300 },
    critical: { above: 90, windowSeconds: exportedWindowSeconds, forSeconds: 300 },
    why: "the database's volume is the only disk there is; it fills slowly, so one wrong value tells nothing",
  },
  memoryUsage: {
    title: "Memory usage (API)",
    of: "Memory usage",
    unit: "%",
    scale: 0.01,
    signal: {
      metric: "run.googleapis.com/container/memory/utilizations",
      resource: "cloud_run_revision",
      aligner: "ALIGN_PERCENTILE_99",
      reducer: "REDUCE_MAX",
    },
    warning: { above: 80, windowSeconds: 60, forSeconds: 300 },
    critical: { above: 95, windowSeconds: 60, forSeconds: 120 },
    why: "the fullest instance: Cloud Run kills each one for itself, at 100 %",
  },
  databaseMemory: {
    title: "Memory usage (database)",
    of: "Memory usage",
    unit: "%",
    scale: 0.01,
    signal: exported("databaseMemory"),
    warning: { above: 80, windowSeconds: exportedWindowSeconds, forSeconds: 600 },
    critical: { above: 95, windowSeconds: exportedWindowSeconds, forSeconds: 300 },
    why: "the database can run out of memory as the API can; its caches give way, so a short peak is no matter",
  },
} as const satisfies Record<string, ThresholdRow>;

export type MetricKey = keyof typeof rows;
export const metricKeys = Object.keys(rows) as readonly MetricKey[];
export const thresholds: Readonly<Record<MetricKey, ThresholdRow>> = rows;

/** The value that a policy compares with. 95 % is 0.95, without the error of a multiplication of floating-point numbers. */
export function monitoringValue({ scale }: Pick<ThresholdRow, "scale">, { above }: Pick<Threshold, "above">): number {
  return scale === 1 ? above : above / 100;
}

/** A threshold as people read it: `500 ms`, `5 %`. */
export function displayedThreshold({ unit }: Pick<ThresholdRow, "unit">, { above }: Pick<Threshold, "above">): string {
  return `${above} ${unit}`;
}
