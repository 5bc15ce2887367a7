import { durationInWords, endInWords, koreanTime, unansweredWords, type Review, type ReviewAnswer } from "./review";

/** The review as Markdown, to be read and completed in a pull request. */
export function reviewMarkdown(review: Review): string {
  const { title, id, severity, stack, openedAt, closedAt, openSeconds, timeline, rootCause, impact, actions, runbook, open, unreadableLines } = review;
  return `${[
    `# Post-incident review: ${line(title)}`,
    [
      table([
        ["Incident", line(id)],
        ["Severity", severity],
        ["Environment", line(stack)],
        ["Opened", `${koreanTime(openedAt)} KST`],
        ["Closed", closedAt === undefined ? "still open" : `${koreanTime(closedAt)} KST, after ${durationInWords(openSeconds ?? 0)}`],
      ]),
    ],
    ...(open.length === 0 ? [] : [`> **Not complete.** Nobody has answered: ${open.join(", ")}.`]),
    ...(unreadableLines.length === 0 ? [] : [`> **Damaged.** The journal's lines ${unreadableLines.join(", ")} cannot be read; what they said is missing here.`]),
    "## Timeline\nTimes in KST (UTC+9).",
    table([["Time", "What", "Who"], ...timeline.map((entry) => [koreanTime(entry.at), whatHappened(entry), line(entry.by)])], true),
    `## Root cause\n${answered(rootCause)}`,
    `## Impact\n${table([["What", "How much"], ...impact.map((answer) => [answer.title, answered(answer)])], true)}`,
    `## Action items\n${actions.length === 0 ? `**${unansweredWords}.**` : table([["What", "Owner", "Due"], ...actions.map(({ what, owner, due }) => [line(what), line(owner), due ?? "no date"])], true)}`,
    `## Runbook updates\n${answered(runbook)}`,
  ].join("\n\n")}\n`;
}

function whatHappened(entry: Review["timeline"][number]): string {
  const end = endInWords(entry);
  return end === undefined ? line(entry.text) : `<code>${line(entry.text)}</code> (${entry.target}): ${end}`;
}

const answered = ({ text }: ReviewAnswer) => (text === undefined ? `**${unansweredWords}.**` : line(text));

/** One line of text that no reader takes for markup. */
function line(text: string): string {
  return text.split(/\r\n|\r|\n/).map(escaped).join("<br>");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]|#~!]/g, "\\$&").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function table(rows: readonly (readonly string[])[], headed = false): string {
  const [first = []] = rows;
  const [head, body] = headed ? [first, rows.slice(1)] : [first.map(() => ""), rows];
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
