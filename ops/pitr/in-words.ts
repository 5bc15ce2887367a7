/** What `npx chisan pitr` tells a person. */
import { table } from "../output/table";
import { durationInWords, momentInWords } from "./moment";
import { type Outcome, type Preparation, objectiveSeconds } from "./recover-stack";
import type { Survey } from "./survey";

/** What is known and would be lost, before anything is touched. */
export function preparationInWords(stack: string, { target, window, behind, before, later }: Preparation, now: number): string {
  const lines = [
    `${stack} back to ${momentInWords(target)}, ${durationInWords(now - target)} ago`,
    `  can be recovered: ${momentInWords(window.earliest)} to ${momentInWords(window.latest)}`,
  ];
  if (behind > 0) lines.push(`  the vendor's archive is ${durationInWords(behind)} short of the target: the command waits for it`);
  if (before === null || later === null) return [...lines, "  LOST: unknown, the database does not answer"].join("\n");
  const audited = later.audited;
  if (audited === null) lines.push("  LOST: there is no audit log to tell it");
  else if (audited.length === 0) lines.push("  LOST: no audited change");
  else {
    lines.push(`  LOST: ${audited.reduce((sum, { changes }) => sum + changes, 0)} audited changes, the last at ${later.newestAudited}`);
    for (const { table: name, action, changes } of audited) lines.push(`    ${name}: ${changes} ${action}`);
  }
  for (const { name, created, updated } of later.tables) lines.push(`  LOST of ${name}: ${created} rows created and ${updated} changed since`);
  lines.push("  also everything written from now until the recovery begins; files are not part of it (npx chisan files restore)");
  for (const slot of before.slots) lines.push(`  the replication slot ${slot} must be dropped first: select pg_drop_replication_slot('${slot}')`);
  return [...lines, "", countsInWords(before)].join("\n");
}

function countsInWords({ tables }: Survey): string {
  return table([["Table", "Rows now", "Newest"], ...tables.map(({ name, rows, newest }) => [name, shown(rows), newest ?? ""])]);
}

/** What came back, and whether it is what should have. */
export function outcomeInWords(stack: string, { target, before, after, checks, recoveredAt, elapsed }: Outcome): string {
  const rows = (survey: Survey | null, name: string): string => shown(survey?.tables.find((each) => each.name === name)?.rows ?? null, survey === null ? "?" : "missing");
  const names = [...new Set([...(before?.tables ?? []), ...after.tables].map(({ name }) => name))].sort();
  const newest = (name: string): string => after.tables.find((each) => each.name === name)?.newest ?? "";
  return [
    `${stack} is recovered${target === null ? "" : ` to ${momentInWords(target)}`} after ${durationInWords(elapsed)} of the ${objectiveSeconds / 60} min that procedure B allows`,
    "",
    table([["Table", "Rows before", "Rows after", "Newest"], ...names.map((name) => [name, rows(before, name), rows(after, name), newest(name)])]),
    "",
    ...checks.map(({ name, ok, detail }) => `${ok ? "✔" : "✖"} ${name}: ${detail}`),
    "",
    incidentLine(stack, target, recoveredAt, elapsed),
  ].join("\n");
}

/** For the incident log: what was lost, in one line. */
export function incidentLine(stack: string, target: number | null, recoveredAt: number, elapsed: number): string {
  const window = target === null ? "the target is known to who began it" : `data loss window ${durationInWords(recoveredAt - target)}: ${momentInWords(target)} to ${momentInWords(recoveredAt)}`;
  return `Incident log: database of ${stack} recovered by PITR in ${durationInWords(elapsed)}; ${window}`;
}

function shown(rows: number | null, unknown = "not counted"): string {
  return rows === null ? unknown : String(rows);
}
