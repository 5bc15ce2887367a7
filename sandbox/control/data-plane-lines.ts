import { specifications } from "../../stacks/specifications";
import type { DatabaseStatus } from "../services/postgres/databases";
import type { Running } from "./running";
import type { RunningFiles } from "./running-files";
import { workerLines } from "./running-files";

/** Where a running sandbox can be reached: its edge, its S3 endpoint, and a line for each database, Worker and queue in which messages wait. */
export function dataPlaneLines({ s3Url, edgeUrl }: Pick<Running, "s3Url" | "edgeUrl">, databases: readonly DatabaseStatus[], files: RunningFiles | undefined): string[] {
  return [edgeLine(edgeUrl, databases), `R2 (S3): ${s3Url}`, ...databases.map(databaseLine), ...workerLines(files)];
}

/** With what a visitor of prod would type; of staging, when there is only that. Without an environment the edge has nothing to answer with. */
function edgeLine(edgeUrl: string, databases: readonly DatabaseStatus[]): string {
  const there = [specifications.prod, specifications.staging].find(({ stack }) => databases.some(({ name }) => name === `chisan-${stack}`));
  return `Edge (the hosts from outside): ${edgeUrl}${there === undefined ? "" : `, for example curl -H 'Host: ${there.apiHost}' ${edgeUrl}/health`}`;
}

function databaseLine({ name, host, port, pid, problem }: DatabaseStatus): string {
  const state = pid === null ? `not running${problem === null ? "" : ` (${problem})`}` : `process ${pid}`;
  return `Database of ${name}: PostgreSQL ${host}:${port}, ${state}`;
}
