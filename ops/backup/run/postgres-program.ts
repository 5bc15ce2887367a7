import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { libpqEnvironment } from "../restore/connect";
import { applicationName } from "./database-session";

/**
 * Runs a program and ends it when we end, be it by `kill -9`: its watcher reads from a pipe that only we hold open. A program that waits for
 * a lock would otherwise stay at the database after its reader is gone.
 */
const keeper = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r _ <&3; kill -TERM "$program"; } >/dev/null 2>&1 &
watcher=$!
exec 3<&- >/dev/null
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`;

export interface RunningProgram {
  readonly stdout: Readable;
  /** Resolves to what it wrote to stderr. @throws Error with its last line when it failed */
  readonly ended: Promise<string>;
  /** Ends it and the query it runs. Harmless when it has ended. */
  stop(): void;
}

/**
 * Starts one of PostgreSQL's programs on a database. The URL reaches it through the environment, never as an argument, which every user of
 * the machine can read.
 */
export function startProgram(binaries: string, program: "psql" | "pg_dump", args: readonly string[], url: string): RunningProgram {
  const child = spawn("sh", ["-c", keeper, "keeper", join(binaries, program), ...args], {
    // Of the caller's own PG* variables none: they would change what is backed up.
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LC_ALL: "C", PGCLIENTENCODING: "UTF8", ...libpqEnvironment(url), PGAPPNAME: applicationName() },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words = `${words}${text}`.slice(-16_384)));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`CHI-A035 ${program} could not be started (${error.message}): sudo apt-get install postgresql-client-15`)));
    child.once("close", (status, signal) => (status === 0 ? resolve(words) : reject(new Error(`CHI-A035 ${program} failed (${lastWords(words) || `${signal ?? `code ${status}`}`}); run the same command again`))));
  });
  // Whoever waits for it hears of the failure; before that it must not count as unhandled.
  ended.catch(() => undefined);
  return { stdout: child.stdout, ended, stop: () => child.stdin.end() };
}

/** The line that says what went wrong; the context lines after it may hold rows. */
function lastWords(words: string): string {
  const lines = words.trim().split("\n");
  return (lines.find((line) => /\b(error|fatal|FATAL|ERROR)\b/.test(line)) ?? lines.at(-1) ?? "").trim();
}
