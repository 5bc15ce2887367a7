import {
  type MetricKey,
  type Severity,
  displayedThreshold,
  exportedMetricResource,
  metricKeys,
  monitoringValue,
  requestCount,
  thresholds,
} from "../config/alert-thresholds";
import {
  backupAgeLimits,
  displayedFileLimit,
  displayedSeconds,
  exporterSilence,
  fileMetrics,
  type FileMetric,
  fileVersionLimits,
  jobFailure,
  silencedMetrics,
} from "../config/alert-thresholds-watch";
import { exportedMetrics, metricType, type ExportedMetricName } from "../config/exported-metrics";
import { type AlertPoliciesArgs, type AlertRule, type Condition, longestAutoCloseSeconds, metricFilter } from "./alert-policies-inputs";

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every policy of the environment but those on its addresses, which go with the uptime checks. */
export function alertRules(args: AlertPoliciesArgs): AlertRule[] {
  return [
    ...metricKeys.flatMap((key) => (["warning", "critical"] as const).map((severity) => thresholdRule(args, key, severity))),
    ...args.backupKinds.flatMap(backupRules),
    ...fileMetrics.flatMap(fileRules),
    ...silenceRules(args),
    jobRule(),
  ];
}

/** A row of section 6.2 in one severity. Both conditions look at the same window: the requests are those of which the value was made. */
function thresholdRule({ apiService }: AlertPoliciesArgs, key: MetricKey, severity: "warning" | "critical"): AlertRule {
  const row = thresholds[key];
  const { signal } = row;
  const threshold = row[severity];
  const shown = `> ${displayedThreshold(row, threshold)}`;
  const ofService = { ...(signal.resource === "cloud_run_revision" ? { "resource.labels.service_name": apiService } : {}) };
  const aggregations = [aggregation(threshold.windowSeconds, signal.aligner, signal.reducer)];
  const share = signal.share;
  const filter = metricFilter(signal.metric, signal.resource, {
    ...ofService,
    ...(share === undefined ? {} : { [`metric.labels.${share.label}`]: share.value }),
  });
  const value: Condition = {
    displayName: `${row.title} ${shown}`,
    conditionThreshold: {
      filter,
      aggregations,
      ...(share === undefined
        ? {}
        : { denominatorFilter: metricFilter(signal.metric, signal.resource, ofService), denominatorAggregations: aggregations }),
      comparison: "COMPARISON_GT",
      thresholdValue: monitoringValue(row, threshold),
      duration: `${threshold.forSeconds}s`,
    },
  };
  const rule = { key: `${kebab(key)}-${severity}`, severity, title: `${row.title} ${shown}`, runbook: key };
  if (threshold.minimumRequests === undefined) return { ...rule, conditions: [value] };
  const requests: Condition = {
    displayName: `Requests >= ${threshold.minimumRequests} in ${displayedSeconds(threshold.windowSeconds)}`,
    conditionThreshold: {
      filter: metricFilter(requestCount, "cloud_run_revision", ofService),
      aggregations: [aggregation(threshold.windowSeconds, "ALIGN_DELTA", "REDUCE_SUM")],
      // Cloud Monitoring has "greater than", and no "or equal".
      comparison: "COMPARISON_GT",
      thresholdValue: threshold.minimumRequests - 1,
      duration: `${threshold.forSeconds}s`,
    },
  };
  return { ...rule, conditions: [value, requests], together: true };
}

function backupRules(kind: AlertPoliciesArgs["backupKinds"][number]): AlertRule[] {
  const { title, limits } = backupAgeLimits[kind];
  const proof = kind === "restore-test" || kind === "drill";
  return limits.map(({ severity, aboveSeconds }) => ({
    key: `${kind}-age-${severity}`,
    severity,
    title: `${title} is older than ${displayedSeconds(aboveSeconds)}`,
    runbook: proof ? "missingProof" : "missingBackup",
    conditions: [
      {
        displayName: `Age > ${displayedSeconds(aboveSeconds)}`,
        conditionThreshold: {
          filter: metricFilter(metricType("backupAge"), exportedMetricResource, { "metric.labels.kind": kind }),
          aggregations: [aggregation(300, "ALIGN_MIN", "REDUCE_MAX")],
          comparison: "COMPARISON_GT",
          thresholdValue: aboveSeconds,
          duration: "0s",
        },
      },
    ],
  }));
}

