import type { PhaseRecord } from "../phases/phase";
import { buildReport, type Circumstances } from "./build-report";
import { sandboxParts } from "./drill-parts";
import type { DrillPhaseName, FactsOf } from "./facts";
import type { Loss } from "./report/schema";

const at = "2026-11-23T14:30:00.000Z";
const loss: Loss = { written: 10, survived: 7, lost: 3, holes: 0, changed: 0, lastSurvivorAt: at, lossSeconds: 3.4, paceSeconds: 1 };
const none: Loss = { ...loss, survived: 10, lost: 0, lossSeconds: 0 };
const facts: { readonly [Name in Exclude<DrillPhaseName, "preview-cut-over">]: FactsOf<Name> } = {
  prepare: { resources: 359, tables: 9, rows: 939, files: 3 },
  region: { from: "Seoul", to: "Tokyo", awaySeconds: 7.2, backSeconds: 6 },
  protect: { backup: { kind: "daily", id: "20261123T143014Z", snapshotAt: at }, tables: 17, rows: 988, depth: "decode" },
  sentinels: { rows: 10, files: 10 },
  disaster: { at, lost: ["the database's project"], statusBefore: 200, statusAfter: 503 },
  "stand-up": { summary: "20 of 20 checks passed", steps: [], lossWindowSeconds: 5, backup: null, rows: 988 },
  verify: { database: loss, files: none },
  "cut-over": { servedAgainAt: "2026-11-23T14:32:00.000Z", servedBy: "chisan-dr-api in asia-northeast1", steps: [] },
  live: { rows: 4, files: 4, throughEdge: { written: 4, found: 4 } },
  rebuild: { given: ["the region is back"] },
  "fail-back": { servedAgainAt: "2026-11-23T14:35:00.000Z", servedBy: "chisan-prod-api in asia-northeast3", steps: [] },
  proof: { rows: { written: 4, found: 4 }, files: { written: 4, found: 4 } },
  "clean-up": { destroyed: ["all of it"], left: [], locked: [] },
};
type Name = keyof typeof facts;
const names = Object.keys(facts) as Name[];

/** A drill in which everything went well, each phase in ten seconds. */
function records(change: { readonly [Each in Name]?: Partial<FactsOf<Each>> | "failed" | "waiting" } = {}): PhaseRecord[] {
  return names.map((name): PhaseRecord => {
    const other = change[name];
    const common = { name, title: `Phase ${name}`, seconds: 10, attempts: 1, startedAt: at, endedAt: at };
    if (other === "waiting") return { name, title: common.title, state: "waiting", seconds: 0, attempts: 0 };
    if (other === "failed") return { ...common, state: "failed", failure: "CHI-H125 no" };
    return { ...common, state: "done", result: { summary: "done", facts: { ...facts[name], ...other } as never } };
  });
}

const circumstances: Circumstances = {
  id: "20261123T143000.000Z", stack: "prod", target: "sandbox", code: { commit: null, changed: false }, startedAt: at, endedAt: "2026-11-23T14:36:00.000Z",
  failure: undefined, cleanUp: { done: true, left: [], locked: [] }, parts: sandboxParts,
};
const verdicts = (report: ReturnType<typeof buildReport>) => Object.fromEntries(report.objectives.filter(({ elsewhere }) => elsewhere === undefined).map(({ id, verdict }) => [id, verdict]));

test("all went well: every objective is met, every claim holds, the recovery is what its phases took", () => {
  const report = buildReport(records(), circumstances);
  expect([report.result, report.failures, report.interruptions]).toEqual(["passed", [], 0]);
  expect(report.recoveryTime).toEqual({ seconds: 40, phases: ["disaster", "stand-up", "verify", "cut-over"] });
  expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(["met"]));
  expect(report.proofs.filter(({ holds }) => !holds)).toEqual([]);
  expect(report.afterCutOver).toEqual({ rows: { written: 4, found: 4 }, files: { written: 4, found: 4 } });
});

