/** The post-incident review of section 4.4: what the journal has, and what nobody has answered yet. Pure. */
import { neededToClose, questionTitles, unanswered, type ActionItem, type Incident, type TimelineEntry } from "../journal/incident";
import type { Question } from "../journal/incident-record";

export interface ReviewAnswer {
  readonly question: Question;
  readonly title: string;
  /** Absent: nobody has answered it. */
  readonly text?: string;
}

export interface Review {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly stack: string;
  readonly openedAt: string;
  readonly closedAt?: string;
  /** From the opening to the closing of the record; absent while it is open. Not the downtime, which a person states. */
  readonly openSeconds?: number;
  readonly timeline: readonly TimelineEntry[];
  readonly rootCause: ReviewAnswer;
  /** Data loss, downtime, affected users. */
  readonly impact: readonly ReviewAnswer[];
  readonly actions: readonly ActionItem[];
  readonly runbook: ReviewAnswer;
  /** What section 4.4 asks and nobody has answered, in words. */
  readonly open: readonly string[];
  /** Lines of the journal that could not be read. */
  readonly unreadableLines: readonly number[];
}

export function reviewOf(incident: Incident): Review {
  const { id, title, severity, stack, openedAt, closedAt, timeline, actions, unreadableLines } = incident;
  const answer = (question: Question): ReviewAnswer => ({ question, title: questionTitles[question], text: incident.answers[question]?.text });
  return {
    id,
    title,
    severity,
    stack,
    openedAt,
    closedAt,
    openSeconds: closedAt === undefined ? undefined : Math.round((Date.parse(closedAt) - Date.parse(openedAt)) / 1000),
    timeline,
    rootCause: answer("root-cause"),
    impact: (["data-loss", "downtime", "affected-users"] as const).map(answer),
    actions,
    runbook: answer("runbook"),
    open: [...unanswered(incident).map((question) => questionTitles[question]), ...(actions.length === 0 ? ["Action items"] : [])],
    unreadableLines,
  };
}

/** The commands that answer what `close` needs; none when it may be closed. */
export function missingToClose(incident: Incident): string[] {
  return unanswered(incident, neededToClose).map((question) => `npx chisan incident answer ${question} "<text>" --incident ${incident.id}`);
}

/** `2026-11-23 22:35:01`, in Seoul, where everybody who reads it is. South Korea is UTC+9 all year. */
export function koreanTime(at: string): string {
  return new Date(Date.parse(at) + 9 * 3600 * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** `3 d 2 h`, `2 h 5 min`, `3 min 20 s`, `4 s`: two units, whole numbers. @param seconds 0 or more */
export function durationInWords(seconds: number): string {
  const whole = Math.round(seconds);
  const units = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return units.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** How a command ended, or undefined for another entry. */
export function endInWords({ kind, exitCode, code, endedAt, at }: TimelineEntry): string | undefined {
  if (kind !== "command") return undefined;
  if (exitCode === undefined || endedAt === undefined) return "no end recorded: interrupted, killed, or still at work";
  return `${exitCode === 0 ? "succeeded" : `failed, exit code ${exitCode}${code === undefined ? "" : `, ${code}`}`} after ${durationInWords((Date.parse(endedAt) - Date.parse(at)) / 1000)}`;
}

export const unansweredWords = "Not answered yet";
