/**
 * The lines of an incident's journal. Read by hand-written checks, not by zod: every command of the tool pays for what is loaded here.
 */

/** Section 4.1's severities. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

/** What section 4.4 asks of a review besides the timeline and the action items. The impact has three parts. */
export const questions = ["root-cause", "data-loss", "downtime", "affected-users", "runbook"] as const;
export type Question = (typeof questions)[number];

interface Said {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** `<user>@<host>` */
  readonly by: string;
}

export type IncidentRecord = Said &
  (
    | { readonly kind: "opened"; readonly title: string; readonly severity: Severity; readonly stack: string }
    | { readonly kind: "note"; readonly text: string }
    /** `command` is masked; `run` binds it to its end. */
    | { readonly kind: "command-begun"; readonly run: string; readonly command: string; readonly target: "sandbox" | "cloud" }
    /** `code`: the error's, as `CHI-H022`; never its text. */
    | { readonly kind: "command-ended"; readonly run: string; readonly exitCode: number; readonly code?: string }
    /** A later answer to the same question replaces an earlier one in the review; both stay in the journal. */
    | { readonly kind: "answer"; readonly question: Question; readonly text: string }
    | { readonly kind: "action"; readonly what: string; readonly owner: string; readonly due?: string }
    | { readonly kind: "closed" }
  );

const isText = (value: unknown): value is string => typeof value === "string";
const isOneOf = (values: readonly string[]) => (value: unknown) => isText(value) && values.includes(value);

const fields: { readonly [K in IncidentRecord["kind"]]: Readonly<Record<string, (value: unknown) => boolean>> } = {
  opened: { title: isText, severity: isOneOf(severities), stack: isText },
  note: { text: isText },
  "command-begun": { run: isText, command: isText, target: isOneOf(["sandbox", "cloud"]) },
  "command-ended": { run: isText, exitCode: Number.isInteger, code: (value) => value === undefined || isText(value) },
  answer: { question: isOneOf(questions), text: isText },
  action: { what: isText, owner: isText, due: (value) => value === undefined || isText(value) },
  closed: {},
};

/** A line of the journal, or undefined when it is none: cut off, damaged, or of a newer version of the tool. */
export function parseRecord(line: string): IncidentRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Readonly<Record<string, unknown>>;
  const { at, by, kind } = record;
  if (!isText(at) || Number.isNaN(Date.parse(at)) || !isText(by) || !isText(kind) || !Object.hasOwn(fields, kind)) return undefined;
  const checks = Object.entries(fields[kind as IncidentRecord["kind"]]);
  return checks.every(([name, accepts]) => accepts(record[name])) ? (value as IncidentRecord) : undefined;
}
