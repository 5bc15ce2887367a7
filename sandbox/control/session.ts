import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { StackName } from "../../config/naming";
import { ensureService } from "./ensure-service";
import { sandboxEnvironment } from "./environment";
import { writeFront } from "./front";
import { releaseDeadLocks, settlePendingCreates } from "./interrupted";
import { sandboxDirectory, sandboxPaths, type SandboxPaths } from "./paths";
import { installPlugins } from "./plugins";
import type { Running } from "./running";
import { exclusively } from "./exclusively";
import { configurationFile, ensureSecrets, ensureStack, rehearsalsOwnKeys } from "./stacks";

/** A sandbox that is ready for a command. */
export interface Session {
  paths: SandboxPaths;
  running: Running;
  /** The whole environment for the Pulumi CLI. */
  environment: NodeJS.ProcessEnv;
  /** Makes a stack ready (state, configuration, what an interrupted command left) and returns the rehearsal's configuration file. */
  prepare(stack: StackName, notify?: (text: string) => void): Promise<string>;
}

/** Starts what is missing of the sandbox; quick when all is there. */
export async function openSession(): Promise<Session> {
  // State, logs and copies of configuration are their owner's alone, whatever the caller's shell says.
  process.umask(0o077);
  const paths = sandboxPaths(sandboxDirectory());
  ensureSecrets(paths);
  installPlugins(paths);
  writeFront(paths);
  const running = await ensureService(paths);
  const environment = sandboxEnvironment(process.env, paths, running);
  return {
    paths,
    running,
    environment,
    prepare: (stack, notify = () => undefined) => exclusively(paths, stack, `another command prepares ${stack}: waiting for it`, notify, async () => {
      const dead = releaseDeadLocks(paths, stack);
      if (dead.length > 0) notify(`the last command on ${stack} (process ${dead.join(", ")}) was killed: carrying on from its last saved state`);
      await ensureStack(paths, stack, environment);
      const settled = await settlePendingCreates(paths, stack, environment, (urn, known) => discardLeftovers(running, urn, known));
      if (settled > 0) notify(`${settled} ${settled === 1 ? "create" : "creates"} that it left open ${settled === 1 ? "was" : "were"} settled`);
      const own = rehearsalsOwnKeys(paths, stack);
      if (own.length > 0) notify(`This rehearsal's own configuration differs from Pulumi.${stack}.yaml in ${own.join(", ")} (\`npx chisan sandbox configure ${stack}\` takes the file's again)`);
      return configurationFile(paths, stack);
    }),
  };
}

async function discardLeftovers(running: Running, urn: string, known: readonly string[]): Promise<void> {
  const query = new URLSearchParams({ urn });
  for (const id of known) query.append("known", id);
  const response = await fetch(`${running.controlUrl}/leftovers?${query}`, { method: "DELETE" });
  if (!response.ok) throw new Error(`CHI-S005 the sandbox answered ${response.status} to a request about ${urn}: npx chisan sandbox restart`);
}

/** The stack that `pulumi stack select` chose in the sandbox's own home. */
export function selectedStack(paths: SandboxPaths): string | undefined {
  const folder = join(paths.home, "workspaces");
  if (!existsSync(folder)) return undefined;
  for (const name of readdirSync(folder)) {
    const { stack } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { stack?: string };
    if (stack) return stack.split("/").at(-1);
  }
  return undefined;
}
