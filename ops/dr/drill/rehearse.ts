/** A drill from its first phase to its report, whatever comes: carried on after a kill, cleaned up after a failure and Ctrl-C. */
import { execFile } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { createDisplay, type Display } from "../phases/display";
import { interruptible } from "../../output/interruptible";
import { openJournal, type Journal } from "../phases/journal";
import type { Phase, PhaseRecord } from "../phases/phase";
import { runPhases } from "../phases/run-phases";
import { withoutSecrets } from "../phases/without-secrets";
import { buildReport } from "./build-report";
import { factsOf } from "./facts";
import type { Part, Report } from "./report/schema";
import { reportFiles } from "./report/write-report";

const run = promisify(execFile);

export interface CleanedUp {
  readonly destroyed: readonly string[];
  /** What is still there, with the command that removes it. */
  readonly left: readonly string[];
  /** What a lock keeps, with its end and the command that removes it then: no failure, the lock is meant. */
  readonly locked: readonly string[];
}

/** What differs between a drill in the sandbox and one in the cloud. */
export interface Course {
  readonly operation: string;
  readonly target: Report["target"];
  /** Of the journal. */
  readonly directory: string;
  readonly key: KeyObject;
  /** The last of them is `clean-up`. */
  readonly phases: readonly Phase[];
  readonly parts: Readonly<Record<string, Part>>;
  /** Whether what was made is to be left as it is. */
  readonly keep: boolean;
  /** What to do by hand when nothing is known of the clean-up. */
  readonly byHand: string;
  /** Once, before the first phase of this run. */
  begin(journal: Journal): Promise<void>;
  /** After a failure: everything goes, whatever state it is in. */
  removeEverything(): Promise<CleanedUp>;
  /** What opens something and was seen: in no report. */
  secrets(): readonly string[];
  /** Keeps the report. @returns where */
  deliver(id: string, files: Readonly<Record<string, string>>, report: Report): Promise<string>;
  /** After the report is kept. */
  end(): void;
}

export interface Rehearsed {
  readonly report: Report;
  readonly where: string;
}

/** @throws before anything is made: CHI-H00x of the journal; what `begin` throws. A failure of a phase is in the report, and not thrown */
export async function rehearse(course: Course, startOver: boolean, display: Display = createDisplay()): Promise<Rehearsed> {
  const { operation, directory, phases, keep } = course;
  const journal = await openJournal(directory, operation, { stack: "prod", target: course.target }, { startOver });
  try {
    await course.begin(journal);
    let rehearsed: Rehearsed | undefined;
    const write = async (failure?: string): Promise<Rehearsed> => {
      const body = await bodyOf(course, journal, failure);
      const { report, files } = reportFiles(body, course.key, course.secrets());
      return (rehearsed = { report, where: await course.deliver(journal.id, files, report) });
    };
    const reportPhase: Phase = {
      name: "report",
      title: "Report",
      estimateSeconds: 1,
      always: true,
      run: async () => ({ summary: (await write()).where, facts: {} }),
    };
    try {
      await interruptible((signal) => runPhases({ operation, id: journal.id, journal, phases: [...phases, reportPhase], display, signal }));
    } catch (error) {
      // Before the clean-up, which is not the failure's phase.
      const failure = failureOf(error, recordsOf(journal, phases), keep);
      if (!keep) {
        await cleanUpAfterFailure(course, journal);
        journal.finish();
      }
      await write(failure);
    }
    if (rehearsed === undefined) throw new Error("CHI-H146 the drill left no report: this is a fault of the tool; run it again with --debug");
    if (!keep) course.end();
    return rehearsed;
  } finally {
    journal.close();
  }
}

function recordsOf(journal: Journal, phases: readonly Phase[]): PhaseRecord[] {
  return phases.map(({ name, title }) => journal.record(name) ?? { name, title, state: "waiting", seconds: 0, attempts: 0 });
}

async function cleanUpAfterFailure({ phases, removeEverything }: Course, journal: Journal): Promise<void> {
  const phase = phases.find(({ name }) => name === "clean-up");
  if (phase === undefined) return;
  const before = journal.record(phase.name);
  const begun = performance.now();
  process.stderr.write("Removing what the drill has made\n");
  const { destroyed, left, locked } = await removeEverything().catch((error: unknown): CleanedUp => ({ destroyed: [], left: [error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)], locked: [] }));
  const record = {
    name: phase.name,
    title: phase.title,
    startedAt: before?.startedAt ?? new Date(Date.now() - (performance.now() - begun)).toISOString(),
    endedAt: new Date().toISOString(),
    seconds: (before?.seconds ?? 0) + (performance.now() - begun) / 1000,
    attempts: before?.attempts ?? 1,
    result: { summary: [...destroyed, ...left.map((each) => `NOT: ${each}`)].join("; "), facts: { destroyed: [...destroyed], left: [...left], locked: [...locked] } },
  };
  // The tool's own command could not do it: that stays a failure, though nothing is left now.
  journal.save(before?.state === "failed" ? { ...record, state: "failed", failure: before.failure } : { ...record, state: "done" });
}

async function bodyOf({ target, phases, parts, keep, byHand }: Course, journal: Journal, failure: string | undefined) {
  const records = recordsOf(journal, phases);
  const cleaned = factsOf(records, "clean-up") ?? cleanedAnyhow(records);
  return buildReport(records, {
    id: journal.id,
    stack: "prod",
    target,
    code: await codeOf(),
    startedAt: journal.startedAt,
    endedAt: new Date().toISOString(),
    failure,
    // What is kept on request is named, and no failure.
    cleanUp: { done: cleaned !== undefined && (keep || cleaned.left.length === 0), left: [...(cleaned?.left ?? [byHand])], locked: [...(cleaned?.locked ?? [])] },
    parts,
  });
}

/** Of a clean-up that failed and was completed after it. */
function cleanedAnyhow(records: readonly PhaseRecord[]): Pick<CleanedUp, "left" | "locked"> | undefined {
  const { left, locked } = records.find(({ name }) => name === "clean-up")?.result?.facts ?? {};
  return Array.isArray(left) ? { left: left.map(String), locked: Array.isArray(locked) ? locked.map(String) : [] } : undefined;
}

/** One line, with the phase that it was in. */
function failureOf(error: unknown, records: readonly PhaseRecord[], keep: boolean): string {
  const line = withoutSecrets((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
  const title = records.find(({ state }) => state === "failed")?.title;
  if (line.startsWith("CHI-H005")) return `The drill was interrupted${title === undefined ? "" : ` at "${title}"`}${keep ? "" : ", and what it had made was removed"}`;
  return title === undefined ? line : `${title}: ${line}`;
}

/** The checkout that was drilled. */
async function codeOf(): Promise<Report["code"]> {
  try {
    const git = async (...args: string[]) => (await run("git", args, { cwd: repositoryRoot })).stdout.trim();
    return { commit: await git("rev-parse", "HEAD"), changed: (await git("status", "--porcelain")) !== "" };
  } catch {
    // No git, or a copy without its history.
    return { commit: null, changed: false };
  }
}
