import { spawn } from "node:child_process";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { addFinding, noFindings, type PolicyEvent, type PolicyFindings } from "../policies/findings";
import { listenForEvents } from "./event-stream";
import { heldLocks } from "./held-lock";

/** What the engine reports of a run, reduced to what is shown. */
export interface RunSummary {
  exitCode: number;
  /** Resources by what was done with them: `create`, `update`, `same`, … */
  changes: Record<string, number>;
  durationSeconds: number;
  /** Errors in the engine's words, secrets masked by it. */
  errors: string[];
  /** What the policies said; empty where no pack ran. */
  policies: PolicyFindings;
}

export interface EngineEvent {
  /** Begins the preview, and then the operation itself. */
  preludeEvent?: unknown;
  summaryEvent?: { resourceChanges?: Record<string, number>; durationSeconds?: number };
  resOutputsEvent?: { metadata: { op: string; type: string; urn: string } };
  diagnosticEvent?: { severity: string; message: string };
  policyEvent?: PolicyEvent;
}

/**
 * Runs one operation of the CLI without a terminal, following the engine's events.
 *
 * @param progress told of each resource as it is done (not as it is previewed), with the number done so far
 */
export async function watchedRun(args: readonly string[], environment: NodeJS.ProcessEnv, progress: (done: number, what: string) => void): Promise<RunSummary> {
  const summary: RunSummary = { exitCode: 0, changes: {}, durationSeconds: 0, errors: [], policies: noFindings() };
  let done = 0;
  // `up` begins with a preview, in which nothing is done yet.
  let phasesBefore = args[0] === "up" && !args.includes("--skip-preview") ? 2 : 1;
  const take = (event: EngineEvent) => {
    const { preludeEvent, summaryEvent, resOutputsEvent, diagnosticEvent } = event;
    if (preludeEvent !== undefined) {
      done = 0;
      phasesBefore--;
    }
    summary.policies = followPolicies(summary.policies, event);
    if (summaryEvent !== undefined) {
      summary.changes = summaryEvent.resourceChanges ?? {};
      summary.durationSeconds = summaryEvent.durationSeconds ?? 0;
    }
    if (resOutputsEvent !== undefined && phasesBefore <= 0) progress((done += 1), `${resOutputsEvent.metadata.op} ${resOutputsEvent.metadata.urn.split("::").slice(-2).join(" ")}`);
    if (diagnosticEvent?.severity === "error") summary.errors.push(plain(diagnosticEvent.message));
  };
  const events = await listenForEvents(take);
  return new Promise((resolve, reject) => {
    const [command = "", ...rest] = args;
    const child = spawn(pulumiExecutable, [command, "--event-log", events.address, "--non-interactive", ...rest], {
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
      process.removeListener("SIGINT", wait);
      events.stop();
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    child.once("close", (code, signal) => {
      finish();
      summary.exitCode = code ?? (signal === null ? 1 : 130);
      const said = plain(words);
      // Of a lock the whole is told: the last line has its holder, and not that it is a lock.
      const last = heldLocks(said).length > 0 ? said.replace(/\s+/g, " ") : said.split("\n").at(-1);
      if (summary.exitCode !== 0 && summary.errors.length === 0 && last) summary.errors.push(last);
      resolve(summary);
    });
  });
}

/** What is found in the preview before an operation is found again in the operation: only the last phase counts. */
export function followPolicies(findings: PolicyFindings, { preludeEvent, policyEvent }: EngineEvent): PolicyFindings {
  const current = preludeEvent === undefined ? findings : noFindings();
  if (policyEvent !== undefined) addFinding(current, policyEvent);
  return current;
}

/** Without terminal colours and without the engine's own markup (`<{%reset%}>`). */
export function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, "").replace(/<\{%[a-z ]*%\}>/g, "").trim();
}
