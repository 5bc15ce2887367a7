/** The incidents of this clone: where they are, which are open, and which one is meant. */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { repositoryRoot, sandboxDirectory } from "../../../sandbox/control/paths";
import { incidentOf, type Incident } from "./incident";
import type { IncidentRecord, Question, Severity } from "./incident-record";
import { appendRecord, beginJournal, readJournal } from "./journal-file";

const suffix = ".jsonl";

/**
 * `.chisan/incidents/` of the clone, whatever a command acts on: an engineer who forgets `--cloud` in a crisis must find the record again, and
 * `sandbox reset` must not delete it. Not in docs/: notes of the first hour are not meant for everybody who can read the repository; the
 * review is committed when it is written. A sandbox in a folder of its own (a drill, a test) has incidents of its own.
 */
export function incidentsDirectory(): string {
  const usual = join(repositoryRoot, ".chisan");
  const sandbox = sandboxDirectory();
  return sandbox === join(usual, "sandbox") ? join(usual, "incidents") : join(sandbox, "incidents");
}

/** All, oldest first. */
export function listIncidents(directory: string): Incident[] {
  return idsIn(directory).map((id) => readIncident(directory, id));
}

/** @throws CHI-I009 when its first record is missing */
export function readIncident(directory: string, id: string): Incident {
  return incidentOf(id, readJournal(journalPath(directory, id)));
}

/** Begins an incident now. @returns its id, which sorts by time */
export function openIncident(directory: string, said: { title: string; severity: Severity; stack: string }, now = new Date()): string {
  const time = now.toISOString().replace(/[-:]|\..*/g, "").replace("T", "-");
  const slug = said.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-|-$/g, "");
  const base = slug === "" ? time : `${time}-${slug}`;
  const record: IncidentRecord = { at: now.toISOString(), by: author(), kind: "opened", ...said };
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (beginJournal(journalPath(directory, id), record)) return id;
  }
}

/** What a person says of an incident. On disk when it returns. @throws CHI-I007 */
export function say(directory: string, id: string, said: Saying, now = new Date()): void {
  appendRecord(journalPath(directory, id), { at: now.toISOString(), by: author(), ...said }, true);
  if (said.kind === "closed") markClosed(directory, id);
}

export type Saying =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "answer"; readonly question: Question; readonly text: string }
  | { readonly kind: "action"; readonly what: string; readonly owner: string; readonly due?: string }
  | { readonly kind: "closed" };

/** A command's begin in all open incidents. @returns what to call at its end; undefined when none is open */
export function beginCommand(directory: string, command: string, target: "sandbox" | "cloud"): ((exitCode: number, code?: string) => void) | undefined {
  const paths = openIds(directory).map((id) => journalPath(directory, id));
  if (paths.length === 0) return undefined;
  const run = randomUUID();
  const by = author();
  const note = (record: IncidentRecord) => paths.forEach((path) => appendRecord(path, record, false));
  note({ at: new Date().toISOString(), by, kind: "command-begun", run, command, target });
  return (exitCode, code) => note({ at: new Date().toISOString(), by, kind: "command-ended", run, exitCode, ...(code === undefined ? {} : { code }) });
}

/**
 * The incident that is meant: the one named, or the only open one.
 *
 * @param named an id, the beginning of one, or `latest`
 * @throws CHI-I001 when none is open, CHI-I002 when several are, CHI-I003 when the name fits none or several
 */
export function chooseIncident(directory: string, named: string | undefined): Incident {
  const all = listIncidents(directory);
  if (named === undefined) {
    const open = all.filter(({ closedAt }) => closedAt === undefined);
    const [only] = open;
    if (only === undefined) throw new Error('CHI-I001 no incident is open: npx chisan incident open "<title>" --severity high, or name a closed one with --incident');
    if (open.length > 1) throw new Error(`CHI-I002 ${open.length} incidents are open (${open.map(({ id }) => id).join(", ")}): say which with --incident <id>`);
    return only;
  }
  const fitting = named === "latest" ? all.slice(-1) : all.filter(({ id }) => id === named || id.startsWith(named));
  const exact = fitting.find(({ id }) => id === named) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (exact === undefined) throw new Error(`CHI-I003 "${named}" fits ${fitting.length} incidents of ${all.length}: npx chisan incident list`);
  return exact;
}

export function journalPath(directory: string, id: string): string {
  return join(directory, `${id}${suffix}`);
}

function idsIn(directory: string): string[] {
  return namesIn(directory).filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length)).sort();
}

/** Without reading the journals of those that are marked as closed: this is asked at the begin of every command. */
function openIds(directory: string): string[] {
  const names = new Set(namesIn(directory));
  return [...names].filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length)).filter((id) => {
    if (names.has(`${id}.closed`)) return false;
    if (!readJournal(journalPath(directory, id)).records.some(({ kind }) => kind === "closed")) return true;
    // Killed between the record and the mark.
    markClosed(directory, id);
    return false;
  });
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function markClosed(directory: string, id: string): void {
  writeFileSync(join(directory, `${id}.closed`), "");
}

function author(): string {
  let user: string;
  try {
    user = userInfo().username;
  } catch (error) {
    // A container may run as a number that has no name.
    if ((error as NodeJS.ErrnoException).code !== "ERR_SYSTEM_ERROR") throw error;
    user = String(process.getuid?.() ?? "unknown");
  }
  return `${user}@${hostname()}`;
}
