/** The result of the backup benchmark: medians, ratios within one run, and their goals (design, section 8). */
import { type Contestant, contestantNames, contestants } from "./backup-contestants";
import { placeInDocument } from "./place-in-document";
import { type Spread, spread } from "./statistics";

/** One run of one contestant. */
export interface BackupRun {
  readonly seconds: number;
  /** Highest sum over its processes, bytes; PostgreSQL's server and the bucket's are not its. */
  readonly peakMemory: number;
  /** Most bytes that it had on the disk besides its result. */
  readonly peakDisk: number;
  /** Of what it keeps, bytes; 0 for a restore. */
  readonly storedBytes: number;
}

export interface BackupMeasurement {
  readonly databaseBytes: number;
  readonly orders: number;
  readonly runs: Readonly<Record<Contestant, readonly BackupRun[]>>;
}

export interface BackupRatio {
  readonly name: string;
  readonly value: number;
  readonly goal: string;
  readonly reached: boolean;
}

export interface BackupComparison {
  readonly databaseBytes: number;
  readonly orders: number;
  readonly contestants: Readonly<Record<Contestant, { readonly seconds: Spread; readonly peakMemory: number; readonly peakDisk: number; readonly storedBytes: number }>>;
  readonly ratios: readonly BackupRatio[];
}

/** Sets of runs as medians of time and highest memory and disk, with the four ratios. @throws CHI-B001 without a run */
export function backupComparison({ databaseBytes, orders, runs }: BackupMeasurement): BackupComparison {
  const summary = (name: Contestant) => {
    const all = runs[name];
    const highest = (of: (run: BackupRun) => number) => all.reduce((most, run) => Math.max(most, of(run)), 0);
    return { seconds: spread(all.map(({ seconds }) => seconds)), peakMemory: highest((run) => run.peakMemory), peakDisk: highest((run) => run.peakDisk), storedBytes: highest((run) => run.storedBytes) };
  };
  const summaries = Object.fromEntries(contestantNames.map((name) => [name, summary(name)])) as unknown as BackupComparison["contestants"];
  const median = (name: Contestant) => summaries[name].seconds.median;
  const atLeast = (name: string, value: number, goal: number): BackupRatio => ({ name, value, goal: `at least ${goal}`, reached: value >= goal });
  const atMost = (name: string, value: number, goal: number): BackupRatio => ({ name, value, goal: `at most ${goal}`, reached: value <= goal });
  return {
    databaseBytes,
    orders,
    contestants: summaries,
    ratios: [
      atLeast("backup: the document's time / ours", median("document") / median("ours"), 5),
      atMost("backup: our time / pg_dump > /dev/null", median("ours") / median("bare"), 1.5),
      atLeast("restore: the document's time / ours", median("documentRestore") / median("oursRestore"), 2),
      atMost("restore: our time / pg_restore -j2", median("oursRestore") / median("bareRestore"), 1.2),
    ],
  };
}

const megabytes = (bytes: number) => (bytes === 0 ? "0" : (bytes / 1e6).toFixed(0));

/** For a terminal and for docs/benchmarks.md: Markdown, readable as it is. */
export function backupTables({ databaseBytes, orders, contestants: summaries, ratios }: BackupComparison): string {
  const rows = contestantNames.map((name) => {
    const { seconds, peakMemory, peakDisk, storedBytes } = summaries[name];
    return [contestants[name].says, seconds.median.toFixed(1), `${seconds.min.toFixed(1)} to ${seconds.max.toFixed(1)}`, megabytes(peakMemory), megabytes(peakDisk), storedBytes === 0 ? "" : megabytes(storedBytes)];
  });
  return `A database of ${(databaseBytes / 1e9).toFixed(2)} GB (${orders} orders).

${markdown([["what", "s (median)", "range", "memory, MB", "temporary disk, MB", "kept, MB"], ...rows])}

${markdown([["ratio of medians, one run", "measured", "goal", ""], ...ratios.map(({ name, value, goal, reached }) => [name, value.toFixed(2), goal, reached ? "reached" : "MISSED"])])}
`;
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const begin = "<!-- backup: written by `npm run bench:backup -- --record` -->";
const end = "<!-- end of backup -->";

/** docs/benchmarks.md with this result in its place. @throws CHI-B031 when the place is not there */
export function recordedBackup(document: string, result: BackupComparison, { date, processors }: { date: string; processors: number }): string {
  return placeInDocument(document, begin, end, `${date}, ${processors} processors. ${backupTables(result)}`);
}
