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
 * The folder with `initdb`, `postgres` and `pg_dump` of PostgreSQL 15.
 *
 * @throws Error CHI-M301 when none of the folders has them, with what was found and the command that installs them
 */
export function findPostgres(search: BinarySearch = defaultSearch()): string {
  const others: string[] = [];
  for (const directory of search.directories) {
    if (!["initdb", "postgres", "pg_dump"].every((program) => existsSync(join(directory, program)))) {
      continue;
    }
    const version = execFileSync(join(directory, "postgres"), ["--version"], { encoding: "utf8" }).trim();
    if (new RegExp(`\\s${postgresMajorVersion}\\.`).test(version)) {
      return directory;
    }
    others.push(version);
  }
  const found = others.length > 0 ? `found only ${others.join(", ")}` : "found none";
  throw new Error(
    `CHI-M301 PostgreSQL ${postgresMajorVersion} is needed, ${found}; sudo apt-get install postgresql-${postgresMajorVersion} (macOS: brew install postgresql@${postgresMajorVersion})`,
  );
}
