/** Writing to Cloud Monitoring. */
import { type ExportedMetricName, exportedMetrics, metricType } from "../../config/exported-metrics";
import { ExporterError, words } from "./exporter-error";

/** One value of one of our metrics. */
export interface Measurement {
  readonly metric: ExportedMetricName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MonitoringTarget {
  /** `https://monitoring.googleapis.com` */
  readonly endpoint: string;
  readonly project: string;
  /** An access token with the scope `monitoring.write`. */
  readonly accessToken: () => Promise<string>;
}

/** What Cloud Monitoring's `timeSeries.create` takes: a gauge as a double, on the resource `global`, which the alerts filter by. */
export function timeSeries(project: string, measurements: readonly Measurement[], at: Date): Record<string, unknown>[] {
  return measurements.map(({ metric, labels = {}, value }) => ({
    metric: { type: metricType(metric), labels },
    resource: { type: "global", labels: { project_id: project } },
    metricKind: "GAUGE",
    valueType: "DOUBLE",
    unit: exportedMetrics[metric].unit,
    points: [{ interval: { endTime: at.toISOString() }, value: { doubleValue: value } }],
  }));
}

/** @throws ExporterError CHI-X008 when the metrics are refused, CHI-X009 without a token */
export async function writeTimeSeries(
  target: MonitoringTarget,
  measurements: readonly Measurement[],
  at: Date,
  signal: AbortSignal,
): Promise<void> {
  if (measurements.length === 0) return;
  const token = await tokenOf(target);
  let status: number;
  let text: string;
  try {
    const answer = await fetch(new URL(`/v3/projects/${encodeURIComponent(target.project)}/timeSeries`, target.endpoint), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ timeSeries: timeSeries(target.project, measurements, at) }),
      redirect: "error",
      signal,
    });
    status = answer.status;
    text = await answer.text();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ExporterError("CHI-X008", `Cloud Monitoring cannot be reached (${words(error)}): see status.cloud.google.com`);
  }
  if (status !== 200) {
    const said = words(new Error(errorMessage(text).replaceAll(token, "***")));
    const advice = status === 403 ? "grant roles/monitoring.metricWriter with npx pulumi up" : "the next minute tries again";
    throw new ExporterError(
      "CHI-X008",
      `Cloud Monitoring answered HTTP ${status} to ${measurements.length} values, expected 200 (${said}): ${advice}`,
    );
  }
}

async function tokenOf(target: MonitoringTarget): Promise<string> {
  try {
    return await target.accessToken();
  } catch (error) {
    throw new ExporterError(
      "CHI-X009",
      `the metadata server gives no access token (${words(error)}): see that the service runs as its own account`,
    );
  }
}

/** The message of Google's error format; nothing of an answer that has another. */
function errorMessage(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === "string" ? error.message : "no message";
  } catch (error) {
    if (error instanceof SyntaxError) return "no message";
    throw error;
  }
}
