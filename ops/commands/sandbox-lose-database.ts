import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { confirmByName, type Confirmation } from "../dr/confirm-by-name";
import { loseDatabase } from "../dr/drill/lose-database";
import { stackArgument } from "./stack-argument";

/** `chisan sandbox lose-database <stack>`: what a person does at Supabase's dashboard, rehearsed. There is no such command for the cloud. */
export function addSandboxLoseDatabase(group: Command): void {
  group
    .command("lose-database")
    .description("delete a stack's database project at the sandbox's Supabase, past all of our tools: a disaster, or a step of docs/runbooks/procedure-c.md")
    .addArgument(stackArgument())
    .option("--yes", "do not ask, with --confirm")
    .option("--confirm <stack>", "with --yes, instead of typing the stack's name")
    .option("--json", "only the result, as JSON, on stdout")
    .action(async (stack: StackName, options: Confirmation & { json?: boolean }) => {
      await confirmByName(stack, `This deletes the rehearsed database of ${stack} with its data.`, `npx chisan sandbox lose-database ${stack}`, options);
      const deleted = await loseDatabase(stack, sandboxPaths(sandboxDirectory()));
      if (options.json === true) process.stdout.write(`${JSON.stringify({ operation: "lose-database", target: "sandbox", stack, deleted })}\n`);
      else process.stderr.write(`The project ${deleted.join(", ")} of ${stack} is deleted at the sandbox's Supabase; no state knows of it.\n`);
    });
}
