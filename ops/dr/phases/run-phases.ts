import { exitCodeOf, signalOf } from "../../output/interruptible";
import type { Display } from "./display";
import type { Journal } from "./journal";
import type { Phase, PhaseRecord, PhaseResult } from "./phase";
import { withoutSecrets } from "./without-secrets";

export interface PhaseRun {
  /** What is typed: `stand-up`. */
  readonly operation: string;
  /** The journal's. */
  readonly id: string;
  readonly journal: Journal;
  readonly phases: readonly Phase[];
  readonly display: Display;
  readonly signal: AbortSignal;
}

/** How often the time of a phase that runs is written down, milliseconds: what a `kill -9` makes uncounted at most. */
const heartbeat = 5000;

/**
 * Runs the phases in order, those that the journal has done left out (but for `always`). Start and end of each attempt are on disk before
 * and after it. Marks the journal finished after the last one; closing it is the caller's.
 *
 * @returns what became of each phase, in order; after an error `journal.records()` has it
 * @throws the phase's own error, recorded; CHI-H005 ({@link ProcedureInterrupted}); CHI-H009 for two phases of one name
 */
export async function runPhases({ operation, id, journal, phases, display, signal }: PhaseRun): Promise<readonly PhaseRecord[]> {
  const names = phases.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`CHI-H009 ${operation} has two phases of the name ${twice}: give each its own`);
  const recorded = ({ name, title }: Phase): PhaseRecord => journal.record(name) ?? { name, title, state: "waiting", seconds: 0, attempts: 0 };
  const results = new Map<string, PhaseResult>();
  display.begin({ operation, id, startedAt: new Date(journal.startedAt), resumed: journal.resumed, phases, records: phases.map(recorded) });
  try {
    for (const phase of phases) {
      const before = recorded(phase);
      const remembered = phase.always !== true && before.state === "done" ? before.result : undefined;
      results.set(phase.name, remembered ?? (await attempt(phase, before, { operation, journal, display, signal, results })));
    }
    journal.finish();
  } finally {
    display.end();
  }
  return phases.map(recorded);
}

type Surroundings = Pick<PhaseRun, "operation" | "journal" | "display" | "signal"> & { readonly results: ReadonlyMap<string, PhaseResult> };

async function attempt(phase: Phase, before: PhaseRecord, { operation, journal, display, signal, results }: Surroundings): Promise<PhaseResult> {
  const { name, title } = phase;
  if (signal.aborted) throw new ProcedureInterrupted(operation, title, signal);
  // The clock of the wall may be set meanwhile.
  const begun = performance.now();
  const seconds = () => before.seconds + (performance.now() - begun) / 1000;
  const started = { name, title, startedAt: before.startedAt ?? new Date().toISOString(), attempts: before.attempts + 1 };
  const note = (record: PhaseRecord) => {
    journal.save(record);
    display.show(record);
  };
  note({ ...started, state: "running", seconds: before.seconds });
  const beat = setInterval(() => keepTime(journal, { ...started, state: "running", seconds: seconds() }), heartbeat);
  beat.unref();
  try {
    const result = asKept(await phase.run({ results, signal, say: (text) => display.say(name, withoutSecrets(text)) }));
    clearInterval(beat);
    note({ ...started, state: "done", endedAt: new Date().toISOString(), seconds: seconds(), result });
    return result;
  } catch (error) {
    clearInterval(beat);
    const reason = signal.aborted ? new ProcedureInterrupted(operation, title, signal, error) : error;
    try {
      note({ ...started, state: "failed", endedAt: new Date().toISOString(), seconds: seconds(), failure: lineOf(reason) });
    } catch (second) {
      throw new Error(`${lineOf(reason)}; besides: ${lineOf(second)}`, { cause: reason });
    }
    throw reason;
  }
}

/** A disk that takes nothing any more is met, and told, by the record of the attempt's end. */
function keepTime(journal: Journal, record: PhaseRecord): void {
  try {
    journal.save(record);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("CHI-H004"))) throw error;
  }
}

/** The result as the journal gives it back, so that a run and the one that carries it on see the same. */
function asKept(result: PhaseResult): PhaseResult {
  return JSON.parse(withoutSecrets(JSON.stringify(result))) as PhaseResult;
}

/** Thrown when Ctrl-C, or the end of the terminal, ended a procedure; `exitCode` is what a shell makes of the signal: 130 for Ctrl-C. */
export class ProcedureInterrupted extends Error {
  public readonly exitCode: number;

  public constructor(operation: string, title: string, signal: AbortSignal, cause?: unknown) {
    super(`CHI-H005 ${operation} was interrupted at "${title}", what was done before is kept: the same command carries on`, { cause });
    this.exitCode = exitCodeOf(signalOf(signal));
  }
}

function lineOf(error: unknown): string {
  return withoutSecrets((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
}
