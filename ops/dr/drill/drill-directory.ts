import { join } from "node:path";
import { sandboxDirectory } from "../../../sandbox/control/paths";

/**
 * Where a drill keeps what it makes: beside the user's sandbox, not in it, so that neither a reset of that one tears a drill's running
 * processes from under it, nor a drill touches what a reset would. The same again when it is carried on.
 */
export function drillDirectory(): string {
  return `${sandboxDirectory()}-drill`;
}

/** The files of a drill. */
export function drillPaths(directory: string) {
  return {
    directory,
    /** CHISAN_SANDBOX_DIRECTORY of everything that the drill runs. */
    sandbox: join(directory, "sandbox"),
    home: join(directory, "home"),
    ledger: join(directory, "sentinels.jsonl"),
    /** The program that runs at the moment, for whoever carries on after a `kill -9`. */
    child: join(directory, "child.json"),
    /** When the disaster was, written before anything is taken away. */
    disaster: join(directory, "disaster.json"),
    /** What the disaster takes away and the rebuilding puts back. */
    taken: join(directory, "taken"),
  };
}

export type DrillPaths = ReturnType<typeof drillPaths>;
