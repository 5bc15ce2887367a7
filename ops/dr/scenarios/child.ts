import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { startOf } from "../../../sandbox/world/process-start";

/** How a program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly text: string;
}

export interface ChildOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Ends the program and all that it started. */
  readonly signal: AbortSignal;
  /** A file that names the program while it runs, so that it can be ended when this process is killed. */
  readonly note: string;
}

/** Runs a program to its end, in a process group of its own. @throws AbortError when the signal ended it */
export function runChild(program: string, args: readonly string[], { environment, directory, signal, note }: ChildOptions): Promise<Ended> {
  signal.throwIfAborted();
  const child = spawn(program, args, { env: environment, cwd: directory, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) writeFileSync(note, JSON.stringify({ pid: child.pid, started: startOf(child.pid) }));
  const seen = { stdout: "", text: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      if (stream === "stdout") seen.stdout += text;
      seen.text += text;
    });
  }
  const stop = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, "SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", stop);
      rmSync(note, { force: true });
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code, ...seen });
    });
  });
}

/** Ends the program that a note names, with all that it started, if it still runs. */
export function endNoted(note: string): void {
  if (!existsSync(note)) return;
  try {
    const { pid, started } = JSON.parse(readFileSync(note, "utf8")) as { pid: number; started: string };
    if (startOf(pid) === started) process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Cut off in writing, or it ended in this moment.
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
