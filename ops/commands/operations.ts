import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { afterUp } from "../dr/state/after-up";
import { chooseTarget, type Target } from "../engine/target";
import { operationArguments, runJudged, runOperation, watchOperation, type OperationName } from "../engine/stack-operation";
import type { RunSummary } from "../engine/watched-run";
import { changesInWords } from "../output/changes";
import { exitCodeOfViolations, policyArguments } from "../policies/packs";
import { policyReport } from "../policies/policy-report";
import { sarif } from "../policies/sarif";
import { withoutPolicies } from "../policies/without-policies";
import { stackArgument } from "./stack-argument";

export interface OperationOptions {
  cloud?: boolean;
  json?: boolean;
  yes?: boolean;
  /** File for the policies' findings. */
  sarif?: string;
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
    if (name !== "refresh") command.option("--sarif <file>", "write what the policies found as SARIF 2.1.0");
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

/** Runs one operation and resolves to the exit code. `preview` and `up` are judged by the policies, `up` before anything is touched. */
export async function operate(name: OperationName, stack: StackName, target: Target, options: OperationOptions, more: readonly string[]): Promise<number> {
  // In the sandbox nothing is at stake; in the cloud the CLI shows the preview and asks.
  const unasked = target.kind === "sandbox" || options.yes === true;
  const consent = name !== "preview" && unasked ? ["--yes"] : [];
  if (!unasked && options.json === true && name !== "preview") throw new Error(`CHI-O011 \`chisan ${name} ${stack} --cloud --json\` cannot ask: add --yes`);
  const exitCode =
    name === "preview" || name === "up"
      ? await judged(name, stack, target, options, operationArguments(name, stack, target, [...consent, ...policyArguments, ...more]))
      : await unjudged(name, stack, target, options, operationArguments(name, stack, target, [...consent, ...more]));
  if (exitCode !== 0) explain(target);
  else if (name === "up") await afterUp(stack, target, (line) => process.stderr.write(`${line}\n`));
  return exitCode;
}

async function judged(name: "preview" | "up", stack: StackName, target: Target, options: OperationOptions, args: readonly string[]): Promise<number> {
  const json = options.json === true;
  const { exitCode, policies } = json ? await (name === "up" ? watched(name, stack, target, args) : digested(target, args)) : await displayed(target, args);
  const report = policyReport(policies, name);
  if (report !== "" && !json) process.stdout.write(`\n${report}\n`);
  if (options.sarif !== undefined) writeFileSync(options.sarif, `${JSON.stringify(sarif(policies, `stacks/${stack}.ts`), null, 2)}\n`);
  return exitCode !== 0 && policies.violations.length > 0 ? exitCodeOfViolations : exitCode;
}

/** On the terminal. Where the CLI has to ask, it has the terminal to itself, with its own list of what the policies said. */
async function displayed(target: Target, args: readonly string[]): ReturnType<typeof runJudged> {
  if (args[0] === "up" && !args.includes("--yes")) return runJudged(args, target, "terminal");
  const filter = withoutPolicies((text) => process.stdout.write(text));
  const run = await runJudged([...args, ...(process.stdout.isTTY ? ["--color", "always"] : [])], target, filter.take);
  filter.end();
  return run;
}

/** The CLI's own JSON of a preview, with what the policies said. */
async function digested(target: Target, args: readonly string[]): ReturnType<typeof runJudged> {
  let output = "";
  const run = await runJudged([...args, "--json"], target, (text) => (output += text));
  process.stdout.write(`${JSON.stringify({ ...digestOf(output), policies: run.policies }, null, 2)}\n`);
  return run;
}

async function unjudged(name: OperationName, stack: StackName, target: Target, options: OperationOptions, args: readonly string[]): Promise<number> {
  return options.json === true ? (await watched(name, stack, target, args)).exitCode : runOperation(args, target);
}

/** For `--json`: progress on stderr, the result on stdout. */
async function watched(name: OperationName, stack: StackName, target: Target, args: readonly string[]): Promise<RunSummary> {
  const summary = await watchOperation(args, target, (done, what) => process.stderr.write(`${done} ${what}\n`));
  process.stdout.write(`${JSON.stringify({ stack, target: target.kind, operation: name, result: summary.exitCode === 0 ? changesInWords(summary.changes) : "failed", ...summary })}\n`);
  return summary;
}

/** Before some errors the CLI prints no JSON, but words. */
function digestOf(output: string): object {
  try {
    return JSON.parse(output) as object;
  } catch {
    return { diagnostics: [{ severity: "error", message: output.trim() }] };
  }
}

function explain(target: Target): void {
  const explanation = target.explainFailure();
  if (explanation !== undefined) process.stderr.write(`${explanation}\n`);
}
