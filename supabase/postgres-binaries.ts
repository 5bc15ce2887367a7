/** Finding the programs of PostgreSQL 15. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The major version of every environment (operations document, section 1.3). */
export const postgresMajorVersion = 15;

/** Where a search looks, in order; separate so that a test can give another machine. */
export interface BinarySearch {
  readonly directories: readonly string[];
}

/** `$PG_CONFIG`, then `pg_config`, then the folder of Debian and Ubuntu, then that of Homebrew, then PATH. */
export function defaultSearch(environment: NodeJS.ProcessEnv = process.env): BinarySearch {
  const asked = spawnSync(environment["PG_CONFIG"] ?? "pg_config", ["--bindir"], { encoding: "utf8" });
  return {
    directories: [
      ...(asked.status === 0 ? [asked.stdout.trim()] : []),
      `/usr/lib/postgresql/${postgresMajorVersion}/bin`,
      `/opt/homebrew/opt/postgresql@${postgresMajorVersion}/bin`,
      ...(environment["PATH"] ?? "").split(delimiter).filter((directory) => directory !== ""),
    ],
  };
}

/**
 * The folder with the server's programs of PostgreSQL 15, `initdb` and `postgres`, and `pg_dump` beside them.
 *
 * @throws Error CHI-M301 when none of the folders has them, with what was found and the command that installs them
 */
export function findPostgres(search: BinarySearch = defaultSearch()): string {
  return folderWith(["postgres", "initdb", "pg_dump"], search, `postgresql-${postgresMajorVersion}`);
}

/**
 * The folder with the client programs of PostgreSQL 15. They are enough to back up and to restore: the image of the scheduled jobs has no server.
 *
 * @throws Error CHI-M301 as above
 */
export function findPostgresClient(search: BinarySearch = defaultSearch()): string {
  return folderWith(["pg_dump", "pg_restore", "psql"], search, `postgresql-client-${postgresMajorVersion}`);
}

/** @param programs all must be there; the first is asked for its version */
function folderWith(programs: readonly [string, ...string[]], { directories }: BinarySearch, debianPackage: string): string {
  const others: string[] = [];
  for (const directory of directories) {
    if (!programs.every((program) => existsSync(join(directory, program)))) continue;
    const version = execFileSync(join(directory, programs[0]), ["--version"], { encoding: "utf8" }).trim();
    if (new RegExp(`\\s${postgresMajorVersion}\\.`).test(version)) return directory;
    others.push(version);
  }
  const found = others.length > 0 ? `found only ${others.join(", ")}` : "found none";
  throw new Error(
    `CHI-M301 PostgreSQL ${postgresMajorVersion} is needed, ${found}; sudo apt-get install ${debianPackage} (macOS: brew install postgresql@${postgresMajorVersion})`,
  );
}
