import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ensureService, removeSandbox, stopSandbox, stopService } from "../../sandbox/control/ensure-service";
import { drillDirectory, drillPaths } from "../dr/drill/drill-directory";
import { recoveryDirectory } from "../dr/phases/recovery-directory";
import { sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { forgetConfiguration } from "../../sandbox/control/stacks";
import type { StackName } from "../../config/naming";
import { addSandboxLoseDatabase } from "./sandbox-lose-database";
import { stackArgument } from "./stack-argument";
import { dataPlaneLines } from "../../sandbox/control/data-plane-lines";
import { runningFiles } from "../../sandbox/control/running-files";
import { readRunning } from "../../sandbox/control/running";
import { runningDatabases } from "../../sandbox/control/running-databases";
import { openSession } from "../../sandbox/control/session";

/** `chisan sandbox start|stop|restart|status|configure|lose-database|reset`: the local stand-in for the vendors. */
export function addSandbox(program: Command): void {
  const sandbox = program.command("sandbox").description("the local stand-in for the vendors");
  sandbox
    .command("start")
    .description("start it, unless it runs")
    .action(async () => {
      const { running } = await openSession();
      process.stderr.write(`The sandbox runs (process ${running.pid}).\n`);
    });
  sandbox
    .command("stop")
    .description("stop it; what it remembers stays on disk")
    .action(async () => {
      process.stderr.write((await stopSandbox(sandboxPaths(sandboxDirectory()))) ? "The sandbox is stopped.\n" : "The sandbox was not running.\n");
    });
  sandbox
    .command("restart")
    .description("stop it and start it")
    .action(async () => {
      const paths = sandboxPaths(sandboxDirectory());
      await stopService(paths);
      const running = await ensureService(paths);
      process.stderr.write(`The sandbox runs (process ${running.pid}).\n`);
    });
  sandbox
    .command("status")
    .description("whether it runs, and where it listens")
    .option("--json", "only the result, as JSON, on stdout")
    .action(async (options: { json?: boolean }) => {
      const running = readRunning(sandboxPaths(sandboxDirectory()));
      const databases = running === undefined ? [] : await runningDatabases(running);
      const files = running === undefined ? undefined : await runningFiles(running);
      if (options.json) process.stdout.write(`${JSON.stringify(running === undefined ? null : { ...running, databases, workers: files?.workers, queues: files?.queues })}\n`);
      else if (running === undefined) process.stdout.write("The sandbox is not running: npx chisan sandbox start\n");
      else {
        const providers = Object.entries(running.providers).map(([name, port]) => `${name} 127.0.0.1:${port}`);
        process.stdout.write(`Process ${running.pid}, since ${running.startedAt}\nProviders: ${providers.join(", ")}\nSupabase Management API: ${running.supabaseApiUrl}\nVercel API: ${running.vercelApiUrl}\n`);
        for (const line of dataPlaneLines(running, databases, files)) process.stdout.write(`${line}\n`);
      }
    });
  sandbox
    .command("configure")
    .description("take a stack's configuration from the committed file again, forgetting what the rehearsal set")
    .addArgument(stackArgument())
    .action(async (stack: StackName) => {
      const session = await openSession();
      forgetConfiguration(session.paths, stack);
      await session.prepare(stack);
      process.stderr.write(`${stack} is configured as Pulumi.${stack}.yaml says, with stand-ins for what it lacks.\n`);
    });
  addSandboxLoseDatabase(sandbox);
  sandbox
    .command("reset")
    .description("stop it and forget everything: all stacks, all that exists in it")
    .option("--yes", "do not ask")
    .action(async (options: { yes?: boolean }) => {
      const paths = sandboxPaths(sandboxDirectory());
      const reports = drillReports();
      const goes = reports === 0 ? "" : `${reports} drill ${reports === 1 ? "report" : "reports"} and the key that signed ${reports === 1 ? "it" : "them"}`;
      if (!options.yes) {
        const keeps = goes === "" ? "" : `, and ${goes} (to keep one: copy its folder of ${join(recoveryDirectory(false), "reports")}, or npx chisan dr drill --report-to docs/drills)`;
        throw new Error(`CHI-O013 this forgets every rehearsed environment in ${paths.directory}${keeps}: npx chisan sandbox reset --yes`);
      }
      await removeSandbox(paths);
      process.stderr.write(`The sandbox is empty${goes === "" ? "" : `; deleted with it: ${goes}`}.\n`);
      const ofDrill = drillPaths(drillDirectory()).sandbox;
      // Not with it: a drill may be at work there.
      if (existsSync(ofDrill)) process.stderr.write(`A drill's own sandbox is still there, kept or killed: npx chisan dr drill carries on, CHISAN_SANDBOX_DIRECTORY=${ofDrill} npx chisan sandbox reset --yes removes it.\n`);
    });
}

/** In the usual place, which the sandbox holds. */
function drillReports(): number {
  const folder = join(recoveryDirectory(false), "reports");
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

/** The password is in the stack's output: `npx chisan output <stack> databaseUrl`. */
