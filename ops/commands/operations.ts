import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { chooseTarget, type Target } from "../engine/target";
import { operationArguments, runOperation, watchOperation, type OperationName } from "../engine/stack-operation";
import { changesInWords } from "../output/changes";
import { stackArgument } from "./stack-argument";

export interface OperationOptions {
  cloud?: boolean;
  json?: boolean;
  yes?: boolean;
}

/** `chisan up|preview|refresh <stack>`: the CLI's own commands, with the target chosen and named. What follows `--` goes to the CLI. */
export function addOperations(program: Command): void {
  const describe: Record<Exclude<OperationName, "destroy">, string> = {
    up: "declare an environment as it is written here",
    preview: "show what `up` would change",
    refresh: "read back what exists, and show drift",
  };
  for (const [name, description] of Object.entries(describe) as [Exclude<OperationName, "destroy">, string][]) {
    const command = program.command(name).description(description).addArgument(stackArgument()).argument("[pulumi...]", "further arguments of `pulumi " + name + "`, after --");
    withCommonOptions(command).action(async (stack: StackName, more: string[], options: OperationOptions) => {
      refuseWords(name, more);
      const target = await chooseTarget(stack, options.cloud === true);
      process.exitCode = await operate(name, stack, target, options, more);
    });
  }
}

/** A second stack's name is a mistake; the CLI would answer it with its whole help. @throws CHI-O003 */
export function refuseWords(name: OperationName, more: readonly string[]): void {
  const [first] = more;
  if (first === undefined || first.startsWith("-")) return;
  throw new Error(`CHI-O003 \`chisan ${name}\` acts on one stack and does not know "${first}": give further arguments of \`pulumi ${name}\` after --, flags first`);
}

/** The options that every operation has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--yes", "do not ask (the cloud asks unless told)")
    .option("--debug", "show stack traces");
}

/** Runs one operation and resolves to the exit code. */
export async function operate(name: OperationName, stack: StackName, target: Target, options: OperationOptions, more: readonly string[]): Promise<number> {
  // In the sandbox nothing is at stake; in the cloud the CLI shows the preview and asks.
  const unasked = target.kind === "sandbox" || options.yes === true;
  const consent = name === "preview" ? [] : unasked ? ["--yes", ...(name === "up" && target.kind === "sandbox" ? ["--skip-preview"] : [])] : [];
  const quiet = name === "preview" && options.json === true ? ["--json"] : [];
  const args = operationArguments(name, stack, target, [...consent, ...quiet, ...more]);
  if (options.json !== true || name === "preview") {
    const exitCode = await runOperation(args, target);
    if (exitCode !== 0) explain(target);
    return exitCode;
  }
  if (!unasked) throw new Error(`CHI-O011 \`chisan ${name} ${stack} --cloud --json\` cannot ask: add --yes`);
  const summary = await watchOperation(args, target, (done, what) => process.stderr.write(`${done} ${what}\n`));
  process.stdout.write(`${JSON.stringify({ stack, target: target.kind, operation: name, result: summary.exitCode === 0 ? changesInWords(summary.changes) : "failed", ...summary })}\n`);
  if (summary.exitCode !== 0) explain(target);
  return summary.exitCode;
}

function explain(target: Target): void {
  const explanation = target.explainFailure();
  if (explanation !== undefined) process.stderr.write(`${explanation}\n`);
}
