/**
 * Prints how far the sandbox's rules agree with the vendors' real plugins, and every disagreement by name.
 *
 *   npm run test:oracle -- [--json] [--recordings <folder>] [package…]
 *
 * Exit code 1 when a package is below 97 % on refused/accepted or on replace/update/none, 2 for a wrong argument.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { loadRules, RECORDED_PACKAGES, type PackageName } from "../providers/rules";
import { compare, percent, reaches, type Agreement, type Disagreement, type Recording, type Tally } from "./agreement";

/** Percent that each package must reach (issue 3, item 9). */
const REQUIRED = 97;

function main(): number {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean", default: false }, recordings: { type: "string", default: __dirname } },
    allowPositionals: true,
  });
  const wrong = positionals.filter((name) => !(RECORDED_PACKAGES as readonly string[]).includes(name));
  if (wrong.length > 0) {
    process.stderr.write(`CHI-O001 unknown package ${wrong.join(", ")}: allowed are ${RECORDED_PACKAGES.join(", ")}; run: npm run test:oracle -- ${RECORDED_PACKAGES[0]}\n`);
    return 2;
  }
  const names: readonly PackageName[] = positionals.length > 0 ? (positionals as PackageName[]) : RECORDED_PACKAGES;
  const agreements = names.map((name) => compare(name, loadRules(name), readRecording(values.recordings, name)));
  process.stdout.write(values.json ? `${JSON.stringify(agreements, null, 2)}\n` : report(agreements));
  return agreements.every((each) => reaches(each, REQUIRED)) ? 0 : 1;
}

function readRecording(folder: string, name: PackageName): Recording {
  return JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8")) as Recording;
}

function report(agreements: Agreement[]): string {
  const rows = [["package", "cases", "refused/accepted", "replace/update/none", "property blamed", "deliberate", "result"]];
  for (const each of agreements) {
    const result = reaches(each, REQUIRED) ? "agrees" : `below ${REQUIRED} %`;
    rows.push([each.packageName, String(each.cases), share(each.accepted), share(each.update), share(each.about), String(each.deliberate.length), result]);
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  for (const { packageName, disagreements, deliberate } of agreements) {
    if (disagreements.length > 0) lines.push("", `${packageName}: ${disagreements.length} disagreements`, ...disagreements.map(line));
    if (deliberate.length > 0) lines.push("", `${packageName}: ${deliberate.length} deliberate differences (the real plugin drops an unknown property in silence)`, ...deliberate.map(brief));
  }
  return `${lines.join("\n")}\n`;
}

function share(tally: Tally): string {
  return `${percent(tally).toFixed(1)} % (${tally.agreed}/${tally.asked})`;
}

function line({ token, change, question, expected, got }: Disagreement): string {
  return `  ${token}, ${change}: ${question}: the plugin said ${expected}; the sandbox said ${got}`;
}

function brief({ token, change }: Disagreement): string {
  return `  ${token}, ${change}`;
}

process.exitCode = main();
