/** The machine of the database, from Supabase's metrics endpoint. */
import { ExporterError, words } from "./exporter-error";
import { type Sample, parsePrometheusText } from "./prometheus-text";

export interface HostMetricsSource {
  /** `https://<ref>.supabase.co` */
  readonly supabaseUrl: string;
  readonly serviceRoleKey: string;
}

export interface HostMetrics {
  /** 0 to 1. */
  readonly diskUtilization: number;
  /** 0 to 1. */
  readonly memoryUtilization: number;
}

/** Vendor's page "Metrics API": HTTP basic authentication as `service_role`, once a minute. */
export const metricsPath = "/customer/v1/privileged/metrics";

/** Where the machine mounts the volume that PostgreSQL's data are on (vendor's Grafana dashboard). The root file system is another disk. */
export const dataMountpoint = "/data";

/** The endpoint answers with about 200 series, tens of kilobytes. */
const answerLimit = 8 * 1024 * 1024;

/** @throws ExporterError CHI-X002 when the endpoint does not answer, CHI-X003 for an unreadable answer, CHI-X004 when a series is missing */
export async function readHostMetrics(source: HostMetricsSource, signal: AbortSignal): Promise<HostMetrics> {
  return hostMetrics(parsePrometheusText(await fetchMetrics(source, signal)));
}

async function fetchMetrics({ supabaseUrl, serviceRoleKey }: HostMetricsSource, signal: AbortSignal): Promise<string> {
  const authorization = `Basic ${Buffer.from(`service_role:${serviceRoleKey}`).toString("base64")}`;
  let status: number;
  let text: string;
  try {
    // A redirect would carry the key to another host.
    const answer = await fetch(new URL(metricsPath, supabaseUrl), { headers: { authorization }, redirect: "error", signal });
    status = answer.status;
    text = await answer.text();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ExporterError("CHI-X002", `Supabase's metrics endpoint cannot be reached (${words(error)}): see status.supabase.com`);
  }
  if (status !== 200) {
    const advice =
      status === 401 || status === 403
        ? "the service-role key is not accepted, deploy the present one with npx pulumi up"
        : "see status.supabase.com";
    throw new ExporterError("CHI-X002", `Supabase's metrics endpoint answered HTTP ${status}, expected 200: ${advice}`);
  }
  if (text.length > answerLimit) {
    throw new ExporterError(
      "CHI-X003",
      `the metrics endpoint's answer has ${text.length} characters, the limit is ${answerLimit}: read it with curl`,
    );
  }
  return text;
}

/**
 * Of several machines (read replicas have series of their own) the one that is fullest counts.
 *
 * - Disk: the part that is not available to PostgreSQL, which is no root user; so blocks reserved for root count as used.
 * - Memory: the part that the kernel could not give to a new process. Its page cache can be given, and does not count as used.
 *
 * @throws ExporterError CHI-X004
 */
export function hostMetrics(samples: readonly Sample[]): HostMetrics {
  const ofData = ({ labels }: Sample): boolean => labels["mountpoint"] === dataMountpoint;
  return {
    diskUtilization: utilization(
      samples,
      "node_filesystem_avail_bytes",
      "node_filesystem_size_bytes",
      ofData,
      `{mountpoint="${dataMountpoint}"}`,
    ),
    memoryUtilization: utilization(samples, "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes", () => true, ""),
  };
}

function utilization(
  samples: readonly Sample[],
  available: string,
  total: string,
  wanted: (sample: Sample) => boolean,
  where: string,
): number {
  const free = bySeries(samples, available, wanted);
  const whole = bySeries(samples, total, wanted);
  const parts = [...whole].flatMap(([series, size]) => {
    const left = free.get(series);
    return left !== undefined && size > 0 && left >= 0 && left <= size ? [1 - left / size] : [];
  });
  if (parts.length === 0 || parts.length !== whole.size) {
    throw new ExporterError(
      "CHI-X004",
      `the metrics endpoint has ${free.size} of ${available}${where} and ${whole.size} of ${total}${where}, of which ${parts.length} fit together: ` +
        "correct the names in workers/metrics-exporter/host-metrics.ts by the vendor's page “Metrics API”",
    );
  }
  return Math.max(...parts);
}

/** The values of a metric by all its labels, so that two metrics of one thing find each other. */
function bySeries(samples: readonly Sample[], name: string, wanted: (sample: Sample) => boolean): Map<string, number> {
  return new Map(
    samples
      .filter((sample) => sample.name === name && wanted(sample) && Number.isFinite(sample.value))
      .map(({ labels, value }) => [JSON.stringify(Object.entries(labels).sort()), value]),
  );
}
