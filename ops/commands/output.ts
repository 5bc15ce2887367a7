import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { runInForeground } from "../engine/foreground";
import { chooseTarget } from "../engine/target";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { withCommonOptions, type OperationOptions } from "./operations";
import { stackArgument } from "./stack-argument";

/** `chisan output <stack>`: what a stack tells (addresses, names); secrets only when asked for. */
export function addOutput(program: Command): void {
  const command = program
    .command("output")
    .description("show a stack's outputs")
    .addArgument(stackArgument())
    .argument("[name]", "one output only")
    .option("--show-secrets", "show the values of secret outputs");
  withCommonOptions(command).action(async (stack: StackName, name: string | undefined, options: OperationOptions & { showSecrets?: boolean }) => {
    const target = await chooseTarget(stack, options.cloud === true, "state");
    const flags = [...(options.json ? ["--json"] : []), ...(options.showSecrets ? ["--show-secrets"] : [])];
    process.exitCode = await runInForeground(pulumiExecutable, ["stack", "output", ...(name === undefined ? [] : [name]), "--stack", stack, ...flags], target.environment, repositoryRoot);
  });
}
