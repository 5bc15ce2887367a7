/** The server process of a data directory, as its own pid file tells: https://www.postgresql.org/docs/15/storage-file-layout.html */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startOf } from "../../world/process-start";

/** A living server. */
export interface Postmaster {
  readonly pid: number;
  /** The TCP port it was started with. */
  readonly port: number;
  /** Its own word: `starting`, `stopping`, `ready`, or `standby` while it recovers; empty while it has not said anything. */
  readonly status: string;
}

const pidFileName = "postmaster.pid";

/** The server of this data directory; undefined when there is none, also when its process id has another owner by now. */
export function postmasterOf(dataDirectory: string): Postmaster | undefined {
  const lines = pidFileLines(dataDirectory);
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 1 || !servesFrom(pid, dataDirectory)) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? "").trim() };
}

/**
 * Removes a pid file whose process id was given to another process since (at the latest by a restart of the machine): the server would
 * take that process for itself and refuse to start. One whose process is gone is left: the server removes it, after checks of its own.
 */
export function removeMisleadingPidFile(dataDirectory: string): void {
  const pid = Number(pidFileLines(dataDirectory)?.[0]);
  if (Number.isInteger(pid) && pid > 1 && startOf(pid) !== undefined && !servesFrom(pid, dataDirectory)) {
    rmSync(join(dataDirectory, pidFileName), { force: true });
  }
}

/**
 * The processes that work in a data directory without its server, after that was killed: they end by themselves once they notice, and
 * no server starts before. Only where /proc tells; elsewhere the next start waits for them.
 */
export function orphansOf(dataDirectory: string): number[] {
  let pids: number[];
  try {
    pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return pids.filter((pid) => workingDirectoryOf(pid) === dataDirectory && /^postgres: /.test(commandOf(pid)));
}

function pidFileLines(dataDirectory: string): string[] | undefined {
  try {
    return readFileSync(join(dataDirectory, pidFileName), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether the process is a server that was started for this folder. Its helpers' commands read `postgres: …`, so none of them is meant. */
function servesFrom(pid: number, dataDirectory: string): boolean {
  if (startOf(pid) === undefined) return false;
  const command = commandOf(pid);
  return /^\S*postgres\s/.test(command) && `${command.trim()} `.includes(` -D ${dataDirectory} `);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  return spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
}

function workingDirectoryOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