/** As the ages of the backups: every value of the window must be above, so one that is wrong wakes nobody. */
function fileRules(metric: FileMetric): AlertRule[] {
  const { title, limits } = fileVersionLimits[metric];
  return limits.map(({ severity, above }) => {
    const shown = `${title} > ${displayedFileLimit(metric, { above })}`;
    return {
      key: `${kebab(metric)}-${severity}`,
      severity,
      title: shown,
      runbook: metric,
      conditions: [
        {
          displayName: shown,
          conditionThreshold: {
            filter: metricFilter(metricType(metric), exportedMetricResource),
            aggregations: [aggregation(300, "ALIGN_MIN", "REDUCE_MAX")],
            comparison: "COMPARISON_GT",
            thresholdValue: above,
            duration: "0s",
          },
        },
      ],
    };
  });
}

/**
 * Dead-man: absence can be told only of a metric that has been written once, which an environment's first run of the exporter does. Each kind of
 * backup by itself: the others would hide that one has stopped.
 */
function silenceRules({ backupKinds }: AlertPoliciesArgs): AlertRule[] {
  const metrics = silencedMetrics.filter((name) => name !== "backupAge" || backupKinds.length > 0);
  return [...silenceOf("exporterSilence", "no database metrics", metrics), ...silenceOf("fileSilence", "no metrics of the files' versions", fileMetrics)];
}

function silenceOf(runbook: "exporterSilence" | "fileSilence", what: string, metrics: readonly ExportedMetricName[]): AlertRule[] {
  return exporterSilence.map(({ severity, forSeconds }) => ({
    key: `${kebab(runbook)}-${severity}`,
    severity,
    title: `${what} for ${displayedSeconds(forSeconds)}`,
    runbook,
    autoCloseSeconds: longestAutoCloseSeconds,
    conditions: metrics.map((name) => ({
      displayName: `${exportedMetrics[name].displayName} is absent`,
      conditionAbsent: {
        filter: metricFilter(metricType(name), exportedMetricResource),
        aggregations: [
          {
            ...aggregation(60, "ALIGN_MEAN", "REDUCE_MEAN"),
            ...(name === "backupAge" ? { groupByFields: ["metric.label.kind"] } : {}),
          },
        ],
        duration: `${forSeconds}s`,
      },
    })),
  }));
}

/** One policy for all jobs: an incident per job, as the series are grouped by it, and a new job is in it from the start. */
function jobRule(): AlertRule {
  const severity: Severity = jobFailure.severity;
  const failed = metricFilter("run.googleapis.com/job/completed_execution_count", "cloud_run_job", { "metric.labels.result": "failed" });
  return {
    key: `job-failure-${severity}`,
    severity,
    title: "a scheduled job failed",
    runbook: "jobFailure",
    conditions: [
      {
        displayName: "Failed executions > 0",
        conditionThreshold: {
          filter: failed,
          aggregations: [
            { ...aggregation(jobFailure.windowSeconds, "ALIGN_DELTA", "REDUCE_SUM"), groupByFields: ["resource.label.job_name"] },
          ],
          comparison: "COMPARISON_GT",
          thresholdValue: 0,
          duration: "0s",
        },
      },
    ],
  };
}

function aggregation(windowSeconds: number, perSeriesAligner: string, crossSeriesReducer: string) {
  return { alignmentPeriod: `${windowSeconds}s`, perSeriesAligner, crossSeriesReducer };
}
