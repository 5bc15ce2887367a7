/** One part of the rows: decrypted and decompressed on the way into COPY, in one transaction with its line in the ledger. */
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { RowsObject } from "../format/manifest";
import { noteStep } from "./ledger";

/** What the text of a COPY means must not depend on the target's settings; and a killed restore's index must not be built to its end. */
export const sessionSettings = `
  set client_encoding = 'UTF8';
  set datestyle = 'ISO, YMD';
  set intervalstyle = 'postgres';
  set standard_conforming_strings = on;
  set statement_timeout = 0;
  set lock_timeout = 0;
  set idle_in_transaction_session_timeout = 0;
  set client_connection_check_interval = '2s';
  set row_security = off;
  set search_path = '';
  set synchronous_commit = off;
  set client_min_messages = warning`;

export interface PartTarget {
  /** Ours, and made by this restore: it can be emptied first, and the rows be written as if they had always been there. */
  readonly whole: boolean;
  /** The vendor's table, whose triggers and foreign keys are there already. */
  readonly quiet: boolean;
}

/** `COPY "a"."b" ("x", "y") FROM STDIN` for a part. */
export function copyStatement(client: Pick<Client, "escapeIdentifier">, { schema, table, columns }: RowsObject, freeze: boolean): string {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
  return `copy ${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}${columns.length === 0 ? "" : ` (${list})`} from stdin${freeze ? " with (freeze)" : ""}`;
}

/**
 * @param read the part's rows as text; its error, also at the very end, undoes the part
 * @throws CHI-A057 when another number of rows arrived than the manifest counts, CHI-A058 when the database refuses them
 */
export async function loadPart(client: Client, part: RowsObject, target: PartTarget, read: () => Promise<Readable>, step: string): Promise<void> {
  await client.query("begin");
  try {
    if (target.quiet) await client.query("set local session_replication_role = replica");
    if (target.whole) await client.query(`truncate only ${client.escapeIdentifier(part.schema)}.${client.escapeIdentifier(part.table)}`);
    const source = await read();
    const sink = client.query(copyFrom(copyStatement(client, part, target.whole), { highWaterMark: 1 << 20 }));
    await pipeline(source, sink);
    if (sink.rowCount !== part.rows) {
      throw new Error(`CHI-A057 ${part.name}: ${sink.rowCount} rows of ${part.schema}.${part.table} arrived, the manifest counts ${part.rows}: npx chisan backup verify --depth decode, and restore another backup`);
    }
    await noteStep(client, step, { rows: part.rows });
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw named(error, part);
  }
}

function named(error: unknown, part: RowsObject): unknown {
  if (!(error instanceof Error) || /^CHI-/.test(error.message)) return error;
  return new Error(`CHI-A058 ${part.name}: the rows of ${part.schema}.${part.table} were refused: ${error.message}: mend it in the target and type the same command again`, { cause: error });
}
