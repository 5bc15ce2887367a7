/** What a stand-up leaves: the same as JSON and as one text that a person reads. No secret is in either. */
import { ageInWords, bytesInWords } from "../../backup/list/list-backups";
import { writeAtomically } from "../phases/atomic-file";
import { withoutSecrets } from "../phases/without-secrets";
import type { Kit } from "../kit/kit";
import type { Fact, PhaseRecord } from "../phases/phase";
import type { ApiImage } from "./api-image";
import { recoveryPointObjectiveSeconds } from "./assess/recovery-point";
import type { CheckResult } from "./verify/check";

/** Section 3.3: complete rebuild, less than 4 hours. */
export const recoveryTimeObjectiveSeconds = 4 * 3600;

export interface StandUpReport {
  readonly operation: "stand-up";
  readonly id: string;
  readonly stack: "chisan-dr";
  readonly target: "sandbox" | "cloud";
  readonly result: "done" | "failed";
  /** The error's one line. */
  readonly failure: string | null;
  /** ISO 8601, of the first attempt. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Of the wall, with the time between attempts. */
  readonly elapsedSeconds: number;
  readonly objectiveSeconds: number;
  readonly withinObjective: boolean;
  readonly recoveryPoint: Readonly<Record<string, Fact>> | null;
  /** From the snapshot to the start of this stand-up. */
  readonly lossWindowSeconds: number | null;
  readonly lossObjectiveSeconds: number;
  readonly lossWithinObjective: boolean | null;
  readonly phases: readonly PhaseRecord[];
  readonly checks: readonly CheckResult[];
  /** What the tool cannot do, or may not do by itself. */
  readonly todo: readonly string[];
}

export interface ReportInput {
  readonly id: string;
  readonly cloud: boolean;
  readonly startedAt: string;
  readonly now: Date;
  readonly records: readonly PhaseRecord[];
  readonly checks: readonly CheckResult[];
  readonly failure: string | undefined;
  /** What chisan-dr's API runs. */
  readonly image: ApiImage;
  /** Whether it has the key of the data. */
  readonly kit: Pick<Kit, "encryptionKey">;
}

export function reportOf({ id, cloud, startedAt, now, records, checks, failure, image, kit }: ReportInput): StandUpReport {
  const point = factsOf(records, "recovery-point");
  const elapsedSeconds = Math.round((now.getTime() - Date.parse(startedAt)) / 100) / 10;
  const loss = typeof point?.["snapshotAt"] === "string" ? Math.max(0, Math.round((Date.parse(startedAt) - Date.parse(point["snapshotAt"])) / 1000)) : null;
  return {
    operation: "stand-up",
    id,
    stack: "chisan-dr",
    target: cloud ? "cloud" : "sandbox",
    result: failure === undefined ? "done" : "failed",
    failure: failure ?? null,
    startedAt,
    endedAt: now.toISOString(),
    elapsedSeconds,
    objectiveSeconds: recoveryTimeObjectiveSeconds,
    withinObjective: elapsedSeconds <= recoveryTimeObjectiveSeconds,
    recoveryPoint: point ?? null,
    lossWindowSeconds: loss,
    lossObjectiveSeconds: recoveryPointObjectiveSeconds,
    lossWithinObjective: loss === null ? null : loss <= recoveryPointObjectiveSeconds,
    phases: records,
    checks,
    todo: failure === undefined ? whatIsLeft(records, image, kit, cloud) : [],
  };
}

/** Facts of a phase; undefined when it has no result. */
function factsOf(records: readonly PhaseRecord[], name: string): Readonly<Record<string, Fact>> | undefined {
  return records.find((record) => record.name === name)?.result?.facts;
}

