/** What an incident's journal says, put together. Pure. */
import { questions, type IncidentRecord, type Question, type Severity } from "./incident-record";
import type { JournalContent } from "./journal-file";

export interface TimelineEntry {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly by: string;
  readonly kind: "opened" | "note" | "command" | "answer" | "action" | "closed";
  readonly text: string;
  /** Of a command; absent: it was killed, or is at work. */
  readonly exitCode?: number;
  /** The error's, as `CHI-H022`. */
  readonly code?: string;
  readonly endedAt?: string;
  readonly target?: "sandbox" | "cloud";
}

export interface Answer {
  readonly text: string;
  readonly at: string;
  readonly by: string;
}

export interface ActionItem {
  readonly what: string;
  /** A role, not a person. */
  readonly owner: string;
  /** `YYYY-MM-DD` */
  readonly due?: string;
}

export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly stack: string;
  readonly openedAt: string;
  /** Absent: it is open. */
  readonly closedAt?: string;
  readonly timeline: readonly TimelineEntry[];
  /** The last answer to each question. */
  readonly answers: Readonly<Partial<Record<Question, Answer>>>;
  readonly actions: readonly ActionItem[];
  readonly unreadableLines: readonly number[];
}

/** @throws CHI-I009 when no record opens it */
export function incidentOf(id: string, { records, unreadableLines }: JournalContent): Incident {
  const opened = records.find((record) => record.kind === "opened");
  if (opened === undefined) throw new Error(`CHI-I009 the incident ${id} has no opening record: its journal is damaged; read .chisan/incidents/${id}.jsonl, and remove it`);
  const { title, severity, stack, at: openedAt } = opened;
  const ends = new Map(records.flatMap((record) => (record.kind === "command-ended" ? [[record.run, record] as const] : [])));
  return {
    id,
    title,
    severity,
    stack,
    openedAt,
    closedAt: records.find(({ kind }) => kind === "closed")?.at,
    timeline: records.flatMap((record) => entryOf(record, ends)),
    answers: Object.fromEntries(records.flatMap((record) => (record.kind === "answer" ? [[record.question, { text: record.text, at: record.at, by: record.by }]] : []))),
    actions: records.flatMap((record) => (record.kind === "action" ? [{ what: record.what, owner: record.owner, due: record.due }] : [])),
    unreadableLines,
  };
}

type CommandEnded = Extract<IncidentRecord, { kind: "command-ended" }>;

function entryOf(record: IncidentRecord, ends: ReadonlyMap<string, CommandEnded>): TimelineEntry[] {
  const { at, by } = record;
  switch (record.kind) {
    case "opened":
      return [{ at, by, kind: "opened", text: `Opened: ${record.title} (${record.severity}, ${record.stack})` }];
    case "note":
      return [{ at, by, kind: "note", text: record.text }];
    case "command-begun": {
      const end = ends.get(record.run);
      return [{ at, by, kind: "command", text: record.command, target: record.target, exitCode: end?.exitCode, code: end?.code, endedAt: end?.at }];
    }
    case "command-ended":
      return [];
    case "answer":
      return [{ at, by, kind: "answer", text: `${questionTitles[record.question]}: ${record.text}` }];
    case "action":
      return [{ at, by, kind: "action", text: `Action item: ${record.what} (${record.owner}${record.due === undefined ? "" : `, due ${record.due}`})` }];
    case "closed":
      return [{ at, by, kind: "closed", text: "Closed" }];
  }
}

/** As section 4.4 calls them. */
export const questionTitles: Readonly<Record<Question, string>> = {
  "root-cause": "Root cause",
  "data-loss": "Data loss",
  downtime: "Downtime",
  "affected-users": "Affected users",
  runbook: "Runbook updates",
};

/** What must be known before an incident is closed: why it happened, and what it cost. Action items and runbooks may follow. */
export const neededToClose = ["root-cause", "data-loss", "downtime", "affected-users"] as const satisfies readonly Question[];

export function unanswered({ answers }: Pick<Incident, "answers">, among: readonly Question[] = questions): Question[] {
  return among.filter((question) => answers[question] === undefined);
}

/** Words that only hold a place: an answer that consists of one is none. "None" is an answer: nothing was lost. */
const placeholders = new Set(["tbd", "todo", "tba", "tbc", "fixme", "xxx", "n/a", "na", "unknown", "later", "?", "-", ".", "…", "...", "미정", "추후"]);

/** @throws CHI-I004 for a text that says nothing */
export function requireSaid(what: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || placeholders.has(trimmed.toLowerCase()) || /^[?\-.\s]+$/.test(trimmed)) {
    throw new Error(`CHI-I004 ${what} is "${trimmed}", which says nothing: write what is known, or leave it unanswered`);
  }
  return trimmed;
}
