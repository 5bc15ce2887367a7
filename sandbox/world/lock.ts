import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as lockfile from "proper-lockfile";
import { startOf } from "./process-start";

const fileName = "world.lock";

interface Owner {
  pid: number;
  /** When the process started, as the system tells it: a process ID alone may have been given to another process since. */
  started: string;
}

/**
 * Takes a directory for this process alone.
 *
 * The owner is named in a file, so that the lock of a killed process is known to be dead at once instead of after a time-out;
 * looking at that file and replacing it is itself done under a short lock.
 * @returns how to give it up
 * @throws CHI-S013 naming the live owner
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, fileName);
  const own: Owner = { pid: process.pid, started: startOf(process.pid) ?? "" };
  const nonce = `${own.pid} ${own.started} ${process.hrtime.bigint()}`;
  const release = await lockfile.lock(directory, {
    realpath: false,
    stale: 5000,
    retries: { retries: 60, minTimeout: 50, maxTimeout: 200 },
  });
  try {
    const owner = await ownerOf(directory);
    if (owner !== undefined) {
      throw new Error(
        `CHI-S013 the sandbox's state in ${directory} is in use by process ${owner.pid}: stop it (\`npx chisan sandbox stop\`), or use another directory`,
      );
    }
    await fs.writeFile(file, JSON.stringify({ ...own, nonce }), { mode: 0o600 });
  } finally {
    await release();
  }
  return async () => {
    if ((await readOwner(file))?.nonce === nonce) await fs.rm(file, { force: true });
  };
}

/** The living process that has a world's directory, or undefined. */
export async function ownerOf(directory: string): Promise<{ pid: number; started: string } | undefined> {
  const owner = await readOwner(path.join(directory, fileName));
  return owner !== undefined && startOf(owner.pid) === owner.started ? owner : undefined;
}

async function readOwner(file: string): Promise<(Owner & { nonce: string }) | undefined> {
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Owner & { nonce: string };
  } catch {
    // Written half by a process that was killed: that process is gone.
    return undefined;
  }
}
