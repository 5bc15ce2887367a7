import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { withProtectionLifted } from "../../stacks/lifted-protection";
import { specifications } from "../../stacks/specifications";
import { refuseLive } from "../dr/cut-over/refuse-live";
import { operationArguments, watchOperation } from "../engine/stack-operation";
import { chooseTarget, type Target } from "../engine/target";
import { destroyCopy, isCopy, resultInWords } from "../destroy/destroy-copy";
import type { ExportedResource } from "../destroy/state-buckets";
import { askPerson } from "../output/ask-person";
import { operate, refuseWords, withCommonOptions, type OperationOptions } from "./operations";
import { stackArgument } from "./stack-argument";

const run = promisify(execFile);

interface DestroyOptions extends OperationOptions {
  confirm?: string;
}

/**
 * `chisan destroy <stack>`: everything of an environment, also what protects its data. Prod's name must be typed, here as in the
 * cloud, so that a rehearsal is one.
 */
export function addDestroy(program: Command): void {
  const command = program
    .command("destroy")
    .description("delete an environment and all of its data")
    .addArgument(stackArgument())
    .argument("[pulumi...]", "further arguments of `pulumi destroy`, after --")
    .option("--confirm <stack>", "the stack's name, typed again: required for what is protected");
  withCommonOptions(command).action(async (stack: StackName, more: string[], options: DestroyOptions) => {
    refuseWords("destroy", more);
    const named = await confirm(stack, options);
    const target = await chooseTarget(stack, options.cloud === true);
    refuseLive(stack, target);
    const resources = await exportedResources(stack, target);
    const lifted = await liftProtection(stack, target, protectedOf(resources));
    if (lifted !== 0) {
      process.exitCode = lifted;
      return;
    }
    const copied = isCopy(stack) && !more.some(choosesResources) ? await destroyFilled(stack, target, resources, { ...options, named }, more) : undefined;
    process.exitCode = copied ?? (await operate("destroy", stack, target, { ...options, yes: true }, more));
  });
}

/**
 * Deletion protection is a property at the vendor: it has to be lifted by an update before anything can be deleted. Only what exists and is
 * protected is updated; nothing is created for the sake of being destroyed, and no other pending change is carried out.
 *
 * @returns the exit code
 */
async function liftProtection(stack: StackName, target: Target, urns: readonly string[]): Promise<number> {
  if (urns.length === 0) return 0;
  process.stderr.write(`Lifting the protection of ${urns.length} resources of ${stack}\n`);
  const args = operationArguments("up", stack, target, ["--yes", "--skip-preview", ...urns.flatMap((urn) => ["--target", urn])]);
  const summary = await withProtectionLifted(stack, (variables) =>
    watchOperation(args, { ...target, environment: { ...target.environment, ...variables } }, () => undefined),
  );
  for (const error of summary.errors) process.stderr.write(`${error}\n`);
  if (summary.exitCode !== 0) {
    process.stderr.write(`CHI-O014 ${stack}'s protection could not be lifted, nothing was destroyed: mend what is said above and run it again\n`);
  }
  return summary.exitCode;
}

/** Whoever names single resources gets exactly what the CLI makes of that. */
function choosesResources(argument: string): boolean {
  return /^(--(target|exclude)|-[tx])/.test(argument);
}

/** With what its buckets hold. @returns the exit code; undefined when they are empty, and nothing was destroyed yet */
async function destroyFilled(stack: StackName, target: Target, resources: readonly StateResource[], options: DestroyOptions & { named: boolean }, more: readonly string[]): Promise<number | undefined> {
  const json = options.json === true;
  const destroyed = await destroyCopy({ stack, target, resources, named: options.named, quiet: json, more, say: (text) => process.stderr.write(`${text}\n`) });
  if (destroyed === undefined) return undefined;
  const result = resultInWords(destroyed);
  if (json) process.stdout.write(`${JSON.stringify({ stack, target: target.kind, operation: "destroy", result, ...destroyed })}\n`);
  else process.stderr.write(`${stack}: ${result}\n`);
  return destroyed.exitCode;
}

interface StateResource extends ExportedResource {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

async function exportedResources(stack: StackName, target: Target): Promise<readonly StateResource[]> {
  const { stdout } = await run(pulumiExecutable, ["stack", "export", "--stack", stack, "--non-interactive"], {
    cwd: repositoryRoot,
    env: target.environment,
    maxBuffer: 1 << 28,
  });
  return (JSON.parse(stdout) as { deployment: { resources?: StateResource[] } }).deployment.resources ?? [];
}

/** What the state says is protected, by Pulumi or at its vendor. */
function protectedOf(resources: readonly StateResource[]): string[] {
  return resources.filter(({ protect, retainOnDelete, inputs }) => protect === true || retainOnDelete === true || inputs?.["deletionProtection"] === true).map(({ urn }) => urn);
}

/** @returns whether the name was typed, here or with --confirm @throws CHI-O012 when nobody confirmed */
async function confirm(stack: StackName, options: DestroyOptions): Promise<boolean> {
  const guarded = specifications[stack].protectData;
  const command = `npx chisan destroy ${stack}${options.cloud ? " --cloud" : ""} ${guarded ? `--confirm ${stack}` : "--yes"}`;
  if (options.confirm !== undefined && options.confirm !== stack) {
    throw new Error(`CHI-O012 --confirm says "${options.confirm}", the stack is "${stack}": ${command}`);
  }
  if (options.confirm === stack) return true;
  if (!guarded && options.yes === true) return false;
  if (!process.stdin.isTTY) throw new Error(`CHI-O012 destroying ${stack} deletes ${guarded ? "protected data" : "all it has"} and nobody confirmed: ${command}`);
  const typed = await askPerson(`Destroying ${stack} deletes all of its data. Type its name to go on: `);
  if (typed !== stack) throw new Error(`CHI-O012 "${typed}" is not "${stack}": nothing was touched`);
  return true;
}
