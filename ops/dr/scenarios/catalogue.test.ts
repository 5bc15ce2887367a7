import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { scenarioNamed, scenarios } from "./catalogue";
import { blocksOf, runbooksFolder, sectionsOf } from "./runbook-blocks";

const document = readFileSync(join(repositoryRoot, "docs/operations-and-infrastructure.md"), "utf8");
/** The table of section 4.1: severity, likelihood and procedure by scenario. */
const rows = new Map(
  [...(document.split("### 4.1 Disaster Scenarios")[1] ?? "").split("\n### ")[0]!.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    .map((cells) => cells.slice(1).map((cell) => cell.trim()) as [string, string, string, string])
    .filter(([name]) => name !== "Scenario" && !name.startsWith("---"))
    .map(([name, ...rest]) => [name, rest] as const),
);

test("every row of section 4.1 is rehearsed, and nothing that is no row", () => {
  expect(rows.size).toBe(6);
  expect(new Set(scenarios.map(({ row }) => row))).toEqual(new Set(rows.keys()));
});

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s has its row's severity and likelihood", (_name, { row, severity, likelihood }) => {
  expect([severity, likelihood]).toEqual(rows.get(row)?.slice(0, 2));
});

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s has a page with commands, which names the scenario's command or is rehearsed by the drill", (name, { runbook }) => {
  const page = join(repositoryRoot, runbooksFolder, runbook);
  expect(existsSync(page)).toBe(true);
  const text = readFileSync(page, "utf8");
  expect(sectionsOf(text).length).toBeGreaterThan(0);
  expect(text).toMatch(new RegExp(`npx chisan dr (scenario ${name}|drill)\``));
});

test("a page is one page: at most 80 lines, none longer than 200 characters but those of a table", () => {
  for (const { runbook } of scenarios) {
    const lines = readFileSync(join(repositoryRoot, runbooksFolder, runbook), "utf8").split("\n");
    expect([runbook, lines.length <= 80, lines.filter((line) => line.length > 200 && !line.startsWith("|"))]).toEqual([runbook, true, []]);
  }
});

test("the index names every page, and every page that it names is there", () => {
  const index = readFileSync(join(repositoryRoot, runbooksFolder, "README.md"), "utf8");
  const linked = new Set([...index.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, name]) => name));
  expect(linked).toEqual(new Set(readdirSync(join(repositoryRoot, runbooksFolder)).filter((name) => name !== "README.md")));
  for (const { name } of scenarios) expect(index).toContain(`dr scenario ${name}`);
});

test("names are unique, and an unknown one is answered with those that there are", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  expect(scenarioNamed("table-drop").name).toBe("table-drop");
  expect(() => scenarioNamed("flood")).toThrow(/^CHI-H167 there is no scenario "flood", but application-bug, .*npx chisan dr scenarios$/);
});

test("a heading that a page does not have is an error, not an empty script", () => {
  expect(() => blocksOf("table-drop.md", ["9."])).toThrow(/^CHI-H160 .*table-drop\.md has no commands below "## 9\."/);
  expect(() => blocksOf("table-drop.md", ["4."])).toThrow(/^CHI-H160/);
  expect(blocksOf("table-drop.md", ["2.", "1."])[0]).toContain("backup run");
});
