import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot, type SandboxPaths } from "./paths";
import { isAlive } from "./running";
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
    if (holder !== undefined && (holder.hostname !== hostname() || isAlive(holder.pid))) return [];
    rmSync(path, { force: true });
    return [holder?.pid ?? 0];
  });
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
  await run(
    pulumiExecutable,
    ["refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, "--config-file", configurationFile(paths, stack),
            // The flag takes its list one element at a time: a URN, its ID, the next URN, …
      ...made.flatMap((element) => ["--import-pending-creates", element]), "--clear-pending-creates"],
    { cwd: repositoryRoot, env: environment },
  );
  return pending.length;
}