function whatIsLeft(records: readonly PhaseRecord[], image: ApiImage, { encryptionKey }: Pick<Kit, "encryptionKey">, cloud: boolean): string[] {
  const database = factsOf(records, "restore-database");
  const files = factsOf(records, "restore-files");
  const disk = factsOf(records, "size-disk");
  const flag = cloud ? " --cloud" : "";
  const list = (value: Fact | undefined): readonly Fact[] => (Array.isArray(value) ? (value as readonly Fact[]) : []);
  const left = [
    ...(image.mend === undefined ? [] : [`the API's image: ${image.found}: ${image.mend}`]),
    "the web project has no deployment of its own yet: deploy the production branch to it (vercel deploy --prod), or merge to it once, BEFORE the cut-over: a domain that moves to a project without a deployment answers 404",
    ...(encryptionKey === null ? [keyMissing(flag)] : cloud ? ["commit Pulumi.chisan-dr.yaml: prod's ENCRYPTION_KEY is in it now, encrypted for chisan-dr; an up from a clone without it would take it from the API again"] : []),
    ...(typeof disk?.["refused"] === "string" ? [`the disk was not made larger beforehand (${disk["refused"]}): Supabase, Project Settings, Compute and Disk: at least ${String(disk["neededGigabytes"])} GB`] : []),
    "secrets in the database's vault are in no backup: select vault.create_secret(…) again",
  ];
  const off = list(database?.["switchedOff"]);
  if (off.length > 0) left.push(`switched off until you say so, after the cut-over: ${off.map(String).join(", ")}`);
  const refused = list(database?.["leftOut"]).filter((each) => (each as { missed?: Fact }).missed === true);
  for (const each of refused) left.push(`refused by the new database: ${String((each as { what?: Fact }).what)}: ${String((each as { why?: Fact }).why)}`);
  if (Number(files?.["lostCount"] ?? 0) > 0) left.push(`${String(files?.["lostCount"])} files could not be copied: ${list(files?.["lost"]).slice(0, 3).map((each) => String((each as { key?: Fact }).key)).join(", ")}`);
  if (Number(files?.["withoutMetadata"] ?? 0) > 0) left.push(`${String(files?.["withoutMetadata"])} files came without their Content-Type: the gateway does not tell a version's metadata`);
  left.push(`look at it, then: npx chisan dr cutover${flag}`);
  return left;
}

/** Of a kit of version 1: from prod's Secret Manager, where that still answers. The value goes from one program to the other and is shown by neither. */
function keyMissing(flag: string): string {
  return (
    "columns that prod's API encrypted cannot be read: the recovery kit is of an earlier version and has no ENCRYPTION_KEY. Where prod's Secret Manager answers: " +
    `gcloud secrets versions access latest --secret chisan-prod-encryption-key --project <prod's> | sed 's/^/1:/' | pulumi config set chisan:encryptionKeys --secret --stack chisan-dr, npx chisan up chisan-dr${flag}`
  );
}

/** As JSON and as text, beside the journal. @returns the two files */
export function writeReport(directory: string, report: StandUpReport): { readonly json: string; readonly text: string } {
  const base = `${directory}/stand-up-${report.id}.report`;
  writeAtomically(`${base}.json`, withoutSecrets(`${JSON.stringify(report, null, 2)}\n`));
  writeAtomically(`${base}.txt`, withoutSecrets(`${reportInWords(report)}\n`));
  return { json: `${base}.json`, text: `${base}.txt` };
}

const states = { done: "✔", failed: "✖", running: "…", waiting: "·" } as const;

export function reportInWords(report: StandUpReport): string {
  const { phases, checks, todo, lossWindowSeconds, recoveryPoint } = report;
  const width = Math.max(...phases.map(({ title }) => title.length), 0);
  const point = recoveryPoint === null ? "none was chosen" : `${String(recoveryPoint["kind"])} ${String(recoveryPoint["id"])}, ${String(recoveryPoint["rows"])} rows, database of ${bytesInWords(Number(recoveryPoint["bytes"]))}`;
  const lines = [
    report.result === "done" ? "chisan-dr stands, with prod's last good backup in it. Nobody uses it yet." : `chisan-dr does NOT stand: ${report.failure ?? ""}`,
    "",
    `  stand-up       ${report.id} (${report.target})`,
    `  time           ${ageInWords(report.elapsedSeconds)} of the ${report.objectiveSeconds / 3600} h of section 3.3: ${report.withinObjective ? "within" : "MISSED"}`,
    `  recovery point ${point}`,
    ...(lossWindowSeconds === null ? [] : [`  data lost      what was written in the last ${ageInWords(lossWindowSeconds)} before it began: ${report.lossWithinObjective === true ? "within" : "BEYOND"} the ${report.lossObjectiveSeconds / 86_400} days of section 3.2`]),
    "",
    "Phases",
    ...phases.map(({ title, state, seconds, attempts, result, failure }) => `  ${states[state]} ${title.padEnd(width)}  ${ageInWords(seconds).padStart(8)}${attempts > 1 ? `, ${attempts} attempts` : ""}  ${failure !== undefined && state === "failed" ? failure : (result?.summary ?? "")}`),
  ];
  if (checks.length > 0) lines.push("", "Verified", ...checks.map(({ name, ok, detail }) => `  ${ok ? "✔" : "✖"} ${name}: ${detail}`));
  if (todo.length > 0) lines.push("", "Left for you", ...todo.map((each) => `  - ${each}`));
  return lines.join("\n");
}
