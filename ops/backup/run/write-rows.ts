import type { RowsObject } from "../format/manifest";
import { CopyOut } from "./copy-out";
import { openSession, type Session } from "./database-session";
import { copyStatement, type RowPart } from "./row-parts";
import type { Snapshot } from "./snapshot";
import { writeObject, type Destination } from "./write-object";

/** A session that sees the snapshot. The caller closes it. */
export async function openReader(url: string, snapshot: Snapshot): Promise<Session> {
  const session = await openSession(url);
  try {
    await session.client.query("begin isolation level repeatable read, read only");
    await session.client.query(`set transaction snapshot '${snapshot.id}'`);
    return session;
  } catch (error) {
    session.close();
    throw new Error(`CHI-A038 the snapshot could not be shared with a further connection (${(error as Error).message}): DATABASE_URL must be the database's own address, not a pooler's`, { cause: error });
  }
}

/** Writes the rows of a part. Read by this process, not by a `psql`: nothing has to be ended with the run but a connection. */
export async function writeRows(destination: Destination, { client, lost }: Session, name: string, part: RowPart, onBytes: (bytes: number) => void): Promise<RowsObject> {
  const { schema, table, columns } = part.table;
  const copy = client.query(new CopyOut(copyStatement(part), destination.frames));
  // A connection that breaks between two messages ends the stream with nothing.
  void lost.then((error) => copy.destroy(error));
  let stored;
  try {
    stored = await writeObject(destination, name, copy, onBytes);
  } catch (error) {
    if (/^CHI-/.test((error as Error).message) || destination.signal.aborted) throw error;
    throw new Error(`CHI-A039 the rows of ${schema}.${table} could not be read (${(error as Error).message}); run the same command again`, { cause: error });
  }
  if (copy.rowCount === undefined) throw new Error(`CHI-A039 the rows of ${schema}.${table} were not counted by the server; run the same command again`);
  return { ...stored, schema, table, columns: [...columns], rows: copy.rowCount, ...(part.blocks === undefined ? {} : { blocks: [...part.blocks] as [number, number | null] }) };
}
