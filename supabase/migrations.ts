/** The migrations and rollbacks on disk, validated as a whole before any of them touches a database. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { splitStatements, withoutQuoted } from "./statements";

/** One change of the schema and the script that undoes it. */
export interface Migration {
  /** The timestamp in the file's name, 14 digits: `YYYYMMDDhhmmss`. The order of migrations is the order of their versions. */
  readonly version: string;
  /** The rest of the file's name: `create_users`. */
  readonly name: string;
  readonly statements: readonly string[];
  readonly rollback: { readonly name: string; readonly statements: readonly string[] };
}

/** Every problem of the two folders at once, one line each. */
export class MigrationFilesError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "MigrationFilesError";
  }
}

interface SqlFile {
  readonly folder: string;
  readonly file: string;
  readonly version: string;
  readonly name: string;
  readonly statements: readonly string[];
}

const fileName = /^(\d{14})_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)\.sql$/;

/**
 * Statements that end the transaction of a migration or cannot run inside one, and bodies the splitter cannot read. Either would
 * leave a half-applied migration behind.
 */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [
    /^(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i,
    "each file runs in one transaction already",
  ],
  [/^(vacuum|create\s+database|drop\s+database|alter\s+system|create\s+tablespace|drop\s+tablespace)\b/i, "cannot run in a transaction"],
  [/^(create\s+(unique\s+)?index|drop\s+index|reindex\b.*)\s+concurrently\b/i, "cannot run in a transaction"],
  [/\bbegin\s+atomic\b/i, "quote the body with $$ instead"],
  [/^\\/, "psql's own commands are not SQL"],
];

/** Whether the 14 digits are a moment of the calendar: `20260230000000` is not. */
function isTimestamp(version: string): boolean {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(version) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(iso);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === iso;
}

function readFolder(directory: string, folder: string, problems: string[]): SqlFile[] {
  const files: SqlFile[] = [];
  for (const file of readdirSync(join(directory, folder)).sort()) {
    const [, version, name] = fileName.exec(file) ?? [];
    if (version === undefined || name === undefined) {
      problems.push(
        `CHI-M001 ${folder}/${file}: the name is not "<14 digits>_<snake_case>.sql"; rename it, for example ${folder}/20260101000000_create_users.sql`,
      );
      continue;
    }
    if (!isTimestamp(version)) {
      problems.push(`CHI-M002 ${folder}/${file}: "${version}" is not a date and time (YYYYMMDDhhmmss); rename it`);
    }
    const statements = splitStatements(readFileSync(join(directory, folder, file), "utf8"));
    if (statements.length === 0) {
      problems.push(`CHI-M003 ${folder}/${file}: no statement in it; write one, or remove the file`);
    }
    for (const [index, statement] of statements.entries()) {
      const code = withoutQuoted(statement).trim();
      for (const [pattern, reason] of forbidden) {
        if (pattern.test(code)) {
          problems.push(`CHI-M004 ${folder}/${file}: statement ${index + 1} "${firstWords(code)}" is not allowed: ${reason}`);
        }
      }
    }
    files.push({ folder, file, version, name, statements });
  }
  return files;
}

function firstWords(code: string): string {
  return code.split(/\s+/).slice(0, 4).join(" ");
}

function byVersion(files: readonly SqlFile[], problems: string[]): Map<string, SqlFile> {
  const result = new Map<string, SqlFile>();
  for (const file of files) {
    const earlier = result.get(file.version);
    if (earlier === undefined) {
      result.set(file.version, file);
    } else {
      problems.push(
        `CHI-M005 ${file.folder}/${file.file}: the timestamp is also that of ${earlier.folder}/${earlier.file}; give one of them a later one`,
      );
    }
  }
  return result;
}

/**
 * Reads `migrations/` and `rollbacks/` of a directory into one list, in the order of application.
 *
 * @param directory the folder that holds both; this file's own by default
 * @throws MigrationFilesError with all problems: a bad name (CHI-M001, CHI-M002), an empty file (CHI-M003), a statement that
 * breaks the transaction (CHI-M004), a timestamp used twice (CHI-M005), a missing (CHI-M006) or orphaned (CHI-M007) rollback
 */
export function readMigrations(directory: string = __dirname): Migration[] {
  const problems: string[] = [];
  const migrations = byVersion(readFolder(directory, "migrations", problems), problems);
  const rollbacks = byVersion(readFolder(directory, "rollbacks", problems), problems);
  const result: Migration[] = [];
  for (const migration of migrations.values()) {
    const rollback = rollbacks.get(migration.version);
    if (rollback === undefined) {
      problems.push(`CHI-M006 migrations/${migration.file}: no rollback; write rollbacks/${migration.version}_<what it undoes>.sql`);
    } else {
      result.push({
        version: migration.version,
        name: migration.name,
        statements: migration.statements,
        rollback: { name: rollback.name, statements: rollback.statements },
      });
    }
  }
  for (const rollback of rollbacks.values()) {
    if (!migrations.has(rollback.version)) {
      problems.push(
        `CHI-M007 rollbacks/${rollback.file}: no migration has the timestamp ${rollback.version}; remove it, or restore the migration`,
      );
    }
  }
  if (problems.length > 0) {
    throw new MigrationFilesError(problems);
  }
  return result;
}
