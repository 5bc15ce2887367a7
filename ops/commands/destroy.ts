import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { specifications } from "../../stacks/specifications";
import { operationArguments, watchOperation } from "../engine/stack-operation";
import { chooseTarget, type Target } from "../engine/target";
import { operate, withCommonOptions, type OperationOptions } from "./operations";
import { stackArgument } from "./stack-argument";

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
    await confirm(stack, options);
    const target = await chooseTarget(stack, options.cloud === true);
    if (specifications[stack].protectData) {
      // Deletion protection is a property at the vendor: it has to be lifted by an update before anything can be deleted.
      process.stderr.write(`Lifting the protection of ${stack}\n`);
      const unprotected = { ...target, environment: { ...target.environment, CHISAN_LIFT_PROTECTION: stack } };
      // Under --json stdout belongs to the result of the destroy itself.
      const lifted = options.json ? await liftSilently(stack, unprotected) : await operate("up", stack, unprotected, options, []);
      if (lifted !== 0) {
        process.exitCode = lifted;
        return;
      }
    }
    process.exitCode = await operate("destroy", stack, target, { ...options, yes: true }, more);
  });
}

async function liftSilently(stack: StackName, target: Target): Promise<number> {
  const summary = await watchOperation(operationArguments("up", stack, target, ["--yes", "--skip-preview"]), target, () => undefined);
  for (const error of summary.errors) process.stderr.write(`${error}\n`);
  return summary.exitCode;
}

/** @throws CHI-O012 when nobody confirmed */
async function confirm(stack: StackName, options: DestroyOptions): Promise<void> {
  const guarded = specifications[stack].protectData;
  const command = `npx chisan destroy ${stack}${options.cloud ? " --cloud" : ""} ${guarded ? `--confirm ${stack}` : "--yes"}`;
  if (options.confirm !== undefined && options.confirm !== stack) {
    throw new Error(`CHI-O012 --confirm says "${options.confirm}", the stack is "${stack}": ${command}`);
  }
  if (options.confirm === stack || (!guarded && options.yes === true)) return;
  if (!process.stdin.isTTY) throw new Error(`CHI-O012 destroying ${stack} deletes ${guarded ? "protected data" : "all it has"} and nobody confirmed: ${command}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`Destroying ${stack} deletes all of its data. Type its name to go on: `);
  terminal.close();
  if (typed.trim() !== stack) throw new Error(`CHI-O012 "${typed.trim()}" is not "${stack}": nothing was touched`);
}
