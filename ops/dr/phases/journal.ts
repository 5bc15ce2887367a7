/** What was done of a procedure: so that the same command, after a `kill -9` at any moment, carries on where it was. */
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type JournalContent, journalFile, readJournal, version, writeJournal } from "./journal-file";
import type { Fact, PhaseRecord } from "./phase";
import { runAlone } from "./run-alone";

export { journalFile, readJournal, type JournalContent } from "./journal-file";

/** What makes two runs the same one: no secret, as the journal and the refusal show it. */
export type Inputs = Readonly<Record<string, Fact>>;

export interface Journal {
  readonly operation: string;
  /** Names the run, the same after each interruption: `20261123T134000.123Z`. */
  readonly id: string;
  /** ISO 8601, of the first attempt of all. */
  readonly startedAt: string;
  readonly inputs: Inputs;
  /** Carries on an unfinished run. */
  readonly resumed: boolean;
  /** In the order in which they began. */
  records(): readonly PhaseRecord[];
  record(name: string): PhaseRecord | undefined;
  /** On disk when it returns. @throws CHI-H004 */
  save(record: PhaseRecord): void;
  /** The run is over: the next one begins anew. `runPhases` does it after the last phase. */
  finish(): void;
  /** Lets another process have it. */
  close(): void;
}

/**
 * The journal of a procedure, this process's alone until it is closed. An unfinished run is carried on; a finished one is put aside as
 * `<operation>-<id>.json`.
 *
 * @param directory `recoveryDirectory(cloud)`
 * @param inputs what the run is about (the backup, the stack); a run with others than the unfinished one's is refused
 * @param startOver puts an unfinished or damaged one aside as well (`--start-over`)
 * @throws CHI-H001 damaged, CHI-H002 other inputs, CHI-H003 another process has it, CHI-H004 not writable
 */
export async function openJournal(directory: string, operation: string, inputs: Inputs, { startOver = false }: { readonly startOver?: boolean } = {}): Promise<Journal> {
  const release = await runAlone(join(directory, `${operation}.owner`), operation);
  try {
    return open(directory, operation, inputs, startOver, release);
  } catch (error) {
    release();
    throw error;
  }
}

function open(directory: string, operation: string, inputs: Inputs, startOver: boolean, release: () => void): Journal {
  const path = journalFile(directory, operation);
  const now = new Date().toISOString();
  const found = startOver ? undefined : readJournal(path);
  const unfinished = found?.finishedAt === undefined ? found : undefined;
  if (unfinished !== undefined) refuseOthers(unfinished, inputs);
  else putAside(path, now);
  let content: JournalContent = unfinished ?? { version, operation, id: idOf(now), inputs: copied(inputs), startedAt: now, phases: [] };
  const write = (next: JournalContent) => {
    writeJournal(path, next);
    content = next;
  };
  if (unfinished === undefined) write(content);
  return {
    operation,
    id: content.id,
    startedAt: content.startedAt,
    inputs,
    resumed: unfinished !== undefined,
    records: () => content.phases as readonly PhaseRecord[],
    record: (name) => content.phases.find((phase) => phase.name === name) as PhaseRecord | undefined,
    save(record) {
      const known = content.phases.some(({ name }) => name === record.name);
      const phase = copied(record) as JournalContent["phases"][number];
      write({ ...content, phases: known ? content.phases.map((other) => (other.name === record.name ? phase : other)) : [...content.phases, phase] });
    },
    finish: () => write({ ...content, finishedAt: new Date().toISOString() }),
    close: release,
  };
}

/**
 * Seconds of each phase in the last finished run of a procedure, for the estimates of the next; empty when there was none.
 * A damaged journal tells nothing here, as it is an estimate only.
 */
export function lastSeconds(directory: string, operation: string): ReadonlyMap<string, number> {
  const archived = existsSync(directory) ? readdirSync(directory).filter((name) => isArchive(name, operation)).sort().reverse() : [];
  for (const path of [journalFile(directory, operation), ...archived.map((name) => join(directory, name))]) {
    const found = readable(path);
    if (found?.finishedAt !== undefined) return new Map(found.phases.map(({ name, seconds }) => [name, seconds]));
  }
  return new Map();
}

function readable(path: string): JournalContent | undefined {
  try {
    return readJournal(path);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("CHI-H001")) return undefined;
    throw error;
  }
}

/** Archives only: `stand-up-20261123T134000.123Z.json`. */
function isArchive(name: string, operation: string): boolean {
  return name.startsWith(`${operation}-`) && /^\d{8}T\d{6}\.\d{3}Z\.json$/.test(name.slice(operation.length + 1));
}

function putAside(path: string, now: string): void {
  if (!existsSync(path)) return;
  const id = readable(path)?.id ?? `damaged-${idOf(now)}`;
  renameSync(path, path.replace(/\.json$/, `-${id}.json`));
}

function refuseOthers({ operation, startedAt, inputs: before }: JournalContent, inputs: Inputs): void {
  const now = copied(inputs);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const differing = keys.filter((key) => canonical(before[key]) !== canonical(now[key]));
  if (differing.length === 0) return;
  const words = differing.map((key) => `${key} was ${canonical(before[key])} and is now ${canonical(now[key])}`).join(", ");
  throw new Error(`CHI-H002 there is an unfinished ${operation}, begun ${startedAt}, of something else (${words}): type it as it was to carry on, or with --start-over to begin anew`);
}

/** As JSON holds it: what is kept and what is read back are then alike. */
function copied<T>(value: T): JournalContent["inputs"] {
  return JSON.parse(JSON.stringify(value)) as JournalContent["inputs"];
}

function canonical(value: unknown): string {
  if (value === undefined) return "not given";
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function idOf(iso: string): string {
  return iso.replace(/[-:]/g, "");
}
