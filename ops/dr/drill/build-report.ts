/** The report of a drill, from what its journal says. Pure. */
import type { PhaseRecord } from "../phases/phase";
import { factsOf } from "./facts";
import { notRehearsed } from "./not-rehearsed";
import { judge, type MeasuredQuantity } from "./objectives";
import type { Part, Report, ReportBody, ReportPhase, ReportStep } from "./report/schema";
import { count, duration } from "./report/words";

/** What the journal does not say. */
export interface Circumstances {
  readonly id: string;
  readonly stack: string;
  readonly target: Report["target"];
  readonly code: Report["code"];
  readonly startedAt: string;
  readonly endedAt: string;
  /** Why it did not come to its end; undefined when it did. */
  readonly failure: string | undefined;
  readonly cleanUp: Report["cleanUp"];
  /** Phases that count to the outage, and to the other parts. */
  readonly parts: Readonly<Record<string, Part>>;
}

export function stepOf({ name, title, state, startedAt, endedAt, seconds, attempts, result, failure }: PhaseRecord): ReportStep {
  return { name, title, state, startedAt: startedAt ?? null, endedAt: endedAt ?? null, seconds: tenths(seconds), attempts, summary: result?.summary ?? null, failure: failure ?? null };
}

const tenths = (seconds: number) => Math.round(seconds * 10) / 10;

export function buildReport(records: readonly PhaseRecord[], circumstances: Circumstances): ReportBody {
  const { failure, target, parts, cleanUp } = circumstances;
  const verify = factsOf(records, "verify");
  const standUp = factsOf(records, "stand-up");
  const disaster = factsOf(records, "disaster");
  const cutOver = factsOf(records, "cut-over");
  const protect = factsOf(records, "protect");
  const proof = factsOf(records, "proof");
  const prepare = factsOf(records, "prepare");
  const region = factsOf(records, "region");
  const outage = records.filter(({ name }) => parts[name] === "outage");
  const recovered = outage.length > 0 && outage.every(({ state }) => state === "done");
  const recoveryTime = recovered ? { seconds: tenths(outage.reduce((sum, { seconds }) => sum + seconds, 0)), phases: outage.map(({ name }) => name) } : null;

  const measured: Partial<Record<MeasuredQuantity, number>> = {
    ...(recoveryTime === null ? {} : { recoveryTime: recoveryTime.seconds }),
    ...(verify === undefined ? {} : { databaseLoss: verify.database.lossSeconds, fileLoss: verify.files.lossSeconds }),
    // Without a disaster: what a loss of prod at that moment would have cost.
    ...(target === "cloud" && typeof standUp?.lossWindowSeconds === "number" ? { databaseLoss: tenths(standUp.lossWindowSeconds) } : {}),
    ...(region === undefined ? {} : { regionMove: tenths(region.awaySeconds) }),
  };
  const objectives = judge(measured);
  const proofs = proven(records, recoveryTime?.seconds, circumstances);
  const failures = [
    ...(failure === undefined ? [] : [failure]),
    ...objectives.filter(({ verdict }) => verdict === "missed").map(({ measure, scenario, measuredSeconds, limitSeconds }) => `${measure} of ${scenario.toLowerCase()} was missed: ${duration(measuredSeconds ?? 0)}, less than ${duration(limitSeconds)} is allowed`),
    ...proofs.filter(({ holds }) => !holds).map(({ claim, evidence }) => `Not so: ${claim} (${evidence})`),
    ...(cleanUp.done ? [] : [`Not all that the drill made was destroyed${cleanUp.left.length > 0 ? `: ${cleanUp.left.join(", ")}` : ""}`]),
  ];
  return {
    formatVersion: 1,
    kind: "dr-drill",
    id: circumstances.id,
    stack: circumstances.stack,
    target,
    code: circumstances.code,
    startedAt: circumstances.startedAt,
    endedAt: circumstances.endedAt,
    result: failures.length === 0 ? "passed" : "failed",
    failures,
    interruptions: records.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    data: {
      tables: protect?.tables ?? prepare?.tables ?? null,
      rows: protect?.rows ?? standUp?.rows ?? prepare?.rows ?? null,
      files: verify?.files.written ?? prepare?.files ?? null,
      backup: protect?.backup ?? standUp?.backup ?? null,
    },
    disasterAt: disaster?.at ?? null,
    servedAgainAt: cutOver?.servedAgainAt ?? null,
    recoveryTime,
    worstCaseLossSeconds: verify === undefined ? null : secondsBetweenBackups,
    databaseLoss: verify?.database ?? null,
    fileLoss: verify?.files ?? null,
    afterCutOver: proof === undefined ? null : { rows: proof.rows, files: proof.files },
    objectives,
    phases: records.map((record): ReportPhase => ({ ...stepOf(record), part: parts[record.name] ?? "before", steps: stepsOf(record, { standUp, cutOver, failBack: factsOf(records, "fail-back") }) })),
    proofs,
    notRehearsed: notRehearsed(target, protect?.rows ?? prepare?.rows),
    nextActions: nextActions(records, circumstances, failures.length === 0),
    cleanUp,
  };
}

