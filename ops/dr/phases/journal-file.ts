/** How a journal lies on disk. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "./atomic-file";

/** Raised when a journal of before would be misunderstood. */
export const version = 1;

const recordSchema = z.strictObject({
  name: z.string().min(1),
  title: z.string(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  seconds: z.number().nonnegative(),
  attempts: z.number().int().nonnegative(),
  result: z.strictObject({ summary: z.string(), facts: z.record(z.string(), z.json()) }).optional(),
  failure: z.string().optional(),
});

const contentSchema = z.strictObject({
  version: z.literal(version),
  operation: z.string().min(1),
  /** Names the run: the time at which it began, in UTC. */
  id: z.string().min(1),
  inputs: z.record(z.string(), z.json()),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  /** In the order in which they began. */
  phases: z.array(recordSchema),
});

export type JournalContent = z.infer<typeof contentSchema>;

export function journalFile(directory: string, operation: string): string {
  return join(directory, `${operation}.json`);
}

/** @throws CHI-H004 when the disk does not take it */
export function writeJournal(path: string, content: JournalContent): void {
  const journal = JSON.stringify(content);
  try {
    writeAtomically(path, `{"sha256":"${digest(journal)}","journal":${journal}}\n`);
  } catch (error) {
    throw new Error(`CHI-H004 the journal ${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"}): make room, or write access to it, and run the same command again`);
  }
}

/**
 * The journal as it was last written; undefined when there is none. For whoever only looks: nothing is locked.
 *
 * @throws CHI-H001 when it is damaged or another version's
 */
export function readJournal(path: string): JournalContent | undefined {
  if (!existsSync(path)) return undefined;
  const damaged = (what: string) =>
    new Error(`CHI-H001 the journal ${path} ${what}, so what was done already is not known: run the same command with --start-over (every phase may be repeated; the file is kept beside)`);
  let value: { sha256?: unknown; journal?: unknown } | null;
  try {
    value = JSON.parse(readFileSync(path, "utf8")) as typeof value;
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged("is damaged (no JSON)");
    throw error;
  }
  const journal = value?.journal;
  if (typeof journal !== "object" || journal === null || value?.sha256 !== digest(JSON.stringify(journal))) throw damaged("is damaged (its checksum is another)");
  const found = (journal as { version?: unknown }).version;
  if (found !== version) throw damaged(`has version ${String(found)}, this tool reads ${version}`);
  const result = contentSchema.safeParse(journal);
  if (!result.success) throw damaged(`is damaged (${result.error.issues[0]?.path.join(".") ?? ""})`);
  return result.data;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
