import { Readable } from "node:stream";
import type { StoredObject } from "../format/manifest";
import { ledgerSchema } from "../restore/vendor";
import { startProgram } from "./postgres-program";
import { quoted, rowsLeftToVendor, type Tables } from "./row-tables";
import { writeObject, type Destination } from "./write-object";

export interface DumpSource {
  readonly url: string;
  readonly binaries: string;
  /** The exported snapshot's. */
  readonly snapshotId: string;
  readonly tables: Tables;
}

/** The schema, indexes and constraints included. */
export function writeSchema(destination: Destination, source: DumpSource): Promise<StoredObject> {
  return dump(destination, "schema.dump.zst.age", source, ["--section=pre-data", "--section=post-data"]);
}

/** Everything but the schema and the rows of the tables that have parts of their own. */
export function writeRest(destination: Destination, source: DumpSource): Promise<StoredObject> {
  const elsewhere = [...source.tables.rows, ...rowsLeftToVendor].map(({ schema, table }) => `--exclude-table-data=${quoted(schema, table)}`);
  return dump(destination, "rest.dump.zst.age", source, ["--section=data", ...elsewhere]);
}

function dump(destination: Destination, name: string, { url, binaries, snapshotId, tables }: DumpSource, args: readonly string[]): Promise<StoredObject> {
  const without = tables.unreadable.map(({ schema, name: hidden }) => `--exclude-table=${quoted(schema, hidden)}`);
  const common = ["--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=60000", `--snapshot=${snapshotId}`, `--exclude-schema=${quoted(ledgerSchema)}`];
  const program = startProgram(binaries, "pg_dump", [...common, ...without, ...args], url);
  const stop = () => program.stop();
  destination.signal.addEventListener("abort", stop, { once: true });
  const text = async function* () {
    yield* program.stdout as AsyncIterable<Buffer>;
    // What a failed program wrote is not whole, however it ends.
    await program.ended;
  };
  return writeObject(destination, name, Readable.from(text(), { objectMode: false })).finally(() => {
    destination.signal.removeEventListener("abort", stop);
    program.stop();
  });
}
