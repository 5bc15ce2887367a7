import { spawn } from "node:child_process";

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
}

/** Runs a program to its end, in a process group of its own. @throws AbortError when the signal ended it */
export function runChild(program: string, args: readonly string[], { environment, directory, signal }: ChildOptions): Promise<Ended> {
  signal.throwIfAborted();
  const child = spawn(program, args, { env: environment, cwd: directory, detached: true, stdio: ["ignore", "pipe", "pipe"] });
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
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code, ...seen });
    });
  });
}
