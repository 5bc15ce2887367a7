/** Reports of drills that never took place, for looking at and for tests. */
import { judge } from "../../objectives";
import type { Part, ReportBody, ReportPhase, ReportStep } from "../schema";

const begun = Date.UTC(2026, 10, 23, 14, 30, 0);
const at = (seconds: number) => new Date(begun + seconds * 1000).toISOString();

/** Name, title, seconds, summary. */
type StepRow = readonly [string, string, number, string];

const steps: readonly StepRow[] = [
  ["assess", "See what is left", 3, "prod's database and Google project do not answer; newest backup 23 Nov 14:31, its key opens"],
  ["provision", "Build the substitute environment", 41, "173 resources created in Tokyo"],
  ["restore-database", "Restore the database", 9, "27 tables, 1,948 rows, equal to the manifest"],
  ["restore-files", "Restore the files", 4, "24 files, as of the disaster"],
  ["switch", "Configure web and API", 12, "both answer from the substitute database"],
  ["verify", "Verify", 8, "health, rows, critical tables, login rules, file samples, end-to-end"],
];

/** Name, title, part, seconds, summary, steps. */
const phases: readonly (readonly [string, string, Part, number, string, (readonly StepRow[])?])[] = [
  ["prepare", "Build an environment like production", "before", 64, "171 resources, 1,948 rows, 24 files"],
  ["region", "Lose a region and come back", "before", 18, "Seoul to Tokyo in 7 s, back in 6 s"],
  ["protect", "Back up, and prove the backup", "before", 14, "daily 20261123T143127Z, every object verified"],
  ["sentinels", "Write on after the backup", "before", 8, "16 test rows, 16 test files"],
  ["disaster", "Lose everything", "outage", 2, "database project deleted, Google project gone, state of Pulumi gone"],
  ["stand-up", "Stand up the substitute", "outage", 77, "all checks passed", steps],
  ["verify", "Count what was lost", "outage", 3, "10 of 16 test rows, 16 of 16 test files"],
  ["cut-over", "Send users to the substitute", "outage", 11, "app and api answer from chisan-dr"],
  ["live", "Work on the substitute", "substitute", 5, "8 rows and 4 files written through the public address"],
  ["rebuild", "Rebuild production", "substitute", 38, "production's database project is there again, empty"],
  ["fail-back", "Bring the data home and return", "return", 47, "backup of chisan-dr restored into prod, equal"],
  ["proof", "Look for what was written meanwhile", "return", 2, "8 of 8 rows, 4 of 4 files"],
  ["clean-up", "Destroy what was made", "clean-up", 31, "nothing is left"],
];

function step(name: string, title: string, from: number, seconds: number, summary: string): ReportStep {
  return { name, title, state: "done", startedAt: at(from), endedAt: at(from + seconds), seconds, attempts: 1, summary, failure: null };
}

function phasesUntil(last: string | undefined): ReportPhase[] {
  let from = 0;
  let over = false;
  return phases.map(([name, title, part, seconds, summary, inside = []]) => {
    if (over && name !== "clean-up") return { ...step(name, title, 0, 0, ""), part, state: "waiting", startedAt: null, endedAt: null, attempts: 0, summary: null, steps: [] };
    let within = from;
    const children = inside.map(([child, childTitle, childSeconds, text]) => step(child, childTitle, (within += childSeconds) - childSeconds, childSeconds, text));
    const phase = { ...step(name, title, from, seconds, summary), part, steps: children };
    from += seconds;
    if (name !== last) return phase;
    over = true;
    return { ...phase, state: "failed" as const, summary: null, failure: `CHI-H061 the restored database is not the backup: 1,947 rows, the manifest has 1,948` };
  });
}

