import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../../../../sandbox/control/paths";
import type { ProcedureOrder } from "./procedure-process";

export interface StartedProcedure {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when a line was printed; rejects when the process ended without it. */
  seen(line: string | RegExp): Promise<string>;
  /** Resolves with all that was printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

export function startProcedure(order: ProcedureOrder): StartedProcedure {
  const child = spawn(
    process.execPath,
    ["--require", join(repositoryRoot, "toolchain/typescript.cjs"), join(repositoryRoot, "ops/dr/phases/test-support/procedure-process.ts")],
    { stdio: "pipe", cwd: repositoryRoot },
  );
  let [stdout, stderr] = ["", ""];
  const listeners = new Set<() => void>();
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
    for (const listener of listeners) listener();
  });
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  // It may be killed before it has read.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(order));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  const seen = (wanted: string | RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = stdout.split("\n").find((line) => (typeof wanted === "string" ? line === wanted : wanted.test(line)));
        if (found === undefined) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without "${String(wanted)}": ${stdout}${stderr}`)));
    });
  return { child, pid: child.pid ?? 0, seen, ended };
}
