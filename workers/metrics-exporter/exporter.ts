/** One export: all sources are read at once, what they gave is written, and what failed is told. */
import type { S3Client } from "@aws-sdk/client-s3";
import { type BackupSource, readBackupAges } from "./backup-ages";
import { type DatabaseSource, connectionConfig, readDatabaseMetrics } from "./database-metrics";
import { ExporterError, words } from "./exporter-error";
import { type FileVersionsSource, readFileVersions } from "./file-versions";
import { type HostMetricsSource, readHostMetrics } from "./host-metrics";
import { queryTimeP95, minimumCalls } from "./query-percentile";
import { type StatementReading, activityBetween } from "./statement-activity";
import { type Measurement, type MonitoringTarget, writeTimeSeries } from "./time-series";

export interface ExporterArgs {
  readonly host: HostMetricsSource;
  readonly database: DatabaseSource;
  readonly backups: BackupSource;
  readonly backupClient: S3Client;
  readonly files: FileVersionsSource;
  readonly monitoring: MonitoringTarget;
}

export interface ExportReport {
  /** How many values were written. */
  readonly written: number;
  /** What was left out on purpose, with the reason. */
  readonly skipped: readonly string[];
  /** A line each, with its code; empty when all went well. */
  readonly failures: readonly string[];
}

/** Milliseconds. Sources run at the same time, so an export takes 40 s at most: less than Cloud Run's 50 s, and than the minute. */
export const timeouts = { source: 25_000, write: 15_000 } as const;

/** Keeps the previous reading of the statements' counters in memory, so there may be one instance only. */
export class Exporter {
  private previous: StatementReading | undefined;

  public constructor(
    private readonly args: ExporterArgs,
    private readonly limits: { readonly source: number; readonly write: number } = timeouts,
  ) {}

  /** Never rejects. One source that fails does not stop the others. */
  public async export(): Promise<ExportReport> {
    const skipped: string[] = [];
    const failures: string[] = [];
    const read = async (source: string, measure: (signal: AbortSignal) => Promise<Measurement[]>): Promise<Measurement[]> => {
      try {
        return await within(this.limits.source, source, measure);
      } catch (error) {
        failures.push(line(error));
        return [];
      }
    };
    const measurements = (
      await Promise.all([
        read("Supabase's metrics endpoint", (signal) => this.hostMeasurements(signal)),
        read("the database", (signal) => this.databaseMeasurements(signal, skipped)),
        read("the backups' bucket", (signal) => this.backupMeasurements(signal)),
        read("the files gateway", (signal) => this.fileMeasurements(signal, skipped)),
      ])
    ).flat();
    try {
      const at = new Date();
      await within(this.limits.write, "Cloud Monitoring", (signal) => writeTimeSeries(this.args.monitoring, measurements, at, signal));
      return { written: measurements.length, skipped, failures };
    } catch (error) {
      return { written: 0, skipped, failures: [...failures, line(error)] };
    }
  }

  private async hostMeasurements(signal: AbortSignal): Promise<Measurement[]> {
    const { diskUtilization, memoryUtilization } = await readHostMetrics(this.args.host, signal);
    return [
      { metric: "databaseDisk", value: diskUtilization },
      { metric: "databaseMemory", value: memoryUtilization },
    ];
  }

  private async databaseMeasurements(signal: AbortSignal, skipped: string[]): Promise<Measurement[]> {
    const { connectionUtilization, reading } = await readDatabaseMetrics(connectionConfig(this.args.database), signal);
    const connections: Measurement = { metric: "databaseConnections", value: connectionUtilization };
    const activity = activityBetween(this.previous, reading);
    this.previous = reading;
    if (typeof activity === "string") {
      skipped.push(`databaseQueryTime: ${activity}`);
      return [connections];
    }
    const p95 = queryTimeP95(activity);
    if (p95 !== undefined) return [connections, { metric: "databaseQueryTime", value: p95 }];
    skipped.push(`databaseQueryTime: fewer than ${minimumCalls} calls`);
    return [connections];
  }

  private async backupMeasurements(signal: AbortSignal): Promise<Measurement[]> {
    const ages = await readBackupAges(this.args.backupClient, this.args.backups, signal);
    return Object.entries(ages).map(([kind, age]) => ({ metric: "backupAge", labels: { kind }, value: age }));
  }

  private async fileMeasurements(signal: AbortSignal, skipped: string[]): Promise<Measurement[]> {
    const { lag, lostLastDay, sweepAge } = await readFileVersions(this.args.files, signal);
    const always: Measurement[] = [
      { metric: "fileVersionLag", value: lag },
      { metric: "fileVersionsLost", value: lostLastDay },
    ];
    if (sweepAge !== undefined) return [...always, { metric: "fileSweepAge", value: sweepAge }];
    skipped.push("fileSweepAge: the sweep never ran");
    return always;
  }
}

function line(error: unknown): string {
  return error instanceof ExporterError ? error.message : `CHI-X012 unexpected failure (${words(error)}): report it with this line`;
}

/**
 * The work, aborted when the time is over; what does not heed the abort is left behind.
 *
 * @throws ExporterError CHI-X010
 */
async function within<T>(milliseconds: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new ExporterError("CHI-X010", `${what} did not answer within ${milliseconds / 1000} s: see its vendor's status page`);
      reject(error);
      controller.abort(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
