import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";
import { startOf } from "../../../sandbox/world/process-start";
import { writeAtomically } from "./atomic-file";

/** A process ID alone may have been given to another process since. */
interface Owner {
  readonly pid: number;
  readonly started: string;
}

/**
 * Takes a procedure for this process alone. The owner is named in a file, so that one that was killed is known to be gone at once, and
 * one that is only stopped (Ctrl-Z) is not taken for dead; the look at that file is under a short lock itself.
 *
 * @param file the owner's note
 * @param what the procedure's name, for the refusal
 * @returns how to give it up
 * @throws CHI-H003 naming the process that has it
 */
export async function runAlone(file: string, what: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own: Owner = { pid: process.pid, started: startOf(process.pid) ?? "" };
  const release = await lock(file, { realpath: false, stale: 5000, retries: { retries: 60, minTimeout: 50, maxTimeout: 200 } });
  try {
    const owner = ownerIn(file);
    if (owner !== undefined && startOf(owner.pid) === owner.started) {
      throw new Error(`CHI-H003 ${what} is at work already, in process ${owner.pid}, nothing was begun: wait for it, or end it first: kill ${owner.pid}`);
    }
    writeAtomically(file, JSON.stringify(own));
  } finally {
    await release();
  }
  return () => rmSync(file, { force: true });
}

function ownerIn(file: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, "utf8")) as Partial<Owner>;
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
