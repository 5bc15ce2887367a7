import type { DatabaseStatus } from "../services/postgres/databases";
import type { Running } from "./running";
import type { RunningFiles } from "./running-files";
import { workerLines } from "./running-files";

/** Where the data of a running sandbox are: its S3 endpoint, and a line for each database, Worker and queue in which messages wait. */
export function dataPlaneLines({ s3Url }: Pick<Running, "s3Url">, databases: readonly DatabaseStatus[], files: RunningFiles | undefined): string[] {
  return [`R2 (S3): ${s3Url}`, ...databases.map(databaseLine), ...workerLines(files)];
}

function databaseLine({ name, host, port, pid, problem }: DatabaseStatus): string {
  const state = pid === null ? `not running${problem === null ? "" : ` (${problem})`}` : `process ${pid}`;
  return `Database of ${name}: PostgreSQL ${host}:${port}, ${state}`;
}
