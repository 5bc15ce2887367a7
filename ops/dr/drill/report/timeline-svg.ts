/** The timeline of a drill as SVG. Colours come from the page's CSS variables, so that it follows light and dark. */
import { escaped } from "./escape";
import type { Part, ReportBody, ReportPhase } from "./schema";
import { duration, partTitles } from "./words";

export const timelineWidth = 960;
const labels = 300;
const durations = 102;
const chart = timelineWidth - labels - durations;
const heights = { part: 30, phase: 26, step: 19, axis: 46 } as const;

interface Row {
  readonly kind: "part" | "phase" | "step";
  readonly text: string;
  readonly part: Part;
  readonly from: number;
  readonly seconds: number;
  readonly state: ReportPhase["state"];
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** A distance between marks that gives at most seven of them. */
export function tickSeconds(total: number): number {
  return steps.find((each) => total / each <= 7) ?? 86_400 * Math.ceil(total / 86_400 / 7);
}

/**
 * Phases run one after the other, so each begins where the one before ended. The axis is working time: the pauses of a drill that was killed and
 * carried on are not in it.
 */
export function timelineRows(phases: readonly ReportPhase[]): { rows: Row[]; total: number; outage: { from: number; to: number } | null } {
  const rows: Row[] = [];
  let at = 0;
  let part: Part | undefined;
  const outage = { from: Infinity, to: 0 };
  for (const phase of phases) {
    if (phase.part !== part) rows.push({ kind: "part", text: partTitles[phase.part], part: phase.part, from: at, seconds: 0, state: "done" });
    part = phase.part;
    rows.push({ kind: "phase", text: phase.title, part, from: at, seconds: phase.seconds, state: phase.state });
    let inside = at;
    for (const step of phase.steps) {
      rows.push({ kind: "step", text: step.title, part, from: inside, seconds: step.seconds, state: step.state });
      inside += step.seconds;
    }
    at += phase.seconds;
    if (part !== "outage" || phase.state === "waiting") continue;
    outage.from = Math.min(outage.from, at - phase.seconds);
    outage.to = at;
  }
  return { rows, total: at, outage: outage.from === Infinity ? null : outage };
}

export function timelineSvg({ phases, databaseLoss }: Pick<ReportBody, "phases" | "databaseLoss">): string {
  const { rows, total, outage } = timelineRows(phases);
  const scale = chart / Math.max(total, 1);
  const x = (seconds: number) => round(labels + Math.min(Math.max(seconds, 0), Math.max(total, 1)) * scale);
  const body = rows.reduce((sum, { kind }) => sum + heights[kind], 0);
  const top = heights.axis;
  const height = top + body + 12;
  const out: string[] = [];

  for (let tick = 0, step = tickSeconds(total); tick <= total; tick += step) {
    out.push(`<line class="grid" x1="${x(tick)}" y1="${top - 6}" x2="${x(tick)}" y2="${top + body}"/>`, `<text class="tick" x="${x(tick)}" y="${top - 12}" text-anchor="middle">${tick === 0 ? "0" : duration(tick)}</text>`);
  }
  if (outage !== null) {
    out.push(`<rect class="outage" x="${x(outage.from)}" y="${top - 6}" width="${wide(x(outage.to) - x(outage.from))}" height="${body + 6}"/>`);
    out.push(...bandTitle("outage-title", x(outage.from), x(outage.to), `service down: ${duration(outage.to - outage.from)}`));
    if (databaseLoss !== null && databaseLoss.lost > 0) {
      const from = x(outage.from - databaseLoss.lossSeconds);
      out.push(`<rect class="lost" x="${from}" y="${top - 6}" width="${wide(x(outage.from) - from)}" height="${body + 6}"><title>${escaped(`written in the last ${duration(databaseLoss.lossSeconds)} before the disaster: lost`)}</title></rect>`);
    }
  }
  let y: number = top;
  for (const row of rows) {
    out.push(...drawn(row, y, x));
    y += heights[row.kind];
  }
  const title = `Timeline of the drill, ${duration(total)} in all${outage === null ? "" : `, of which the service was down for ${duration(outage.to - outage.from)}`}`;
  return `<svg class="timeline" viewBox="0 0 ${timelineWidth} ${height}" width="${timelineWidth}" height="${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${out.join("")}</svg>`;
}

/** Over its band where there is room, otherwise pushed inward from the chart's edges. */
function bandTitle(name: string, from: number, to: number, text: string): string[] {
  const half = text.length * 3.4;
  const middle = Math.min(Math.max((from + to) / 2, labels + half), timelineWidth - half);
  return [`<text class="${name}" x="${round(middle)}" y="14" text-anchor="middle">${escaped(text)}</text>`];
}

function drawn({ kind, text, part, from, seconds, state }: Row, y: number, x: (seconds: number) => number): string[] {
  const height = heights[kind];
  const middle = round(y + height / 2 + 4);
  if (kind === "part") return [`<text class="part" x="0" y="${middle + 4}">${escaped(text)}</text>`];
  const [indent, bar] = kind === "phase" ? [12, 14] : [28, 7];
  const label = `<text class="${kind}" x="${indent}" y="${middle}">${escaped(shortened(text, kind === "phase" ? 43 : 44))}${text.length > 43 ? `<title>${escaped(text)}</title>` : ""}</text>`;
  if (state === "waiting") return [label, `<text class="took" x="${timelineWidth}" y="${middle}" text-anchor="end">not reached</text>`];
  const failed = state === "failed";
  return [
    label,
    `<rect class="bar ${part}${failed ? " failed" : ""} ${kind}" x="${x(from)}" y="${round(y + (height - bar) / 2)}" width="${wide(x(from + seconds) - x(from))}" height="${bar}" rx="${kind === "phase" ? 3 : 2}"/>`,
    `<text class="took${failed ? " failed" : ""}" x="${timelineWidth}" y="${middle}" text-anchor="end">${failed ? "✖ " : ""}${duration(seconds)}</text>`,
  ];
}

const shortened = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`);
const round = (number: number) => Math.round(number * 10) / 10;
/** What took no time is still seen. */
const wide = (width: number) => round(Math.max(width, 2));
