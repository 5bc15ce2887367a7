/** Makes what the selection kept: everything before the rows in one transaction, everything quick after them in another. */
import { DatabaseError, type ClientBase } from "pg";
import { entryName, type KeptEntry } from "./select-entries";
import { noteStep } from "./ledger";

/** An entry with the statements to run: with or without its owner. */
export interface Statement {
  readonly kept: KeptEntry;
  readonly sql: string;
}

/**
 * Runs the entries in their order within the caller's transaction. One that the target may refuse gets a savepoint, and a refusal is noted
 * in the ledger as `refused/<name>`.
 *
 * @throws CHI-A056 naming the entry that failed
 */
export async function applyEntries(client: ClientBase, statements: readonly Statement[], note: (name: string, why: string) => Promise<void> = noted(client)): Promise<void> {
  for (const { kept, sql } of statements) {
    if (kept.refusable) {
      await client.query("savepoint entry");
      try {
        await client.query(sql);
        await client.query("release savepoint entry");
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        await client.query("rollback to savepoint entry");
        await note(entryName(kept.entry), error.message);
      }
      continue;
    }
    try {
      await client.query(sql);
    } catch (error) {
      throw new Error(`CHI-A056 ${entryName(kept.entry)} cannot be made in the target: ${error instanceof Error ? error.message : String(error)}: mend it there and type the same command again`, { cause: error });
    }
  }
}

function noted(client: ClientBase): (name: string, why: string) => Promise<void> {
  return (name, why) => noteStep(client, `refused/${name}`, { refused: why });
}

/**
 * Takes back what new objects of the target's role would be granted by default: a fresh project of Supabase opens each new table to the
 * API's roles, and `pg_dump` only writes what differs from PostgreSQL's own default. The backup's own defaults come after the objects.
 */
export async function clearDefaultPrivileges(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(`
    select format('alter default privileges%s revoke all on %s from %s',
        case when n.oid is null then '' else format(' in schema %I', n.nspname) end,
        case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
        string_agg(distinct case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end, ', ')) as statement
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
    where d.defaclrole = (select oid from pg_roles where rolname = current_user) and n.oid is not null
    group by n.oid, n.nspname, d.defaclobjtype`);
  for (const { statement } of rows) await client.query(statement);
}
