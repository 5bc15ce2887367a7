/** What the display of a procedure says: pure, of what is known at a moment. */
import type { PhaseRecord } from "./phase";

export interface Heading {
  /** What is typed: `stand-up`. */
  readonly operation: string;
  readonly id: string;
  /** Of the first attempt: the time that runs against the objective. */
  readonly startedAt: Date;
  readonly resumed: boolean;
  readonly phases: readonly { readonly name: string; readonly title: string; readonly estimateSeconds: number }[];
  readonly records: readonly PhaseRecord[];
}

/** All that is known at a moment. */
export interface Moment extends Heading {
  /** What the phase that runs said last. */
  readonly said: string;
  /** Seconds of the phase that runs, in this attempt. */
  readonly runningSeconds: number;
  readonly now: Date;
  /** Recovery time objective, in seconds from `since`. */
  readonly objectiveSeconds: number | undefined;
  /** When the outage began; the run's first start unless it is known better. */
  readonly since: Date;
}

/** `00:04:05`; of hours as many digits as it takes. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Seconds that the phases not done yet are expected to take; a phase that runs longer than expected counts as nearly done. */
export function secondsToGo({ phases, records, runningSeconds }: Moment): number {
  return phases.reduce((sum, { name, estimateSeconds }) => {
    const state = stateOf(records, name)?.state ?? "waiting";
    if (state === "done") return sum;
    return sum + (state === "running" ? Math.max(0, estimateSeconds - runningSeconds) : estimateSeconds);
  }, 0);
}

/** `elapsed 00:01:44, about 00:13:00 to go` */
function duration(moment: Moment): string {
  const { now, startedAt } = moment;
  const toGo = secondsToGo(moment);
  return `elapsed ${clock((now.getTime() - startedAt.getTime()) / 1000)}${toGo > 0 ? `, about ${clock(toGo)} to go` : ""}`;
}

/** `RTO: 03:58:16 of 04:00:00 left`, aloud when it is or will be missed; empty without an objective. */
function objective(moment: Moment): string {
  const { now, since, objectiveSeconds } = moment;
  if (objectiveSeconds === undefined) return "";
  const left = objectiveSeconds - (now.getTime() - since.getTime()) / 1000;
  if (left < 0) return `RTO: ${clock(objectiveSeconds)} EXCEEDED by ${clock(-left)}`;
  const late = secondsToGo(moment) - left;
  return `RTO: ${clock(left)} of ${clock(objectiveSeconds)} left${late > 0 ? `, EXPECTED TO MISS IT by ${clock(late)}` : ""}`;
}

/** Where the whole procedure is, in one line. */
export function standing(moment: Moment): string {
  return [duration(moment), objective(moment)].filter((part) => part !== "").join("; ");
}

/** The table of a terminal, one line per phase. */
export function tableLines(moment: Moment): string[] {
  const { operation, id, resumed, phases } = moment;
  const width = Math.max(...phases.map(({ title }) => title.length), 0);
  const heading = `${operation} ${id}${resumed ? ", carried on" : ""}`;
  const below = [duration(moment), objective(moment)].filter((part) => part !== "");
  return [heading, ...phases.map((phase) => phaseLine(moment, phase, width)), ...below.map((part) => `  ${part}`)];
}

function phaseLine(moment: Moment, { name, title, estimateSeconds }: Heading["phases"][number], width: number): string {
  const { records, said, runningSeconds } = moment;
  const record = stateOf(records, name);
  const start = (sign: string, seconds: number | undefined) => `  ${sign} ${title.padEnd(width)}  ${seconds === undefined ? " ".repeat(8) : clock(seconds)}`;
  const about = `about ${clock(estimateSeconds)}`;
  switch (record?.state) {
    case "done":
      return `${start("✔", record.seconds)}  ${record.result?.summary ?? ""}`.trimEnd();
    case "failed":
      return `${start("✖", record.seconds)}  ${record.failure ?? ""}`.trimEnd();
    case "running":
      return `${start("▶", record.seconds + runningSeconds)}  of ${about}${runningSeconds > estimateSeconds ? ", longer than expected" : ""}${said === "" ? "" : `: ${said}`}`;
    default:
      return `${start("·", undefined)}  ${about}`;
  }
}

/** The event of a record that changed, as a line of a log. */
export function eventLine(moment: Moment, record: PhaseRecord): string {
  const { phases, now, startedAt } = moment;
  const estimate = phases.find(({ name }) => name === record.name)?.estimateSeconds ?? 0;
  const stamp = `[${clock((now.getTime() - startedAt.getTime()) / 1000)}]`;
  const again = record.attempts > 1 ? `, attempt ${record.attempts}` : "";
  switch (record.state) {
    case "running":
      return `${stamp} ▶ ${record.title}: begins (about ${clock(estimate)}${again})`;
    case "done":
      return `${stamp} ✔ ${record.title}: ${record.result?.summary ?? "done"} (${clock(record.seconds)})`;
    case "failed":
      return `${stamp} ✖ ${record.title}: ${record.failure ?? "failed"} (${clock(record.seconds)})`;
    case "waiting":
      return `${stamp} · ${record.title}: waits`;
  }
}

/** What runs at the moment, for a log: every ten seconds. */
export function progressLine(moment: Moment): string {
  const { phases, records, said, runningSeconds, now, startedAt } = moment;
  const running = phases.find(({ name }) => stateOf(records, name)?.state === "running");
  const what = running === undefined ? "" : `${running.title} for ${clock(runningSeconds)}${said === "" ? "" : `: ${said}`}; `;
  return `[${clock((now.getTime() - startedAt.getTime()) / 1000)}]   ${what}${standing(moment)}`;
}

function stateOf(records: readonly PhaseRecord[], name: string): PhaseRecord | undefined {
  return records.find((record) => record.name === name);
}
