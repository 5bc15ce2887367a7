/** What a restore costs per byte, as it was measured: bench/recorded/restore-rates.json. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../../sandbox/control/paths";

export const ratesFile = join(repositoryRoot, "bench", "recorded", "restore-rates.json");

const count = z.number().int().positive();
const seconds = z.number().nonnegative();

export const ratesSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** `2026-11-23` */
  date: z.iso.date(),
  machine: z.strictObject({ processor: z.string(), processors: count }),
  /** What was restored. Sizes in bytes. */
  data: z.strictObject({
    orders: count,
    rows: count,
    /** pg_database_size. */
    databaseBytes: count,
    heapBytes: count,
    indexBytes: count,
    /** As COPY's text, and as it lies in the bucket. */
    plainBytes: count,
    storedBytes: count,
    /** Written to the write-ahead log by the restore. */
    walBytes: count,
    /** Read by building indexes and checking foreign keys: the size of the table, once for each. */
    buildReadBytes: count,
  }),
  /** Processor seconds, medians of the runs. */
  processor: z.strictObject({
    /** Our process: download, decryption, decompression. */
    decode: seconds,
    /** PostgreSQL: rows, without indexes and constraints. */
    load: seconds,
    indexes: seconds,
    /** The slowest single index or constraint: one connection builds it. */
    largestIndex: seconds,
    comparison: seconds,
  }),
  /** Seconds by the clock of what does not depend on the size. */
  fixed: z.strictObject({ before: seconds, after: seconds }),
  runs: count,
});

export type Rates = z.infer<typeof ratesSchema>;

/** @throws CHI-H202 when the file is missing or is no record of rates */
export function readRates(path: string = ratesFile): Rates {
  const mend = "git checkout -- bench/recorded/restore-rates.json, or measure: npm run bench:restore -- --record";
  if (!existsSync(path)) throw new Error(`CHI-H202 ${path} is missing: ${mend}`);
  const parsed = ratesSchema.safeParse(parseJson(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`CHI-H202 ${path} is no record of rates (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}): ${mend}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
