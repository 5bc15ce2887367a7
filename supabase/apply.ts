/** Applying migrations and rolling them back, with the history where the Supabase CLI keeps it. */
import type { ClientBase } from "pg";
import type { Migration } from "./migrations";

/** A row of the history. */
export interface AppliedMigration {
  readonly version: string;
  /** Null in histories written by old versions of the CLI. */
  readonly name: string | null;
}

export interface MigrationOptions {
  /** Called, and waited for, after each migration is committed; for progress. */
  readonly onStep?: (migration: Migration) => void | Promise<void>;
}

/** Held for the whole run, so that two operators cannot migrate one database at once. Any constant will do. */
const advisoryLock = 4_201_511;

/** Waiting for a lock blocks every later query of the table: give up soon, as the CLI does (4 s). */
const lockTimeout = "4s";

/** The history of a database, oldest first; empty where no migration has ever run. */
export async function appliedMigrations(client: ClientBase): Promise<AppliedMigration[]> {
  const table = await client.query<{ found: string | null }>("select to_regclass('supabase_migrations.schema_migrations')::text as found");
  if (typeof table.rows[0]?.found !== "string") {
    return [];
  }
  const { rows } = await client.query<AppliedMigration>("select version, name from supabase_migrations.schema_migrations order by version");
  return rows;
}

/**
 * Applies what is pending, oldest first, one transaction per migration.
 *
 * @param client connected as the project's owner (`postgres`)
 * @param target the version to stop after; everything by default
 * @returns the migrations that were applied
 * @throws Error CHI-M101 history and files disagree, CHI-M102 a pending migration is older than an applied one, CHI-M103 another run
 * is under way, CHI-M104 unknown target, CHI-M105 a statement failed (its migration is undone, earlier ones stay)
 */
export async function applyMigrations(
  client: ClientBase,
  migrations: readonly Migration[],
  target?: string,
  options: MigrationOptions = {},
): Promise<Migration[]> {
  requireKnown(migrations, target);
  return exclusively(client, async () => {
    const applied = await appliedMigrations(client);
    refuseDrift(migrations, applied);
    const versions = new Set(applied.map((row) => row.version));
    const pending = migrations.filter(
      (migration) => !versions.has(migration.version) && (target === undefined || migration.version <= target),
    );
    refuseOutOfOrder(pending, applied);
    await ensureHistory(client);
    for (const migration of pending) {
      await inTransaction(client, async () => {
        await runStatements(client, `migrations/${migration.version}_${migration.name}.sql`, migration.statements);
        await client.query("insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)", [
          migration.version,
          migration.name,
          migration.statements,
        ]);
      });
      await options.onStep?.(migration);
    }
    return pending;
  });
}

/**
 * Rolls back, newest first, one transaction per migration, every applied migration later than `target`.
 *
 * Rollbacks drop what their migrations made, data included: take a backup first.
 *
 * @param target the version to return to, which stays applied; `undefined` undoes all
 * @returns the migrations that were rolled back, in that order
 * @throws Error the codes of `applyMigrations`
 */
export async function rollbackMigrations(
  client: ClientBase,
  migrations: readonly Migration[],
  target: string | undefined,
  options: MigrationOptions = {},
): Promise<Migration[]> {
  requireKnown(migrations, target);
  return exclusively(client, async () => {
    const applied = await appliedMigrations(client);
    refuseDrift(migrations, applied);
    const versions = new Set(applied.map((row) => row.version));
    const undone = migrations
      .filter((migration) => versions.has(migration.version) && (target === undefined || migration.version > target))
      .reverse();
    for (const migration of undone) {
      await inTransaction(client, async () => {
        await runStatements(client, `rollbacks/${migration.version}_${migration.rollback.name}.sql`, migration.rollback.statements);
        await client.query("delete from supabase_migrations.schema_migrations where version = $1", [migration.version]);
      });
      await options.onStep?.(migration);
    }
    return undone;
  });
}

function requireKnown(migrations: readonly Migration[], target: string | undefined): void {
  if (target !== undefined && !migrations.some((migration) => migration.version === target)) {
    throw new Error(
      `CHI-M104 no migration has the version "${target}"; the last one is ${migrations.at(-1)?.version ?? "none"}; ls supabase/migrations`,
    );
  }
}

function refuseDrift(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const known = new Set(migrations.map((migration) => migration.version));
  const unknown = applied.filter((row) => !known.has(row.version)).map((row) => row.version);
  if (unknown.length > 0) {
    throw new Error(
      `CHI-M101 the database's history has ${unknown.join(", ")}, supabase/migrations has not; check out the commit that has them: git log --all -- supabase/migrations`,
    );
  }
}

function refuseOutOfOrder(pending: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const last = applied.at(-1)?.version;
  const late = pending.filter((migration) => last !== undefined && migration.version < last);
  if (late.length > 0) {
    const names = late.map((migration) => `${migration.version}_${migration.name}`).join(", ");
    throw new Error(`CHI-M102 ${names} would come before ${last}, which is applied; give it a later timestamp: git mv both its files`);
  }
}

async function ensureHistory(client: ClientBase): Promise<void> {
  await client.query("create schema if not exists supabase_migrations");
  await client.query(
    "create table if not exists supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text)",
  );
}

async function exclusively<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [advisoryLock]);
  if (rows[0]?.held !== true) {
    throw new Error(
      "CHI-M103 another migration of this database is under way; wait for it, or see who: select * from pg_locks where locktype = 'advisory'",
    );
  }
  const unlock = () => client.query("select pg_advisory_unlock($1)", [advisoryLock]);
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    throw await afterwards(error, unlock);
  }
  await unlock();
  return result;
}

async function inTransaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = '${lockTimeout}'`);
    await work();
    await client.query("commit");
  } catch (error) {
    throw await afterwards(error, () => client.query("rollback"));
  }
}

/** Cleans up after an error and returns what to throw: the error, together with that of the clean-up when that fails too. */
async function afterwards(error: unknown, cleanUp: () => Promise<unknown>): Promise<unknown> {
  try {
    await cleanUp();
    return error;
  } catch (second) {
    return new AggregateError([error, second], `${messageOf(error)}; then the clean-up failed: ${messageOf(second)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function runStatements(client: ClientBase, file: string, statements: readonly string[]): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    try {
      await client.query(statement);
    } catch (error) {
      throw new Error(
        `CHI-M105 ${file}: statement ${index + 1} of ${statements.length} failed: ${messageOf(error)}; the file is undone whole, mend it and run again`,
        { cause: error },
      );
    }
  }
}
