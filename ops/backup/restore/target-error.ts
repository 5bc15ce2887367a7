/** What a target's failure in the middle of a restore means to whoever reads the one line. */
import { isNativeError } from "node:util/types";
import { DatabaseError } from "pg";

/** disk_full; and read_only_sql_transaction, which is how Supabase protects a project whose disk is at 95 %. */
const fullStates = new Set(["53100", "25006"]);
/** admin_shutdown, crash_shutdown, cannot_connect_now. */
const lostStates = new Set(["57P01", "57P02", "57P03"]);
/** Where there is no code: of `pg` itself, of the system, and of PostgreSQL's programs, which pass on the server's words. */
const fullWords = /No space left on device|in a read-only transaction/;
const lostWords = /Connection terminated|connection error and is not queryable|\b(?:ECONNRESET|EPIPE)\b|server closed the connection|connection to server .* failed|the database system is (?:shutting down|starting up|in recovery mode)|terminating connection/;
/** Codes under which a failure of the target may have been named; all others are not the target's. */
const ofTheTarget = /^CHI-A05[168] /;

/**
 * A full disk and a lost server by their names; any other error as it is.
 *
 * @returns CHI-A059 or CHI-A080: both say that the restore goes on where it ended
 */
export function targetError(error: unknown, targetName: string): unknown {
  if (!isNativeError(error) || (/^CHI-/.test(error.message) && !ofTheTarget.test(error.message))) return error;
  const chain = causes(error);
  const words = (chain.at(-1) ?? error).message.split("\n")[0];
  const goesOn = "and type the same command again, it goes on where it ended";
  if (chain.some((each) => isOf(each, fullStates, fullWords))) {
    return new Error(`CHI-A059 the disk of ${targetName} is full, or nearly (${words}): give it more (Supabase: Database, Settings, Disk), ${goesOn}`, { cause: error });
  }
  if (chain.some((each) => isOf(each, lostStates, lostWords))) {
    return new Error(`CHI-A080 the connection to ${targetName} was lost (${words}): see that it runs, ${goesOn}`, { cause: error });
  }
  return error;
}

function isOf(error: Error, states: ReadonlySet<string>, words: RegExp): boolean {
  return (error instanceof DatabaseError && states.has(error.code ?? "")) || words.test(error.message) || words.test(String((error as NodeJS.ErrnoException).code));
}

function causes(error: Error): Error[] {
  return [error, ...(isNativeError(error.cause) ? causes(error.cause) : [])];
}
