/** The report in Markdown: for a review, a ticket, or docs/drills/. */
import type { ReportBody } from "./schema";
import { caveatOf, count, dateInWords, duration, destroyedInWords, glossary, headline, objectiveInWords, partTitles, summary } from "./words";

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;

export function markdown(report: ReportBody): string {
  const { id, stack, target, startedAt, data, code, objectives, phases, proofs, notRehearsed, nextActions, cleanUp } = report;
  const measured = objectives.filter(({ elsewhere }) => elsewhere === undefined);
  const lines = [
    `# ${headline(report)}`,
    "",
    `**${report.result === "passed" ? "PASSED" : "FAILED"}** · disaster recovery drill ${id} of ${stack}, ${target === "sandbox" ? "rehearsed in the sandbox" : "in the cloud"}, ${dateInWords(startedAt)}`,
    "",
    ...summary(report),
    "",
    "## Objectives",
    "",
    row("Section", "Objective", "Allowed", "Measured", "Verdict"),
    row("---", "---", "---", "---", "---"),
    ...measured.map(({ section, measure, scenario, limitSeconds, measuredSeconds, verdict }) =>
      row(section, `${measure}, ${scenario}`, `< ${duration(limitSeconds)}`, measuredSeconds === null ? "–" : duration(measuredSeconds), verdict === "met" ? "met" : `**${verdict}**`),
    ),
    "",
    ...measured.flatMap((each) => {
      const caveat = each.measuredSeconds === null ? undefined : caveatOf(each, report);
      return caveat === undefined ? [] : [`- ${each.measure}, ${each.scenario}: ${caveat}.`];
    }),
    ...glossary.map(([short, long]) => `- ${short}: ${long}`),
    "",
    "## Phases",
    "",
    row("Part", "Phase", "Took", "Result"),
    row("---", "---", "---", "---"),
    ...phases.flatMap((phase) => [
      row(partTitles[phase.part], phase.title, phase.state === "waiting" ? "–" : duration(phase.seconds), resultOf(phase)),
      ...phase.steps.map((step) => row("", `– ${step.title}`, step.state === "waiting" ? "–" : duration(step.seconds), resultOf(step))),
    ]),
    "",
    "## What was proven",
    "",
    ...(proofs.length === 0 ? ["Nothing."] : proofs.map(({ claim, evidence, holds }) => `- ${holds ? "✔" : "✖ **NOT**:"} ${claim} (${evidence})`)),
    "",
    "## What was not rehearsed",
    "",
    ...notRehearsed.map(({ what, why, instead }) => `- ${what}: ${why}. Instead: ${instead}`),
    ...objectives.filter(({ elsewhere }) => elsewhere !== undefined).map((each) => `- ${each.measure} of ${each.scenario.toLowerCase()} (section ${each.section}). ${objectiveInWords(each)}`),
    "",
    "## Next",
    "",
    ...(nextActions.length === 0 ? ["Nothing to do until the next drill."] : nextActions.map((action) => `- ${action}`)),
    "",
    "## About this drill",
    "",
    `- data: ${data.tables === null || data.rows === null ? "not known" : `${count(data.rows, "row")} in ${count(data.tables, "table")}`}${data.files === null ? "" : `, ${count(data.files, "file")}`}`,
    `- backup: ${data.backup === null ? "none" : `${data.backup.kind} ${data.backup.id}, of ${dateInWords(data.backup.snapshotAt)}`}`,
    `- code: ${code.commit ?? "no commit"}${code.changed ? ", with changes that are not committed" : ""}`,
    `- clean-up: ${cleanUp.done ? destroyedInWords(cleanUp) : "**NOT done**"}${cleanUp.left.length > 0 ? `; left: ${cleanUp.left.join(", ")}` : ""}`,
    ...cleanUp.locked.map((each) => `- kept by a lock: ${each}`),
    "- `npx chisan dr report --verify report.json` says who signed this report and whether a byte of it changed",
    "",
  ];
  return lines.join("\n");
}

function resultOf({ state, summary: text, failure }: ReportBody["phases"][number]["steps"][number]): string {
  if (state === "failed") return `**failed**: ${failure ?? ""}`;
  return state === "done" ? (text ?? "done") : "not reached";
}
