import type { FilesPlane } from "../services/r2/files-plane";
import type { Running } from "./running";

export type RunningFiles = ReturnType<FilesPlane["status"]>;

/** The Workers and queues of a running sandbox, as its control API gives them. @throws CHI-S241 */
export async function runningFiles({ controlUrl }: Pick<Running, "controlUrl">): Promise<RunningFiles> {
  const response = await fetch(`${controlUrl}/files`);
  if (!response.ok)
    throw new Error(`CHI-S241 the sandbox answered ${response.status} when asked for its Workers: npx chisan sandbox restart`);
  return (await response.json()) as RunningFiles;
}

/** A line for each Worker and for each queue in which messages wait. */
export function workerLines(files: RunningFiles | undefined): string[] {
  if (files === undefined) return [];
  return [
    ...Object.entries(files.workers).map(([name, url]) => `Worker ${name}: ${url}`),
    ...Object.entries(files.problems).map(([name, problem]) => `Worker ${name} does not run: ${problem}`),
    ...Object.entries(files.queues).flatMap(([name, count]) => (count === 0 ? [] : [`Queue ${name}: ${count} waiting`])),
    ...(files.offsetSeconds === 0 ? [] : [`Clock: ${files.now}, moved by ${files.offsetSeconds} s`]),
  ];
}
