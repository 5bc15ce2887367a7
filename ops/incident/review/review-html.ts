import { durationInWords, endInWords, koreanTime, unansweredWords, type Review, type ReviewAnswer } from "./review";

/** The review as one page that needs nothing else: for readers without the repository, in light and dark, and on paper. */
export function reviewHtml(review: Review): string {
  const { title, id, severity, stack, openedAt, closedAt, openSeconds, timeline, rootCause, impact, actions, runbook, open, unreadableLines } = review;
  const closed = closedAt === undefined ? "still open" : `${koreanTime(closedAt)} KST, after ${durationInWords(openSeconds ?? 0)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="kind">Post-incident review</p>
<h1>${text(title)}</h1>
<dl class="facts">
<div><dt>Severity</dt><dd><span class="severity ${text(severity)}">${text(severity)}</span></dd></div>
<div><dt>Environment</dt><dd>${text(stack)}</dd></div>
<div><dt>Opened</dt><dd>${koreanTime(openedAt)} KST</dd></div>
<div><dt>Closed</dt><dd>${closed}</dd></div>
</dl>
${open.length === 0 ? "" : `<p class="warning"><strong>Not complete.</strong> Nobody has answered: ${text(open.join(", "))}.</p>`}
${unreadableLines.length === 0 ? "" : `<p class="warning"><strong>Damaged.</strong> The journal's lines ${unreadableLines.join(", ")} cannot be read; what they said is missing here.</p>`}
</header>
<section><h2>Impact</h2>
<dl class="impact">
${impact.map((answer) => `<div><dt>${text(answer.title)}</dt><dd>${answered(answer)}</dd></div>`).join("\n")}
</dl></section>
<section><h2>Root cause</h2>
<p>${answered(rootCause)}</p></section>
<section><h2>Timeline</h2>
<p class="aside">Times in KST (UTC+9).</p>
<ol class="timeline">
${timeline.map(timelineItem).join("\n")}
</ol></section>
<section><h2>Action items</h2>
${actions.length === 0 ? `<p>${notAnswered}</p>` : actionTable(actions)}</section>
<section><h2>Runbook updates</h2>
<p>${answered(runbook)}</p></section>
<footer>${text(id)}</footer>
</body>
</html>
`;
}

const notAnswered = `<em class="unanswered">${unansweredWords}</em>`;
const answered = ({ text: words }: ReviewAnswer) => (words === undefined ? notAnswered : text(words));

function timelineItem(entry: Review["timeline"][number]): string {
  const end = endInWords(entry);
  const failed = entry.kind === "command" && entry.exitCode !== 0 ? " failed" : "";
  const what = end === undefined ? `<p>${text(entry.text)}</p>` : `<p><code>${text(entry.text)}</code></p><p class="end">${entry.target ?? ""}: ${end}</p>`;
  return `<li class="${entry.kind}${failed}"><time datetime="${text(entry.at)}">${koreanTime(entry.at)}</time><div>${what}<p class="by">${text(entry.by)}</p></div></li>`;
}

function actionTable(actions: Review["actions"]): string {
  const rows = actions.map(({ what, owner, due }) => `<tr><td>${text(what)}</td><td>${text(owner)}</td><td>${due === undefined ? "no date" : text(due)}</td></tr>`);
  return `<table><thead><tr><th>What</th><th>Owner</th><th>Due</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function text(words: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return words.replace(/[&<>"']/g, (sign) => entities[sign] ?? "").replace(/\r?\n/g, "<br>");
}

const style = `
:root { color-scheme: light dark; --ink: #1d2733; --quiet: #586575; --line: #d5dbe2; --paper: #ffffff; --panel: #f4f6f9; --blue: #1f5fbf; --red: #b3261e; --amber: #8a5a00; --green: #1e6b3a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5eaf0; --quiet: #9caab9; --line: #37424f; --paper: #14191f; --panel: #1d242c; --blue: #82b4ff; --red: #ff8f86; --amber: #f0bd5c; --green: #7fd39b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 3rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Noto Sans KR", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.2rem; }
p { margin: 0; }
.kind, .aside, .by, .end, footer { color: var(--quiet); font-size: .875rem; }
.facts, .impact { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 0; }
.impact div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; font-weight: 600; }
.impact dd { font-size: 1.05rem; }
.severity { text-transform: capitalize; color: var(--amber); }
.severity.critical, .severity.high { color: var(--red); }
.severity.low { color: var(--green); }
.warning { margin-top: 1rem; padding: .75rem 1rem; border-left: 4px solid var(--amber); background: var(--panel); }
.unanswered { color: var(--amber); font-style: normal; font-weight: 600; }
.timeline { list-style: none; margin: .75rem 0 0; padding: 0; border-left: 2px solid var(--line); }
.timeline li { position: relative; display: grid; grid-template-columns: 11.5rem 1fr; gap: 1rem; padding: .5rem 0 .5rem 1.25rem; }
.timeline li::before { content: ""; position: absolute; left: -6px; top: 1rem; width: 10px; height: 10px; border-radius: 50%; background: var(--quiet); }
.timeline .opened::before, .timeline .closed::before { background: var(--blue); }
.timeline .command::before { background: var(--green); }
.timeline .failed::before { background: var(--red); }
.timeline .failed .end { color: var(--red); }
time { color: var(--quiet); font-variant-numeric: tabular-nums; }
code { font: .875rem/1.5 ui-monospace, monospace; background: var(--panel); padding: .1rem .3rem; border-radius: .25rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; font-size: .875rem; }
footer { margin-top: 2.5rem; }
@media (max-width: 36rem) { .timeline li { grid-template-columns: 1fr; gap: .125rem; } }
@media print { body { max-width: none; padding: 0; } }
`;
