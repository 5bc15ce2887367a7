/** What the report says in words: the same in Markdown and HTML, for somebody who runs the business and not the systems. */
import { bytesInWords, durationInWords } from "../../model/model-in-words";
import { objectiveSeconds } from "../../model/recovery-model";
import type { Part, Report, ReportBody } from "./schema";

/** `3 s`, `4 min 10 s`, `1 h 5 min`, `7 days`. Two units at most, so that nothing seems more exact than it is. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const [days, hours, minutes, rest] = [Math.floor(whole / 86_400), Math.floor((whole % 86_400) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (days > 0) return `${days} ${days === 1 ? "day" : "days"}${hours > 0 ? ` ${hours} h` : ""}`;
  if (hours > 0) return `${hours} h${minutes > 0 ? ` ${minutes} min` : ""}`;
  if (minutes > 0) return `${minutes} min${rest > 0 ? ` ${rest} s` : ""}`;
  return `${rest} s`;
}

/** `23 November 2026, 14:30 (UTC)` */
export function dateInWords(iso: string): string {
  const text = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" }).format(new Date(iso));
  return `${text.replace(" at ", ", ")} (UTC)`;
}

export const count = (number: number, one: string, many = `${one}s`) => `${new Intl.NumberFormat("en").format(number)} ${number === 1 ? one : many}`;

/** The first line that anybody reads. */
export function headline({ result, recoveryTime, target, objectives, phases, data }: Pick<ReportBody, "result" | "recoveryTime" | "target" | "objectives" | "phases" | "data">): string {
  const missed = objectives.filter(({ verdict }) => verdict === "missed");
  if (result === "passed") {
    const time = recoveryTime === null ? "" : ` in ${duration(recoveryTime.seconds)}`;
    return target === "cloud" ? `The newest backup could be brought back to life${time}` : `CHISAN could be brought back after a complete loss${time}${data.rows === null ? "" : `, rehearsed with ${count(data.rows, "row")}`}`;
  }
  const failed = phases.filter(({ state }) => state === "failed");
  if (failed.length > 0 && failed.every(({ part }) => part === "clean-up")) return "The recovery worked, but cleaning up after the drill did not";
  if (failed.length > 0) return "The drill failed: do not rely on the recovery until this is mended";
  if (missed.length > 0) return `The drill missed ${count(missed.length, "objective")}: ${missed.map(({ scenario, measure }) => `${measure} of ${scenario.toLowerCase()}`).join(", ")}`;
  return "The drill found what must be mended before the recovery can be relied on";
}

/** Two or three sentences below the headline. */
export function summary(report: ReportBody): string[] {
  const { databaseLoss, fileLoss, recoveryTime, worstCaseLossSeconds, objectives, result, failures, interruptions } = report;
  const lines: string[] = [];
  if (result === "failed") lines.push(...failures.map(sentence));
  const rebuild = objectives.find(({ id }) => id === "rto-complete-rebuild");
  if (recoveryTime !== null && rebuild !== undefined) {
    lines.push(`From the loss of everything until it worked again took ${duration(recoveryTime.seconds)}; the objective allows ${duration(rebuild.limitSeconds)}.`);
    const larger = realSizeInWords(report);
    if (larger !== undefined) lines.push(larger);
  }
  if (databaseLoss !== null) lines.push(lossSentence("database", "row", databaseLoss));
  if (databaseLoss !== null && worstCaseLossSeconds !== null) {
    lines.push(`How much is lost depends on how long before the disaster the last backup was: in the worst moment, right before the next one, ${duration(worstCaseLossSeconds)} of entries.`);
  }
  if (fileLoss !== null) lines.push(lossSentence("files", "file", fileLoss));
  if (interruptions > 0) lines.push(`The drill itself was interrupted ${interruptions === 1 ? "once" : `${interruptions} times`} and carried on from where it was; the pauses are not counted.`);
  return lines;
}

