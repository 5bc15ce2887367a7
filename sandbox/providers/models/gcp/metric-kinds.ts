/** Metrics and the resources that they are written for, as far as this kind of project alerts on them: https://cloud.google.com/monitoring/api/metrics_gcp */
import type { JsonObject } from "../../../world/world";
import type { VisibleWorld } from "../model";

export const metricDescriptorType = "gcp:monitoring/metricDescriptor:MetricDescriptor";

export interface Metric {
  kind: string;
  valueType: string;
  labels: readonly string[];
  /** Absent: any resource that custom metrics may be written for. */
  resource?: string;
}

const runMetric = (kind: string, valueType: string, labels: string[]): Metric => ({
  kind,
  valueType,
  labels,
  resource: "cloud_run_revision",
});
const jobMetric = (labels: string[]): Metric => ({ kind: "DELTA", valueType: "INT64", labels, resource: "cloud_run_job" });
const uptimeMetric = (valueType: string): Metric => ({
  kind: "GAUGE",
  valueType,
  labels: ["check_id", "checker_location", "checked_resource_id", "checker_project_id", "checker_type"],
  resource: "uptime_url",
});
const known: { [type: string]: Metric } = {
  "run.googleapis.com/request_count": runMetric("DELTA", "INT64", ["response_code", "response_code_class", "route"]),
  "run.googleapis.com/request_latencies": runMetric("DELTA", "DISTRIBUTION", ["response_code", "response_code_class", "route"]),
  "run.googleapis.com/container/memory/utilizations": runMetric("DELTA", "DISTRIBUTION", ["container_name"]),
  "run.googleapis.com/container/cpu/utilizations": runMetric("DELTA", "DISTRIBUTION", ["container_name"]),
  "run.googleapis.com/container/instance_count": runMetric("GAUGE", "INT64", ["state"]),
  "run.googleapis.com/job/completed_execution_count": jobMetric(["result"]),
  "run.googleapis.com/job/completed_task_attempt_count": jobMetric(["result", "attempt"]),
  "monitoring.googleapis.com/uptime_check/check_passed": uptimeMetric("BOOL"),
  "monitoring.googleapis.com/uptime_check/request_latency": uptimeMetric("DOUBLE"),
  "monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires": uptimeMetric("DOUBLE"),
};

/** https://cloud.google.com/monitoring/api/resources; the second group are the only ones for custom metrics that we know of here. */
export const resourceLabels: { [type: string]: readonly string[] } = {
  cloud_run_revision: ["project_id", "service_name", "revision_name", "location", "configuration_name"],
  cloud_run_job: ["project_id", "job_name", "location"],
  uptime_url: ["project_id", "host"],
  global: ["project_id"],
  generic_node: ["project_id", "location", "namespace", "node_id"],
  generic_task: ["project_id", "location", "namespace", "job", "task_id"],
};
export const customResources: readonly string[] = ["global", "generic_node", "generic_task"];

/** A metric of Google's, or of a descriptor in the project; undefined when there is neither. */
export function findMetric(type: string, project: string, world: VisibleWorld): Metric | undefined {
  const own = known[type];
  if (own) return own;
  const outputs: JsonObject | undefined = world.find(metricDescriptorType, `projects/${project}/metricDescriptors/${type}`)?.outputs;
  if (!outputs) return undefined;
  const labels = ((outputs.labels ?? []) as Array<{ key: string }>).map(({ key }) => key);
  return { kind: String(outputs.metricKind), valueType: String(outputs.valueType), labels };
}

const numeric = ["INT64", "DOUBLE"];

/**
 * What an aligner makes of a metric: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#aligner.
 *
 * @returns the value type of the aligned series; undefined when it cannot be applied
 */
export function aligned(aligner: string, { kind, valueType }: Metric): string | undefined {
  const isNumeric = numeric.includes(valueType);
  const takes = (kinds: string[], condition: boolean, result: string): string | undefined =>
    kinds.includes(kind) && condition ? result : undefined;
  switch (aligner.replace(/_\d+$/, "")) {
    case "ALIGN_NONE":
      return valueType;
    case "ALIGN_DELTA":
      return takes(["DELTA", "CUMULATIVE"], isNumeric || valueType === "DISTRIBUTION", valueType);
    case "ALIGN_RATE":
      return takes(["DELTA", "CUMULATIVE"], isNumeric, "DOUBLE");
    case "ALIGN_INTERPOLATE":
      return takes(["GAUGE"], isNumeric, valueType);
    case "ALIGN_NEXT_OLDER":
      return takes(["GAUGE"], true, valueType);
    case "ALIGN_MIN":
    case "ALIGN_MAX":
      return takes(["GAUGE", "DELTA"], isNumeric, valueType);
    case "ALIGN_SUM":
      return takes(["GAUGE", "DELTA"], isNumeric || valueType === "DISTRIBUTION", valueType);
    case "ALIGN_MEAN":
    case "ALIGN_STDDEV":
    case "ALIGN_PERCENT_CHANGE":
      return takes(["GAUGE", "DELTA"], isNumeric, "DOUBLE");
    case "ALIGN_COUNT":
      return takes(["GAUGE", "DELTA"], isNumeric || valueType === "BOOL", "INT64");
    case "ALIGN_COUNT_TRUE":
    case "ALIGN_COUNT_FALSE":
      return takes(["GAUGE"], valueType === "BOOL", "INT64");
    case "ALIGN_FRACTION_TRUE":
      return takes(["GAUGE"], valueType === "BOOL", "DOUBLE");
    case "ALIGN_PERCENTILE":
      return takes(["GAUGE", "DELTA"], valueType === "DISTRIBUTION", "DOUBLE");
    default:
      return undefined;
  }
}

/** The same for a reducer, of aligned series. */
export function reduced(reducer: string, valueType: string): string | undefined {
  const isNumeric = numeric.includes(valueType);
  const isDistribution = valueType === "DISTRIBUTION";
  switch (reducer.replace(/_\d+$/, "")) {
    case "REDUCE_NONE":
      return valueType;
    case "REDUCE_MIN":
    case "REDUCE_MAX":
      return isNumeric ? valueType : undefined;
    case "REDUCE_SUM":
      return isNumeric || isDistribution ? valueType : undefined;
    case "REDUCE_MEAN":
    case "REDUCE_STDDEV":
    case "REDUCE_PERCENTILE":
      return isNumeric || isDistribution ? "DOUBLE" : undefined;
    case "REDUCE_COUNT":
      return "INT64";
    case "REDUCE_COUNT_TRUE":
    case "REDUCE_COUNT_FALSE":
      return valueType === "BOOL" ? "INT64" : undefined;
    case "REDUCE_FRACTION_TRUE":
      return valueType === "BOOL" ? "DOUBLE" : undefined;
    default:
      return undefined;
  }
}
