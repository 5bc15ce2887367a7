/** How the rows are divided into parts: pure. */
import { quoted, type RowTable } from "./row-tables";

/** One object `data/<number>.copy.zst.age`. */
export interface RowPart {
  readonly table: RowTable;
  /** First block and the one after the last; null: to the end. Absent: the whole table. */
  readonly blocks?: readonly [number, number | null];
  /** Estimated, before compression. */
  readonly bytes: number;
}

/** Small enough that the last parts end together and a lost one costs little; large enough that starting each is not what takes the time. */
const leastPartBytes = 128 * 1024 * 1024;
/** A database of 1 TB must not become ten thousand objects. */
const mostParts = 1000;

/** Largest first, so that no worker is left alone with a large one. */
export function planParts(tables: readonly RowTable[], partBytes = leastPartBytes): RowPart[] {
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const target = Math.max(partBytes, total / mostParts);
  return tables.flatMap((table) => divided(table, target)).sort((one, other) => other.bytes - one.bytes);
}

function divided(table: RowTable, target: number): RowPart[] {
  const count = Math.min(Math.ceil(table.bytes / target), table.blocks);
  if (count < 2) return [{ table, bytes: table.bytes }];
  const starts = Array.from({ length: count }, (_, at) => Math.floor((at * table.blocks) / count));
  return starts.map((start, at) => ({
    table,
    // Open at the end: what was added meanwhile is not in the snapshot, and a count that was too low loses nothing.
    blocks: [start, starts[at + 1] ?? null] as const,
    bytes: Math.round(table.bytes / count),
  }));
}

/** The statement that reads a part. A range is a TID range scan: it touches its blocks only (PostgreSQL 14 and later). */
export function copyStatement({ table, blocks }: RowPart): string {
  const name = quoted(table.schema, table.table);
  const columns = table.columns.map((column) => quoted(column)).join(", ");
  // COPY takes no empty list; without one it takes every column but the generated.
  if (blocks === undefined) return `copy ${name}${columns === "" ? "" : ` (${columns})`} to stdout`;
  const [from, to] = blocks;
  const upper = to === null ? "" : ` and ctid < '(${to},0)'::pg_catalog.tid`;
  return `copy (select ${columns} from only ${name} where ctid >= '(${from},0)'::pg_catalog.tid${upper}) to stdout`;
}