/** A drill in which all went well. */
export function passedReport(): ReportBody {
  const measured = { recoveryTime: 93, databaseLoss: 6.2, fileLoss: 0, regionMove: 7 };
  return {
    formatVersion: 1,
    kind: "dr-drill",
    id: "20261123T143000.000Z",
    stack: "prod",
    target: "sandbox",
    code: { commit: "489232e0c0ffee0c0ffee0c0ffee0c0ffee0c0ff", changed: false },
    startedAt: at(0),
    endedAt: at(322),
    result: "passed",
    failures: [],
    interruptions: 0,
    data: { tables: 27, rows: 1948, files: 24, backup: { kind: "daily", id: "20261123T143127Z", snapshotAt: at(87) } },
    disasterAt: at(104),
    servedAgainAt: at(197),
    recoveryTime: { seconds: 93, phases: ["disaster", "stand-up", "verify", "cut-over"] },
    worstCaseLossSeconds: 86_400,
    atRealSize: {
      ratesOf: "2026-11-23",
      filesBytes: 10e9,
      estimates: [{ databaseBytes: 1e9, seconds: 4900, met: true }, { databaseBytes: 10e9, seconds: 9000, met: true }, { databaseBytes: 100e9, seconds: 52_000, met: false }],
    },
    databaseLoss: { written: 16, survived: 10, lost: 6, holes: 0, changed: 0, lastSurvivorAt: at(97.8), lossSeconds: 6.2, paceSeconds: 1 },
    fileLoss: { written: 16, survived: 16, lost: 0, holes: 0, changed: 0, lastSurvivorAt: at(104), lossSeconds: 0, paceSeconds: 1 },
    afterCutOver: { rows: { written: 8, found: 8 }, files: { written: 4, found: 4 } },
    objectives: judge(measured),
    phases: phasesUntil(undefined),
    proofs: [
      { claim: "The recovery needs nothing of production's database, Google project or Pulumi state", evidence: "all three were gone before it began", holds: true },
      { claim: "The restored database equals the backup", evidence: "1,948 rows in 27 tables, compared with the manifest", holds: true },
      { claim: "Users reach the substitute under the usual address", evidence: "api.chisan.app answered from chisan-dr 93 s after the disaster", holds: true },
      { claim: "Nothing written on the substitute was lost on the way back", evidence: "8 of 8 rows, 4 of 4 files", holds: true },
      { claim: "Nothing that the drill made is left", evidence: "chisan-dr destroyed, its sandbox removed", holds: true },
    ],
    notRehearsed: [
      { what: "The vendors' own speed", why: "the sandbox stands in for Google, Supabase, Vercel and Cloudflare, and creates in seconds what takes them minutes", instead: "the quarterly drill in the cloud measures it" },
      { what: "Data of production's size", why: "the sandbox holds 1,948 rows", instead: "npx chisan dr model prints the expected time at 1 GB to 1 TB" },
    ],
    nextActions: ["Keep this report with the quarter's review."],
    cleanUp: { done: true, left: [], locked: [] },
  };
}

/** One that failed while it restored, in the cloud, and was interrupted before. */
export function failedReport(): ReportBody {
  const passed = passedReport();
  return {
    ...passed,
    target: "cloud",
    result: "failed",
    failures: ["Stand up the substitute: CHI-H061 the restored database is not the backup: 1,947 rows, the manifest has 1,948"],
    interruptions: 1,
    servedAgainAt: null,
    recoveryTime: null,
    databaseLoss: null,
    fileLoss: null,
    afterCutOver: null,
    objectives: judge({ regionMove: 4200 }),
    phases: phasesUntil("stand-up"),
    proofs: [{ ...(passed.proofs[1] as ReportBody["proofs"][number]), evidence: "1,947 rows, the manifest has 1,948", holds: false }],
    nextActions: ["Mend what stopped phase \"Stand up the substitute\", then run the drill again: npx chisan dr drill"],
    cleanUp: { done: false, left: ["the environment chisan-dr: npx chisan destroy chisan-dr --cloud"], locked: [] },
  };
}
