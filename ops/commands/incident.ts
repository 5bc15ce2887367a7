import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Argument, Option, type Command } from "commander";
import type { AccessRole } from "../../config/access-table";
import { cloudStacks, type CloudStack } from "../../config/stack-configuration-keys";
import { contactRoles, contactsInWords, responseBySeverity, whoToCall } from "../incident/contacts";
import { requireSaid, type Incident } from "../incident/journal/incident";
import { questions, severities, type Question, type Severity } from "../incident/journal/incident-record";
import { chooseIncident, incidentsDirectory, journalPath, listIncidents, openIncident, readIncident, say, type Saying } from "../incident/journal/incidents";
import { maskFor } from "../incident/masking/mask";
import { reviewHtml } from "../incident/review/review-html";
import { reviewMarkdown } from "../incident/review/review-markdown";
import { durationInWords, endInWords, koreanTime, missingToClose, reviewOf } from "../incident/review/review";
import { table } from "../output/table";

interface Options {
  readonly incident?: string;
  readonly json?: boolean;
}

/** Section 4.3's roles and section 8.3's, as the document writes them: who can own an action item. */
const owners: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(contactRoles).map(([role, { title }]) => [role, title])),
  ...({ developer: "Developers", devops: "DevOps", techLead: "Tech Lead", dba: "DBA" } satisfies Record<AccessRole, string>),
};

/** `chisan incident …`: the record of an incident, and the review of section 4.4 from it. Touches no environment. */
export function addIncident(program: Command): void {
  const group = program.command("incident").description("the record of an incident: timeline, answers, post-incident review");
  addOpen(group);
  addSayings(group);
  addClose(group);
  addReaders(group);
}

function addOpen(group: Command): void {
  common(group.command("open").description("begin a record and print who is to be called; commands of this tool are noted in it from now on"), false)
    .argument("<title>", "what is wrong, in a few words")
    .addOption(new Option("--severity <severity>", "section 4.1's").choices(severities).makeOptionMandatory())
    .addOption(stackOption())
    .action((title: string, { severity, stack, json }: Options & { severity: Severity; stack: CloudStack }) => {
      const directory = incidentsDirectory();
      const clean = clear("the title", title);
      const id = openIncident(directory, { title: clean, severity, stack });
      const calls = whoToCall(stack);
      if (json === true) {
        print({ id, title: clean, severity, stack, journal: journalPath(directory, id), whoToCall: calls });
        return;
      }
      process.stdout.write(`${id} is open. Commands of this tool are noted in it; add what you see and decide: npx chisan incident note "<text>"\n`);
      process.stdout.write(`\nWho to call (${severity}: ${responseBySeverity[severity]}):\n${contactsInWords(calls, stack).join("\n")}\n`);
    });
  common(group.command("contacts").description("who is to be called"), false)
    .addOption(stackOption())
    .action(({ stack, json }: Options & { stack: CloudStack }) => {
      const calls = whoToCall(stack);
      if (json === true) print(calls);
      else process.stdout.write(`${contactsInWords(calls, stack).join("\n")}\n`);
    });
}

function addSayings(group: Command): void {
  common(group.command("note").description("add what you saw, did or decided"))
    .argument("<text>", "one sentence; secrets are masked")
    .action((text: string, options: Options) => tell(options, { kind: "note", text: clear("the note", text) }));
  common(group.command("answer").description("answer a question of the review; a later answer replaces an earlier one"))
    .addArgument(new Argument("<question>", "what section 4.4 asks").choices(questions))
    .argument("<text>", 'what is known; "none" is an answer')
    .action((question: Question, text: string, options: Options) => tell(options, { kind: "answer", question, text: clear(`the answer to ${question}`, text) }));
  common(group.command("action").description("add a preventive measure"))
    .argument("<what>", "what is to be done")
    .addOption(new Option("--owner <role>", "the role that sees to it").choices(Object.keys(owners)).makeOptionMandatory())
    .option("--due <date>", "until when, YYYY-MM-DD", calendarDate)
    .action((what: string, { owner, due, ...options }: Options & { owner: string; due?: string }) => tell(options, { kind: "action", what: clear("the action item", what), owner: owners[owner] ?? owner, due }));
}

