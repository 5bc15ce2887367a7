/**
 * What makes a fence hard: a trigger on every table refuses to write, also in a transaction that was begun with `read write`.
 *
 * A trigger, and not a right that is taken away: the API works as the tables' owner (docs/database.md), who keeps none from itself; a role
 * that cannot log in could not read either; and one `drop schema` gives back exactly what was. Supabase lets `postgres` make triggers on the
 * tables of auth and storage that it does not own (its announcement of 21 April 2025 on what is restricted in these schemas).
 *
 * A backup of a fenced database brings the triggers along. They refuse only where the database's own setting says so, which no backup brings
 * (ops/backup/run/roles.ts): elsewhere they do nothing, until a fence there uses them or `unfence` takes them away.
 */
import { type Client, DatabaseError, escapeIdentifier } from "pg";
import { ledgerSchema, migrationsSchema, rowsRule } from "../../backup/restore/vendor";

const schema = "chisan_fence";
const trigger = "chisan_fence";

/** Milliseconds that a lock is waited for before those who hold it are looked at; readers queue behind it that long. */
const lockWait = 2_000;

/** SQLSTATE `lock_not_available`, `deadlock_detected`. */
const lockedOut = new Set(["55P03", "40P01"]);

export interface Guarded {
  /** Tables that refuse to be written. */
  readonly guarded: number;
  /** Those on which the role may make no trigger, `schema.table`: the database's setting alone protects them. */
  readonly unguarded: readonly string[];
}

interface Table {
  readonly schema: string;
  readonly name: string;
  /** Whether the role is its owner, who alone can have the trigger fire for replication too. */
  readonly own: boolean;
}

/** SQL: whether the database itself, not a role or a session, is set to be read only. */
export const databaseIsReadOnly = `exists (select from pg_catalog.pg_db_role_setting as s join pg_catalog.pg_database as d on d.oid = s.setdatabase
  where d.datname = pg_catalog.current_database() and s.setrole = 0 and 'default_transaction_read_only=on' = any (s.setconfig))`;

const refuse = `create or replace function ${schema}.refuse() returns trigger language plpgsql set search_path = '' as $refuse$
begin
  if ${databaseIsReadOnly} then
    raise exception using errcode = 'read_only_sql_transaction', message = pg_catalog.format('cannot write to %I.%I: the database is fenced', tg_table_schema, tg_table_name),
      hint = 'Another database serves the users now (npx chisan dr failback).';
  end if;
  return null;
end
$refuse$`;

/**
 * Puts the trigger on every table whose rows are ours. Each waits for the transactions that wrote to its table, so none is left when it stands.
 *
 * @param client whose own transactions may write
 * @param makeRoom called when somebody holds a table: ends the sessions
 * @param patience milliseconds
 * @throws PostgreSQL's own error, of a lock that is still held as well
 */
export function placeGuard(client: Client, makeRoom: () => Promise<unknown>, patience: number): Promise<Guarded> {
  return withLocks(client, makeRoom, patience, async () => {
    await client.query(`create schema if not exists ${schema}`);
    await client.query(refuse);
    const unguarded: string[] = [];
    const tables = await ourTables(client);
    for (const table of tables) if (!(await guardTable(client, table))) unguarded.push(`${table.schema}.${table.name}`);
    return { guarded: tables.length - unguarded.length, unguarded };
  });
}

/** @returns false when the role may not */
async function guardTable(client: Client, { own, ...table }: Table): Promise<boolean> {
  const name = quoted(table);
  try {
    await client.query(
      `savepoint guarding; create or replace trigger ${trigger} before insert or update or delete or truncate on ${name} for each statement execute function ${schema}.refuse();
       ${own ? `alter table ${name} enable always trigger ${trigger};` : ""} release savepoint guarding`,
    );
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "42501") throw error;
    await client.query("rollback to savepoint guarding");
    return false;
  }
}

/**
 * Takes the triggers and the database's setting away, both or neither.
 *
 * @param reset the statement that resets the setting
 * @throws as {@link placeGuard}
 */
export function removeGuard(client: Client, reset: string, makeRoom: () => Promise<unknown>, patience: number): Promise<void> {
  return withLocks(client, makeRoom, patience, async () => {
    await client.query(reset);
    // With it go the triggers on tables of others, which their owner alone could drop one by one.
    await client.query(`drop schema if exists ${schema} cascade`);
  });
}

/**
 * Tries each guarded table in a transaction that asks to write, with a statement that would change no row.
 *
 * @returns those that did not refuse, `schema.table`
 */
export async function openTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<Omit<Table, "own"> & { instead: boolean; fires: boolean }>(
    `select n.nspname as schema, c.relname as name, t.tgenabled in ('O', 'A') as fires,
       exists (select from pg_rewrite r where r.ev_class = c.oid and r.ev_type = '4' and r.is_instead) as instead from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where t.tgname = '${trigger}' and t.tgfoid = to_regproc('${schema}.refuse') order by 1, 2`,
  );
  const open: string[] = [];
  for (const { fires, instead, ...table } of rows) {
    // A rule puts something else, or nothing, in the place of the statement that is tried here: then no trigger has to fire.
    if (instead && fires) continue;
    try {
      await client.query("begin read write");
      await client.query(`delete from only ${quoted(table)} where false`);
      open.push(`${table.schema}.${table.name}`);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
    await client.query("rollback");
  }
  return open;
}

/**
 * Tables whose rows a backup restores: ours, and of the vendor's those with people's accounts and the names of files. Not the history of the
 * migrations: a project has it before a backup is restored into it, a trigger there would not come along, and the copy would not be equal.
 */
async function ourTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select n.nspname as schema, c.relname as name, pg_has_role(c.relowner, 'usage') as own from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by 1, 2`);
  return rows.filter((table) => ![ledgerSchema, migrationsSchema].includes(table.schema) && rowsRule(table.schema, table.name) === "restore");
}

async function withLocks<T>(client: Client, makeRoom: () => Promise<unknown>, patience: number, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      await client.query(`begin; set local lock_timeout = ${lockWait}; set local client_min_messages = warning`);
      const result = await work();
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      if (!(error instanceof DatabaseError) || !lockedOut.has(error.code ?? "") || Date.now() > end) throw error;
      await makeRoom();
    }
  }
}

function quoted({ schema: inSchema, name }: Omit<Table, "own">): string {
  return `${escapeIdentifier(inSchema)}.${escapeIdentifier(name)}`;
}
