import type { Client } from "pg";
import { quoted, readTables, type Tables } from "./row-tables";
import { takeRunLock } from "./run-lock";

export interface Snapshot {
  /** For SET TRANSACTION SNAPSHOT and `pg_dump --snapshot`; valid while the transaction is open. */
  readonly id: string;
  /** By the database's clock. */
  readonly at: Date;
  /** This machine's clock less the database's, in seconds: to half the time that asking takes. */
  readonly clockSkewSeconds: number;
  readonly tables: Tables;
}

/** New tables may come between the list and the lock; a third surprise in a row is a schema under construction. */
const attempts = 3;

/**
 * Opens the transaction that everything is read in, and leaves it open: one snapshot, with every table locked against ALTER, TRUNCATE and
 * rewriting *before* the snapshot is taken. TRUNCATE does not respect snapshots: a table that is truncated between the two would look
 * empty, which is what plain `pg_dump` can meet.
 *
 * @throws CHI-A031 when another run is at work, CHI-A033 for a table that cannot be locked, CHI-A034 when tables keep coming and going
 */
export async function takeSnapshot(client: Client, database: string): Promise<Snapshot> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const known = await readTables(client);
    await client.query("begin isolation level repeatable read, read only");
    // LOCK does not take the snapshot yet: the first query does.
    const names = known.rows.map(({ schema, table }) => `only ${quoted(schema, table)}`);
    if (await locked(client, names)) {
      const before = Date.now();
      const { rows } = await client.query<{ id: string; at: Date }>("select pg_catalog.pg_export_snapshot() as id, pg_catalog.clock_timestamp() as at");
      const between = (before + Date.now()) / 2;
      await takeRunLock(client, database);
      const tables = await readTables(client);
      const [first] = rows;
      if (first !== undefined && sameTables(known, tables)) {
        return { id: first.id, at: first.at, clockSkewSeconds: (between - first.at.getTime()) / 1000, tables };
      }
    }
    await client.query("rollback");
  }
  throw new Error(`CHI-A034 tables of ${database} were made or dropped each of the ${attempts} times that a snapshot was tried; run the same command when the migration is over`);
}

/** False when one of them is gone. */
async function locked(client: Client, names: readonly string[]): Promise<boolean> {
  try {
    for (let at = 0; at < names.length; at += 500) await client.query(`lock table ${names.slice(at, at + 500).join(", ")} in access share mode`);
    return true;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "42P01" || code === "3F000") return false;
    if (code === "55P03") throw new Error("CHI-A033 a table could not be locked for reading within 60 s: someone is changing it or rewriting it (ALTER TABLE, VACUUM FULL, TRUNCATE); run the same command when that is over", { cause: error });
    throw new Error(`CHI-A033 the tables could not be locked for reading (${message}); run the same command again`, { cause: error });
  }
}

function sameTables(one: Tables, other: Tables): boolean {
  const names = ({ rows }: Tables) => rows.map(({ oid, columns }) => `${oid} ${columns.join("\0")}`).join("\n");
  return names(one) === names(other);
}