function addClose(group: Command): void {
  common(group.command("close").description("end the record; refused while the root cause or the impact is not answered"))
    .option("--root-cause <text>", "as with `answer`")
    .option("--data-loss <text>", "as with `answer`")
    .option("--downtime <text>", "as with `answer`")
    .option("--affected-users <text>", "as with `answer`")
    .action((options: Options & Partial<Record<"rootCause" | "dataLoss" | "downtime" | "affectedUsers", string>>) => {
      const directory = incidentsDirectory();
      const { id, closedAt } = chooseIncident(directory, options.incident);
      if (closedAt !== undefined) throw new Error(`CHI-I006 ${id} was closed at ${koreanTime(closedAt)} KST: nothing was changed; npx chisan incident review --incident ${id}`);
      const given = { "root-cause": options.rootCause, "data-loss": options.dataLoss, downtime: options.downtime, "affected-users": options.affectedUsers };
      // All are looked at before the first is written.
      const answers = (Object.entries(given) as [Question, string | undefined][]).flatMap(([question, text]) => (text === undefined ? [] : [{ kind: "answer" as const, question, text: clear(`--${question}`, text) }]));
      for (const answer of answers) say(directory, id, answer);
      const missing = missingToClose(readIncident(directory, id));
      if (missing.length > 0) throw new Error(`CHI-I005 ${id} stays open, ${missing.length} ${missing.length === 1 ? "answer is" : "answers are"} missing: ${missing.join("; ")}`);
      say(directory, id, { kind: "closed" });
      const review = reviewOf(readIncident(directory, id));
      if (options.json === true) print({ id, closed: true, openSeconds: review.openSeconds, open: review.open });
      else process.stdout.write(`${id} is closed after ${durationInWords(review.openSeconds ?? 0)}${review.open.length === 0 ? "" : `; the review still lacks: ${review.open.join(", ")}`}. Write it: npx chisan incident review --incident ${id}\n`);
    });
}

function addReaders(group: Command): void {
  common(group.command("list").description("all incidents of this clone"), false).action(({ json }: Options) => {
    const all = listIncidents(incidentsDirectory());
    if (json === true) print(all.map(({ id, title, severity, stack, openedAt, closedAt }) => ({ id, title, severity, stack, openedAt, closedAt: closedAt ?? null })));
    else process.stdout.write(all.length === 0 ? "There is no incident\n" : `${table([["Incident", "Severity", "Stack", "Opened (KST)", "State", "Title"], ...all.map(row)])}\n`);
  });
  common(group.command("show").description("the timeline")).action(({ incident: named, json }: Options) => {
    const incident = chooseIncident(incidentsDirectory(), named);
    if (json === true) print(incident);
    else process.stdout.write(`${timelineInWords(incident)}\n`);
    warnDamaged(incident);
  });
  common(group.command("review").description("write the post-incident review of section 4.4 as Markdown and HTML"))
    .option("--out <folder>", "where to, for example docs/incidents to commit it; beside the journal otherwise")
    .action(({ incident: named, json, out }: Options & { out?: string }) => {
      const directory = incidentsDirectory();
      const incident = chooseIncident(directory, named);
      const review = reviewOf(incident);
      const folder = resolve(out ?? directory);
      mkdirSync(folder, { recursive: true });
      const files = { markdown: join(folder, `${incident.id}.md`), html: join(folder, `${incident.id}.html`) };
      writeFileSync(files.markdown, reviewMarkdown(review));
      writeFileSync(files.html, reviewHtml(review));
      if (json === true) print({ ...review, files });
      else process.stdout.write(`${Object.values(files).map((file) => relative(process.cwd(), file)).join("\n")}\n`);
      if (review.open.length > 0) process.stderr.write(`The review is not complete, nobody has answered: ${review.open.join(", ")}\n`);
      warnDamaged(incident);
    });
}

function common(command: Command, one = true): Command {
  if (one) command.option("--incident <id>", "an id, its beginning, or `latest`; the only open one otherwise");
  return command.option("--json", "only the result, as JSON, on stdout").option("--debug", "show stack traces");
}

const stackOption = () => new Option("--stack <stack>", "the environment that is hit").choices(cloudStacks).default("prod");

function tell({ incident: named, json }: Options, said: Saying): void {
  const directory = incidentsDirectory();
  const { id } = chooseIncident(directory, named);
  say(directory, id, said);
  if (json === true) print({ id, ...said });
  else process.stdout.write(`noted in ${id}\n`);
}

/** What a person types may hold a pasted secret. @throws CHI-I004 when it says nothing */
function clear(what: string, text: string): string {
  return maskFor(process.env)(requireSaid(what, text));
}

/** @throws CHI-I010 for what is no day of the calendar */
function calendarDate(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) throw new Error(`CHI-I010 --due is "${text}", which is no date: --due 2026-12-31`);
  return text;
}

function row({ id, title, severity, stack, openedAt, closedAt }: Incident): string[] {
  return [id, severity, stack, koreanTime(openedAt), closedAt === undefined ? "OPEN" : "closed", title.length > 60 ? `${title.slice(0, 59)}…` : title];
}

function timelineInWords({ id, timeline }: Incident): string {
  const rows = timeline.map((entry) => {
    const end = endInWords(entry);
    return [koreanTime(entry.at), entry.by, `${entry.text.replace(/\s*\r?\n\s*/g, " ")}${end === undefined ? "" : ` [${entry.target}] ${end}`}`];
  });
  return `${id}\n${table([["Time (KST)", "Who", "What"], ...rows])}`;
}

function warnDamaged({ id, unreadableLines }: Incident): void {
  if (unreadableLines.length > 0) process.stderr.write(`The journal of ${id} has ${unreadableLines.length} lines that cannot be read (${unreadableLines.join(", ")}): what they said is missing\n`);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