/** How much was rehearsed, and what is expected of more: without it a rehearsal's seconds are taken for a promise. */
export function realSizeInWords({ atRealSize, data }: Pick<ReportBody, "atRealSize" | "data">): string | undefined {
  if (!atRealSize) return undefined;
  const { estimates, filesBytes } = atRealSize;
  const sizes = estimates.map(({ databaseBytes, seconds, met }) => `${durationInWords(seconds)} at ${bytesInWords(databaseBytes)}${met ? "" : ` (the ${duration(objectiveSeconds)} are MISSED)`}`);
  const rehearsed = data.rows === null ? "" : `That was with ${count(data.rows, "row")}${data.files === null ? "" : ` and ${count(data.files, "file")}`}. `;
  return `${rehearsed}With production's amount of data it takes longer, by the size of the database: ${sizes.join(", ")}; with ${bytesInWords(filesBytes)} of files, and the time of people and vendors (npx chisan dr model).`;
}

/** What a measured value must not be taken for; undefined where it is what it seems. */
export function caveatOf({ id }: Pick<Report["objectives"][number], "id">, { target, atRealSize, worstCaseLossSeconds, data }: Pick<ReportBody, "target" | "atRealSize" | "worstCaseLossSeconds" | "data">): string | undefined {
  if (id === "rto-complete-rebuild" && atRealSize) {
    const sizes = atRealSize.estimates.map(({ databaseBytes, seconds, met }) => `${bytesInWords(databaseBytes)}: ${durationInWords(seconds)}${met ? "" : ", MISSED"}`);
    return `${data.rows === null ? "A small database" : `With ${count(data.rows, "row")}`}. Expected at ${sizes.join("; ")}`;
  }
  if (id === "rpo-complete-disaster-database" && target === "sandbox" && worstCaseLossSeconds !== null) {
    return `The drill's own pause after its backup. In production up to ${duration(worstCaseLossSeconds)}: the backup is daily`;
  }
  return undefined;
}

function lossSentence(of: "database" | "files", one: string, { written, survived, lost, lossSeconds, holes, changed }: NonNullable<Report["databaseLoss"]>): string {
  const damage = [...(holes > 0 ? [`${count(holes, one)} missing in between`] : []), ...(changed > 0 ? [`${count(changed, one)} came back with other content`] : [])];
  if (damage.length > 0) return `The ${of} came back DAMAGED: ${damage.join(" and ")}.`;
  if (lost === 0) return `Nothing of the ${of} was lost: all ${count(written, `test ${one}`)} written before the disaster came back.`;
  const kept = of === "files" ? " They are set back to the moment of the backup, so that entries and files fit together; what was newer is still in the files' own vault." : "";
  return `Of the ${of}, what was written in the last ${duration(lossSeconds)} before the disaster ${kept === "" ? "was lost" : "is missing"}: ${survived} of ${count(written, `test ${one}`)} came back.${kept}`;
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

export const partTitles: Readonly<Record<Part, string>> = {
  before: "Normal operation",
  outage: "Outage and recovery",
  substitute: "On the substitute",
  return: "Return to production",
  "clean-up": "Clean-up",
};

/** What an objective's verdict means, in one line. */
export function objectiveInWords({ measure, measuredSeconds, limitSeconds, verdict, elsewhere }: Report["objectives"][number]): string {
  if (verdict === "not measured") return elsewhere === undefined ? "Should have been measured, but the drill did not get that far" : `Not part of this drill: ${elsewhere}`;
  const what = measure === "RTO" ? "time until it worked" : "data lost";
  return `${what}: ${duration(measuredSeconds ?? 0)} of ${duration(limitSeconds)} allowed`;
}

/** Of a clean-up that was completed. */
export function destroyedInWords({ locked }: Pick<Report["cleanUp"], "locked">): string {
  return `all that the drill made was destroyed${locked.length === 0 ? "" : ", but for copies that a lock protects until its time is over"}`;
}

/** What the two abbreviations are, for whoever reads them for the first time. */
export const glossary = [
  ["RTO", "recovery time objective: how long the service may be down"],
  ["RPO", "recovery point objective: how much of the newest data may be lost, as time"],
] as const;
