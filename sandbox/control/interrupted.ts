import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot, type SandboxPaths } from "./paths";
import { configurationFile, projectName } from "./stacks";

const run = promisify(execFile);

/** What the world says of a thing that a resource manages. */
export interface Identity {
  id: string;
  outputs: { id?: unknown };
}

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

/**
 * Settles creates that a killed command left open: the state says "pending", and only the vendor knows whether the thing exists.
 * What exists is taken into the state, what does not is struck from it. In the cloud a person must look (docs/runbooks); here
 * the world can be asked.
 *
 * Resolves to how many there were.
 *
 * @throws CHI-S007 with the CLI's words
 */
export async function settlePendingCreates(
  paths: SandboxPaths,
  stack: StackName,
  environment: NodeJS.ProcessEnv,
  find: (urn: string) => Promise<Identity | undefined>,
): Promise<number> {
  const file = join(paths.state, ".pulumi", "stacks", projectName, `${stack}.json`);
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { pending_operations?: { type: string; resource: { urn: string } }[] } };
  };
  const pending = (state.checkpoint?.latest?.pending_operations ?? []).filter((operation) => operation.type === "creating");
  if (pending.length === 0) return 0;
  const made: string[] = [];
  for (const { resource } of pending) {
    const record = await find(resource.urn);
    if (record !== undefined) made.push(resource.urn, String(record.outputs.id ?? record.id));
  }
  // The flag takes its list one element at a time: a URN, its ID, the next URN, …
  const imports = made.flatMap((element) => ["--import-pending-creates", element]);
  const args = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, "--config-file", configurationFile(paths, stack), ...imports, "--clear-pending-creates"];
  try {
    await run(pulumiExecutable, args, { cwd: repositoryRoot, env: environment });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    const words = `${stderr}\n${stdout}`.split("\n").find((line) => line.includes("error:"))?.trim() ?? message.split("\n")[0];
    throw new Error(`CHI-S007 what a killed command on ${stack} left open could not be settled (${words}): run it again, or start afresh with \`npx chisan sandbox reset --yes\``);
  }
  return pending.length;
}
