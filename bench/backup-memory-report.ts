/** What backup and restore need of memory at two sizes of the database, and whether that is flat. */
import type { BackupRun } from "./backup-report";
import type { Circumstances } from "./benchmark";
import { placeInDocument } from "./place-in-document";

/** All runs at one size. */
export interface MemoryAtSize {
  readonly orders: number;
  readonly databaseBytes: number;
  readonly backup: BackupRun[];
  readonly restore: BackupRun[];
}

interface Row {
  readonly orders: number;
  readonly databaseBytes: number;
  /** Highest of all runs, bytes. */
  readonly backup: number;
  readonly restore: number;
  readonly temporaryDisk: number;
  /** Of the first run, seconds. */
  readonly backupSeconds: number;
  readonly restoreSeconds: number;
}

export interface BackupMemory {
  readonly rows: readonly Row[];
  /** Largest database's over the smallest's. */
  readonly growth: { readonly data: number; readonly backup: number; readonly restore: number };
  readonly goal: number;
  readonly reached: boolean;
}

/** Flat: four times the data may take a quarter more, as V8 collects when it finds the time. */
const goal = 1.25;

/** @throws CHI-B001 without two sizes or without a run */
export function backupMemory(measured: readonly MemoryAtSize[]): BackupMemory {
  const rows = measured.map(row);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error("CHI-B001 no measurement to summarise");
  const growth = { data: last.databaseBytes / first.databaseBytes, backup: last.backup / first.backup, restore: last.restore / first.restore };
  return { rows, growth, goal, reached: growth.backup <= goal && growth.restore <= goal };
}

function row({ orders, databaseBytes, backup, restore }: MemoryAtSize): Row {
  const [firstBackup, firstRestore] = [backup[0], restore[0]];
  if (firstBackup === undefined || firstRestore === undefined) throw new Error("CHI-B001 no measurement to summarise");
  const highest = (runs: readonly BackupRun[], of: (run: BackupRun) => number) => Math.max(...runs.map(of));
  return {
    orders,
    databaseBytes,
    backup: highest(backup, ({ peakMemory }) => peakMemory),
    restore: highest(restore, ({ peakMemory }) => peakMemory),
    temporaryDisk: highest([...backup, ...restore], ({ peakDisk }) => peakDisk),
    backupSeconds: firstBackup.seconds,
    restoreSeconds: firstRestore.seconds,
  };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** For a terminal and for docs/benchmarks.md. */
export function memoryTable({ rows, growth, goal: most, reached }: BackupMemory): string {
  const lines = rows.map(
    (each) =>
      `| ${(each.databaseBytes / 1e9).toFixed(2)} GB (${each.orders} orders) | ${megabytes(each.backup)} | ${megabytes(each.restore)} | ${megabytes(each.temporaryDisk)} | ${each.backupSeconds.toFixed(1)} | ${each.restoreSeconds.toFixed(1)} |`,
  );
  return `| database | backup, MB of memory | restore, MB of memory | temporary disk, MB | backup, s | restore, s |
|---|---|---|---|---|---|
${lines.join("\n")}

${growth.data.toFixed(1)} times the data: backup's memory × ${growth.backup.toFixed(2)}, restore's × ${growth.restore.toFixed(2)}; goal ≤ ${most}: ${reached ? "reached" : "MISSED"}.
`;
}

/** @throws CHI-B031 */
export function recordedMemory(document: string, result: BackupMemory, { date, processors }: Circumstances): string {
  return placeInDocument(document, "<!-- backup memory: written by `npm run bench:backup-memory -- --record` -->", "<!-- end of backup memory -->", `${date}, ${processors} processors.\n\n${memoryTable(result)}`);
}
