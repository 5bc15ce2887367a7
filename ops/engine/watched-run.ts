import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { followEvents } from "./event-log";

/** What the engine reports of a run, reduced to what is shown. */
export interface RunSummary {
  exitCode: number;
  /** Resources by what was done with them: `create`, `update`, `same`, … */
  changes: Record<string, number>;
  durationSeconds: number;
  /** Errors in the engine's words, secrets masked by it. */
  errors: string[];
}

interface EngineEvent {
  preludeEvent?: unknown;
  summaryEvent?: { resourceChanges?: Record<string, number>; durationSeconds?: number };
  resourcePreEvent?: { metadata: { op: string; type: string; urn: string } };
  resOutputsEvent?: { metadata: { op: string; type: string; urn: string } };
  diagnosticEvent?: { severity: string; message: string; urn?: string };
  cancelEvent?: unknown;
}

/**
 * Runs one operation of the CLI without a terminal, following the engine's event log (the one the Automation API reads).
 *
 * @param progress told of each resource as it is done, with the number done so far
 */
export function watchedRun(args: readonly string[], environment: NodeJS.ProcessEnv, progress: (done: number, what: string) => void): Promise<RunSummary> {
  const folder = mkdtempSync(join(tmpdir(), "chisan-events-"));
  const log = join(folder, "events");
  const summary: RunSummary = { exitCode: 0, changes: {}, durationSeconds: 0, errors: [] };
  let done = 0;
  const take = (event: EngineEvent) => {
    const { summaryEvent, resOutputsEvent, diagnosticEvent } = event;
    if (summaryEvent !== undefined) {
      summary.changes = summaryEvent.resourceChanges ?? {};
      summary.durationSeconds = summaryEvent.durationSeconds ?? 0;
    }
    if (resOutputsEvent !== undefined) progress((done += 1), `${resOutputsEvent.metadata.op} ${resOutputsEvent.metadata.urn.split("::").slice(-2).join(" ")}`);
    if (diagnosticEvent?.severity === "error") summary.errors.push(plain(diagnosticEvent.message));
  };
  const follow = followEvents<EngineEvent>(log, take, () => (done = 0));
  const timer = setInterval(follow, 100);
  return new Promise((resolve, reject) => {
    const [command = "", ...rest] = args;
    const child = spawn(pulumiExecutable, [command, "--event-log", log, "--non-interactive", ...rest], {
      cwd: repositoryRoot,
      // The flag is hidden unless this is set.
      env: { ...environment, PULUMI_DEBUG_COMMANDS: "true" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-8000)));
    const wait = () => undefined;
    process.on("SIGINT", wait);
    const finish = () => {
      clearInterval(timer);
      process.removeListener("SIGINT", wait);
      follow();
      rmSync(folder, { recursive: true, force: true });
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    child.once("close", (code, signal) => {
      finish();
      summary.exitCode = code ?? (signal === null ? 1 : 130);
      const last = plain(words).trim().split("\n").at(-1);
      if (summary.exitCode !== 0 && summary.errors.length === 0 && last) summary.errors.push(last);
      resolve(summary);
    });
  });
}

/** Without terminal colours and without the engine's own markup (`<{%reset%}>`). */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, "").replace(/<\{%[a-z ]*%\}>/g, "").trim();
}
