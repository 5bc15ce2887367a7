/** The report as one HTML file that needs nothing else: no script, no font, no address. */
import { escaped } from "./escape";
import { style } from "./style";
import type { ReportBody } from "./schema";
import { timelineSvg } from "./timeline-svg";
import { caveatOf, count, dateInWords, destroyedInWords, duration, glossary, headline, objectiveInWords, summary } from "./words";

const list = (items: readonly string[], kind = "") => `<ul${kind === "" ? "" : ` class="${kind}"`}>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;

export function html(report: ReportBody): string {
  const { id, stack, target, startedAt, proofs, notRehearsed, nextActions, objectives, result } = report;
  const title = `Disaster recovery drill ${id}`;
  const elsewhere = objectives.filter((each) => each.elsewhere !== undefined);
  const measured = objectives.filter((each) => each.elsewhere === undefined);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${title}: ${result}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header class="${result}">
<p class="kind">Disaster recovery drill of ${escaped(stack)} · ${target === "sandbox" ? "rehearsal, no real system was touched" : "in the cloud"} · ${escaped(dateInWords(startedAt))}</p>
<h1><span class="mark" aria-hidden="true">${result === "passed" ? "✔" : "✖"}</span>${escaped(headline(report))}</h1>
${summary(report)
  .map((line) => `<p>${escaped(line)}</p>`)
  .join("\n")}
</header>
<section>
<h2>Against what was promised</h2>
<div class="objectives">
${measured.map((each) => objectiveCard(each, caveatOf(each, report))).join("\n")}
</div>
<p class="note">${glossary.map(([short, long]) => `<b>${short}</b>: ${escaped(long)}.`).join(" ")} The objectives are those of sections 3.2 and 3.3 of the operations document.</p>
</section>
<section>
<h2>What happened when</h2>
<div class="scroll">${timelineSvg(report)}</div>
${legend(report)}
</section>
<section class="columns">
<div>
<h2>Proven</h2>
${proofs.length === 0 ? "<p>Nothing.</p>" : list(proofs.map(({ claim, evidence, holds }) => `<span class="${holds ? "yes" : "no"}" aria-hidden="true">${holds ? "✔" : "✖"}</span><b>${holds ? "" : "NOT: "}${escaped(claim)}</b><br><small>${escaped(evidence)}</small>`), "marked")}
</div>
<div>
<h2>Not proven by this drill</h2>
${list([
  ...notRehearsed.map(({ what, why, instead }) => `<b>${escaped(what)}</b><br><small>${escaped(why)}. Instead: ${escaped(instead)}</small>`),
  ...elsewhere.map((each) => `<b>${each.measure} of ${escaped(each.scenario.toLowerCase())}, ${escaped(duration(each.limitSeconds))}</b><br><small>${escaped(objectiveInWords(each))}</small>`),
])}
</div>
</section>
<section>
<h2>Next</h2>
${nextActions.length === 0 ? "<p>Nothing to do until the next drill.</p>" : list(nextActions.map(escaped))}
</section>
<section>
<h2>Phase by phase</h2>
${phaseTable(report)}
</section>
${footer(report)}
</main>
</body>
</html>
`;
}

function objectiveCard(objective: ReportBody["objectives"][number], caveat: string | undefined): string {
  const { measure, scenario, meaning, limitSeconds, measuredSeconds, verdict } = objective;
  const share = measuredSeconds === null ? 0 : Math.min(measuredSeconds / limitSeconds, 1) * 100;
  const words = { met: "Met", missed: "Missed", "not measured": "Not measured" }[verdict];
  return `<div class="objective ${verdict.replace(" ", "-")}">
<p class="meaning">${escaped(meaning)}</p>
<p class="scenario">${measure} · ${escaped(scenario)}</p>
<p class="value">${measuredSeconds === null ? "–" : escaped(duration(measuredSeconds))} <span class="verdict">${words}</span></p>
<svg class="gauge" viewBox="0 0 200 10" preserveAspectRatio="none" role="img" aria-label="${escaped(objectiveInWords(objective))}"><rect class="allowed" width="200" height="10" rx="3"/>${measuredSeconds === null ? "" : `<rect class="used" width="${Math.max(share * 2, 3).toFixed(1)}" height="10" rx="3"/>`}</svg>
<p class="limit">${verdict === "not measured" ? escaped(objectiveInWords(objective)) : `of ${escaped(duration(limitSeconds))} allowed · section ${escaped(objective.section)}`}</p>${caveat === undefined || measuredSeconds === null ? "" : `\n<p class="caveat">${escaped(caveat)}</p>`}
</div>`;
}

function legend({ databaseLoss, phases }: ReportBody): string {
  const outage = phases.some(({ part, state }) => part === "outage" && state !== "waiting");
  const items = [
    ...(outage ? [`<span class="swatch outage"></span>users were without the service`] : []),
    ...(databaseLoss !== null && databaseLoss.lost > 0 ? [`<span class="swatch lost"></span>what was written here was lost`] : []),
    "the axis is working time; thin bars are steps of the phase above them",
  ];
  return `<p class="note">${items.join(" · ")}</p>`;
}

function phaseTable({ phases }: ReportBody): string {
  const rows = phases.flatMap((phase) => [phase, ...phase.steps.map((step) => ({ ...step, title: step.title, part: undefined }))].map((each) => {
    const words = each.state === "failed" ? `failed: ${each.failure ?? ""}` : each.state === "done" ? (each.summary ?? "done") : "not reached";
    const attempts = each.attempts > 1 ? ` (${each.attempts} attempts)` : "";
    return `<tr class="${each.state}${each.part === undefined ? " step" : ""}"><td>${escaped(each.title)}</td><td class="number">${each.state === "waiting" ? "–" : escaped(duration(each.seconds))}</td><td>${escaped(words + attempts)}</td></tr>`;
  }));
  return `<div class="scroll"><table><thead><tr><th>Phase</th><th class="number">Took</th><th>Result</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function footer({ data, code, cleanUp, id }: ReportBody): string {
  const facts = [
    data.rows === null || data.tables === null ? undefined : `${count(data.rows, "row")} in ${count(data.tables, "table")}${data.files === null ? "" : `, ${count(data.files, "file")}`}`,
    data.backup === null ? undefined : `${data.backup.kind} backup ${data.backup.id}`,
    code.commit === null ? undefined : `code ${code.commit.slice(0, 12)}${code.changed ? " with changes that are not committed" : ""}`,
    cleanUp.done ? destroyedInWords(cleanUp) : `NOT all that the drill made was destroyed${cleanUp.left.length > 0 ? `: ${cleanUp.left.join(", ")}` : ""}`,
    ...cleanUp.locked,
  ].filter((each) => each !== undefined);
  return `<footer><p>${facts.map(escaped).join(" · ")}</p><p>Drill ${escaped(id)}. This page belongs to a signed report: <code>npx chisan dr report --verify report.json</code> says who signed it, and whether a byte of it has changed since.</p></footer>`;
}
