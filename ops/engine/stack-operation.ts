import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { noFindings, type PolicyFindings } from "../policies/findings";
import { listenForEvents } from "./event-stream";
import { runInForeground } from "./foreground";
import type { Target } from "./target";
import { followPolicies, watchedRun, type EngineEvent, type RunSummary } from "./watched-run";

const run = promisify(execFile);

export type OperationName = "up" | "preview" | "refresh" | "destroy";

/** Arguments of one operation of the CLI on a stack of a target. */
export function operationArguments(operation: OperationName, stack: StackName, target: Target, more: readonly string[] = []): string[] {
  return [operation, "--stack", stack, ...target.configurationArguments, ...more];
}

/** Runs an operation on the caller's terminal, with the CLI's own display. Resolves to the exit code. */
export function runOperation(args: readonly string[], target: Target): Promise<number> {
  return runInForeground(pulumiExecutable, args, target.environment, repositoryRoot);
}

/** Where the CLI's output goes: to the caller's terminal, with the CLI asking there; or line by line to a function. */
export type Output = "terminal" | ((text: string) => void);

/** Runs an operation in the foreground and follows what the policies say. */
export async function runJudged(args: readonly string[], target: Target, output: Output): Promise<{ exitCode: number; policies: PolicyFindings }> {
  let policies = noFindings();
  const events = await listenForEvents<EngineEvent>((event) => (policies = followPolicies(policies, event)));
  const [command = "", ...rest] = args;
  try {
    // The flag is hidden unless the variable is set.
    const environment = { ...target.environment, PULUMI_DEBUG_COMMANDS: "true" };
    const all = [command, "--event-log", events.address, ...rest];
    const exitCode = await runInForeground(pulumiExecutable, all, environment, repositoryRoot, output === "terminal" ? undefined : output);
    return { exitCode, policies };
  } finally {
    events.stop();
  }
}

/** Runs an operation without a display of its own; for `--json` and for `npm start`. */
export function watchOperation(args: readonly string[], target: Target, progress: (done: number, what: string) => void): Promise<RunSummary> {
  return watchedRun(args, target.environment, progress);
}

/** The outputs of a stack, secrets shown as `[secret]`. */
export async function stackOutputs(stack: StackName, target: Target): Promise<Record<string, unknown>> {
  const { stdout } = await run(pulumiExecutable, ["stack", "output", "--json", "--stack", stack, "--non-interactive"], {
    cwd: repositoryRoot,
    env: target.environment,
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** One secret output of a stack. Not for stdout, logs or errors. @throws CHI-S221 when the stack has no such output */
export async function secretOutput(stack: StackName, name: string, target: Target): Promise<string> {
  try {
    const { stdout } = await run(pulumiExecutable, ["stack", "output", name, "--show-secrets", "--stack", stack, "--non-interactive"], {
      cwd: repositoryRoot,
      env: target.environment,
    });
    return stdout.trim();
  } catch (error) {
    // The error of `execFile` also has what the CLI has printed, in other fields than the message.
    const words = ((error as { stderr?: string }).stderr ?? "").trim().split("\n").at(-1) ?? "";
    throw new Error(`CHI-S221 ${stack} has no output ${name} (${words}): npx chisan up ${stack}`);
  }
}