/** Of the daily backup (components/backup-schedule-plan.ts): what was written since is lost when the disaster comes right before the next. */
export const secondsBetweenBackups = 86_400;

interface WithSteps {
  readonly steps: readonly ReportStep[];
}

function stepsOf({ name }: PhaseRecord, of: Readonly<Record<"standUp" | "cutOver" | "failBack", WithSteps | undefined>>): ReportStep[] {
  const found = { "stand-up": of.standUp, "cut-over": of.cutOver, "fail-back": of.failBack }[name];
  return [...(found?.steps ?? [])];
}

function proven(records: readonly PhaseRecord[], recoverySeconds: number | undefined, { target, cleanUp }: Circumstances): Report["proofs"] {
  const proofs: Report["proofs"] = [];
  const disaster = factsOf(records, "disaster");
  const standUp = factsOf(records, "stand-up");
  const verify = factsOf(records, "verify");
  const cutOver = factsOf(records, "cut-over");
  const proof = factsOf(records, "proof");
  const region = factsOf(records, "region");
  const back = factsOf(records, "fail-back");
  if (region !== undefined) {
    proofs.push({ claim: "The service survives the loss of a region", evidence: `users were served from ${region.to} after ${duration(region.awaySeconds)}, and from ${region.from} again after ${duration(region.backSeconds)}`, holds: true });
  }
  if (disaster !== undefined && standUp !== undefined) {
    const down = disaster.statusBefore < 400 && (disaster.statusAfter >= 500 || disaster.statusAfter === 0);
    proofs.push({ claim: "The recovery needs nothing of production's database, serving region or Pulumi state", evidence: `gone before it began: ${disaster.lost.join(", ")}; users got ${disaster.statusAfter === 0 ? "no answer" : `status ${disaster.statusAfter}`}`, holds: down });
  }
  if (standUp !== undefined) proofs.push({ claim: target === "cloud" ? "The newest export becomes a working environment" : "The restored environment is complete", evidence: standUp.summary, holds: true });
  if (verify !== undefined) {
    const { database, files } = verify;
    const sound = (loss: typeof database) => loss.holes === 0 && loss.changed === 0;
    proofs.push({ claim: "What came back of the database has no gap and no changed entry", evidence: `${database.survived} of ${count(database.written, "test row")}, the last of ${database.lastSurvivorAt ?? "none"}`, holds: sound(database) && database.survived > 0 });
    proofs.push({ claim: "What came back of the files has no gap and no changed file", evidence: `${files.survived} of ${count(files.written, "test file")} by their content, the last of ${files.lastSurvivorAt ?? "none"}`, holds: sound(files) && files.survived > 0 });
  }
  const preview = factsOf(records, "preview-cut-over");
  if (preview !== undefined) proofs.push({ claim: "The change of addresses is known beforehand, and touches nothing else", evidence: preview.lines.join("; "), holds: preview.lines.length > 0 });
  if (cutOver !== undefined) proofs.push({ claim: "Users reach the substitute under the usual address", evidence: `${cutOver.servedBy} answered${recoverySeconds === undefined ? "" : ` ${duration(recoverySeconds)} after the disaster`}`, holds: true });
  const live = factsOf(records, "live");
  if (live !== undefined) {
    const { written, found } = live.throughEdge;
    proofs.push({ claim: "Users can work on the substitute", evidence: `${found} of ${count(written, "entry", "entries")} made through the public address were read back`, holds: written === found && written > 0 });
  }
  if (back !== undefined) proofs.push({ claim: "Users are back on production", evidence: `${back.servedBy} answers under the usual address`, holds: true });
  if (proof !== undefined) {
    const parts = [`${proof.rows.found} of ${count(proof.rows.written, "test row")}`, `${proof.files.found} of ${count(proof.files.written, "test file")}`];
    const holds = [proof.rows, proof.files].every(({ written, found }) => written === found && written > 0);
    proofs.push({ claim: "Nothing written on the substitute was lost on the way back", evidence: parts.join(", "), holds });
  }
  if (cleanUp.done) {
    const claim = `Nothing that the drill made is left${cleanUp.locked.length === 0 ? "" : ", but for copies that a lock protects"}`;
    const destroyed = factsOf(records, "clean-up")?.destroyed ?? ["its sandbox was removed"];
    proofs.push({ claim, evidence: [...destroyed, ...cleanUp.locked].join(", "), holds: cleanUp.left.length === 0 });
  }
  return proofs;
}

function nextActions(records: readonly PhaseRecord[], { target, cleanUp, stack }: Circumstances, passed: boolean): string[] {
  const command = `npx chisan dr drill --stack ${stack}${target === "cloud" ? " --cloud" : ""}`;
  const failed = records.find(({ state }) => state === "failed");
  return [
    ...(cleanUp.done ? [] : [`Destroy what is left first: ${cleanUp.left.join("; ")}`]),
    ...(failed === undefined ? [] : [`Mend what stopped "${failed.title}" (the error names the command), then run the drill again: ${command}`]),
    ...cleanUp.locked.map((each) => `Later: ${each}`),
    ...(passed ? ["Keep this report with the quarter's review; the next drill is due in three months."] : failed === undefined ? [`Mend what the failures above name, then run the drill again: ${command}`] : []),
  ];
}
