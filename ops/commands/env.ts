import type { Command } from "commander";
import { sandboxVariables } from "../../sandbox/control/environment";
import { openSession } from "../../sandbox/control/session";
import { quoted } from "../../sandbox/control/shell";

/** `eval "$(npx chisan env)"`: from then on `pulumi` in this shell rehearses in the sandbox. */
export function addEnv(program: Command): void {
  program
    .command("env")
    .description('print the shell commands that point `pulumi` at the sandbox: eval "$(npx chisan env)"')
    .option("--json", "only the variables, as JSON, on stdout")
    .action(async (options: { json?: boolean }) => {
      const { paths } = await openSession();
      const variables: Record<string, string> = sandboxVariables(paths);
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ ...variables, path: paths.bin })}\n`);
        return;
      }
      const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
      // The `pulumi` in front hands the CLI a cleaned environment, whatever credentials this shell holds.
      process.stdout.write(`${[...lines, `export PATH=${quoted(paths.bin)}:"$PATH"`].join("\n")}\n`);
    });
}
