import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot, type SandboxPaths } from "./paths";
import { configurationFile, projectName } from "./stacks";

const run = promisify(execFile);

interface Lock {
  pid: number;
  hostname: string;
}

/**
 * Removes the locks of commands that were killed on this machine, so that the next one can carry on. A living command's lock stays.
 * Resolves to the process ids whose locks were removed.
 */
export function releaseDeadLocks(paths: SandboxPaths, stack: StackName): number[] {
  const folder = join(paths.state, ".pulumi", "locks", "organization", projectName, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const holder = readLock(path);
    if (holder !== undefined && (holder.hostname !== hostname() || isEngine(holder.pid))) return [];
    rmSync(path, { force: true });
    return [holder?.pid ?? 0];
  });
}

/** Whether a process of this ID is a Pulumi CLI: a lock outlives its holder and, with a restart of the machine, its ID's meaning. */
function isEngine(pid: number): boolean {
  const { stdout, error } = spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" });
  // Without ps nothing is known of the holder: its lock stays, and the CLI names it.
  return error !== undefined || basename(stdout.trim()) === basename(pulumiExecutable);
}

/** Undefined for a file that was cut off while it was written: its writer never held the lock. */
function readLock(path: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Lock;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface State {
  checkpoint?: { latest?: { resources?: { urn: string; id?: string }[]; pending_operations?: { type: string; resource: { urn: string } }[] } };
}

/**
 * Settles creates that a killed command left open: the state says "pending", and only the vendor knows whether the thing exists.
 * In the cloud a person must look (docs/runbooks). Here what was made and would be made again is discarded, and the pending creates are
 * struck from the state; the next `up` makes them. (`refresh --import-pending-creates` would keep them, but in CLI 3.250.0 it strikes them
 * from the state as well and forgets their ids.)
 *
 * Resolves to how many there were.
 *
 * @param discard asked to remove what a resource made, but for the ids that its state knows
 * @throws CHI-S007 with the CLI's words
 */
export async function settlePendingCreates(
  paths: SandboxPaths,
  stack: StackName,
  environment: NodeJS.ProcessEnv,
  discard: (urn: string, known: readonly string[]) => Promise<void>,
): Promise<number> {
  const file = join(paths.state, ".pulumi", "stacks", projectName, `${stack}.json`);
  const { resources = [], pending_operations: operations = [] } = (JSON.parse(readFileSync(file, "utf8")) as State).checkpoint?.latest ?? {};
  const pending = operations.filter((operation) => operation.type === "creating");
  if (pending.length === 0) return 0;
  for (const { resource } of pending) {
    await discard(resource.urn, resources.flatMap(({ urn, id }) => (urn === resource.urn && id !== undefined ? [id] : [])));
  }
  const args = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, "--config-file", configurationFile(paths, stack), "--clear-pending-creates"];
  try {
    await run(pulumiExecutable, args, { cwd: repositoryRoot, env: environment });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    const words = `${stderr}\n${stdout}`.split("\n").find((line) => line.includes("error:"))?.trim() ?? message.split("\n")[0];
    throw new Error(`CHI-S007 what a killed command on ${stack} left open could not be settled (${words}): run it again, or start afresh with \`npx chisan sandbox reset --yes\``);
  }
  return pending.length;
}