test.each([
  ["rows are missing after the way back", { proof: { rows: { written: 4, found: 3 } } }, "Nothing written on the substitute was lost"],
  ["files are missing after the way back", { proof: { files: { written: 4, found: 0 } } }, "Nothing written on the substitute was lost"],
  ["nothing was written on the substitute", { proof: { rows: { written: 0, found: 0 } } }, "Nothing written on the substitute was lost"],
  ["the restored rows have a gap", { verify: { database: { ...loss, holes: 1 } } }, "What came back of the database has no gap"],
  ["a restored row is another", { verify: { database: { ...loss, changed: 1 } } }, "What came back of the database has no gap"],
  ["no row came back at all", { verify: { database: { ...loss, survived: 0, lost: 10 } } }, "What came back of the database has no gap"],
  ["a file is missing between others", { verify: { files: { ...none, holes: 1, lost: 1, survived: 9, lossSeconds: 2 } } }, "What came back of the files"],
  ["no file came back at all", { verify: { files: { ...none, survived: 0, lost: 10 } } }, "What came back of the files"],
  ["users were served although all was gone", { disaster: { statusAfter: 200 } }, "The recovery needs nothing"],
  ["users were not served before", { disaster: { statusBefore: 503 } }, "The recovery needs nothing"],
  ["an entry through the public address was not read back", { live: { throughEdge: { written: 4, found: 3 } } }, "Users can work on the substitute"],
])("%s: the drill fails and says so", (_what, change, claim) => {
  const report = buildReport(records(change), circumstances);
  expect(report.result).toBe("failed");
  expect(report.failures).toEqual([expect.stringContaining(`Not so: ${claim}`)]);
});

test("objectives that are missed fail the drill: too slow, too much lost", () => {
  const slow = records().map((record) => (record.name === "stand-up" ? { ...record, seconds: 4 * 3600 } : record));
  expect(buildReport(slow, circumstances)).toMatchObject({ result: "failed", failures: ["RTO of complete rebuild was missed: 4 h, less than 4 h is allowed"] });
  const lost = records({ verify: { database: { ...loss, lossSeconds: 7 * 86_400 } } });
  expect(buildReport(lost, circumstances).failures).toEqual(["RPO of complete disaster, database was missed: 7 days, less than 7 days is allowed"]);
  expect(buildReport(records({ region: { awaySeconds: 3600 } }), circumstances).failures).toEqual(["RTO of region outage was missed: 1 h, less than 1 h is allowed"]);
});

test("a drill that failed on the way claims nothing that it did not reach", () => {
  const failed = records({ "stand-up": "failed", verify: "waiting", "cut-over": "waiting", live: "waiting", rebuild: "waiting", "fail-back": "waiting", proof: "waiting" });
  const report = buildReport(failed, { ...circumstances, failure: "Phase stand-up: CHI-H125 no" });
  expect(report).toMatchObject({ result: "failed", failures: ["Phase stand-up: CHI-H125 no"], recoveryTime: null, databaseLoss: null, servedAgainAt: null, afterCutOver: null });
  expect(verdicts(report)).toMatchObject({ "rto-complete-rebuild": "not measured", "rpo-complete-disaster-database": "not measured" });
  expect(report.proofs.map(({ claim }) => claim)).toEqual(["The service survives the loss of a region", "Nothing that the drill made is left"]);
  expect(report.nextActions[0]).toContain('Mend what stopped "Phase stand-up"');
});

test("times that it was killed are told, their pauses are not in the recovery", () => {
  const killed = records().map((record) => (record.name === "stand-up" ? { ...record, attempts: 3, endedAt: "2026-11-24T14:30:00.000Z" } : record));
  expect(buildReport(killed, circumstances)).toMatchObject({ interruptions: 2, recoveryTime: { seconds: 40 }, result: "passed" });
});

test("facts of another version of the tool are not guessed at", () => {
  const old = records().map((record) => (record.name === "verify" ? { ...record, result: { summary: "", facts: { lost: 3 } } } : record));
  expect(() => buildReport(old, circumstances)).toThrow(/^CHI-H129 .*--start-over$/);
});
