import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, lock } from "proper-lockfile";
import type { SandboxPaths } from "./paths";

/**
 * Runs `work` while no other command of this sandbox runs work of the same name. Waits for one that does, and says so; a killed one's
 * lock is taken over after ten seconds.
 *
 * @param waiting what is said when it has to wait
 */
export async function exclusively<T>(paths: SandboxPaths, name: string, waiting: string, notify: (text: string) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(paths.directory, { recursive: true, mode: 0o700 });
  // A path of its own per name: the library knows a lock of this process by it.
  const path = join(paths.directory, name);
  const options = { realpath: false, stale: 10_000 };
  if (await check(path, options)) notify(waiting);
  // Up to half an hour: what it waits for is at most an `up` of every environment.
  const unlock = await lock(path, { ...options, retries: { retries: 3600, factor: 1, minTimeout: 500, maxTimeout: 500 } });
  try {
    return await work();
  } finally {
    await unlock();
  }
}
