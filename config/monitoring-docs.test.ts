import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectedAlertCells, renderAlertRunbook, renderMonitoringDocs } from "./monitoring-docs";
import { runbookAnchor, runbookEntry, runbookFile, runbookKeys, runbookUrl } from "./monitoring-docs-runbook";

const committed = (file: string): string => readFileSync(join(__dirname, "..", file), "utf8");

test("docs/monitoring.md and docs/runbooks/alerts.md are current: when this fails, run npm run docs", () => {
  expect(committed("docs/monitoring.md")).toBe(renderMonitoringDocs());
  expect(committed(runbookFile)).toBe(renderAlertRunbook());
});

test("every cell of metric and severity has a row, and every table as many cells as its heading", () => {
  const tables = committed("docs/monitoring.md")
    .split(/\n{2,}/)
    .filter((block) => block.startsWith("| "));
  expect(tables).toHaveLength(3);
  for (const table of tables)
    expect(
      new Set(
        table
          .trim()
          .split("\n")
          .map((line) => line.split("|").length),
      ).size,
    ).toBe(1);
  const rows = (tables[1] ?? "").trim().split("\n").slice(2);
  expect(rows).toHaveLength(expectedAlertCells().length);
});

test("an alert's link leads to a heading of the runbook", () => {
  const anchors = committed(runbookFile)
    .split("\n")
    .filter((line) => line.startsWith("## "))
    .map((line) => runbookAnchor(line.slice(3)));
  expect(new Set(anchors).size).toBe(anchors.length);
  for (const key of runbookKeys) {
    expect(runbookUrl("chisan/platform", key)).toMatch(
      /^https:\/\/github\.com\/chisan\/platform\/blob\/main\/docs\/runbooks\/alerts\.md#[a-z-]+$/,
    );
    expect(anchors).toContain(runbookUrl("chisan/platform", key).split("#")[1]);
  }
});

test("a notification's commands name the environment, and its text holds nothing that Cloud Monitoring would replace", () => {
  for (const key of runbookKeys) {
    const entry = runbookEntry(key, { project: "chisan-prod", service: "chisan-prod-api" });
    const text = JSON.stringify(entry);
    expect(text).not.toMatch(/<project>|<service>/);
    // https://cloud.google.com/monitoring/alerts/doc-variables: ${…} is a variable there
    expect(text).not.toContain("${");
    expect(entry.commands.length).toBeGreaterThan(0);
    expect(entry.then.length).toBeGreaterThan(0);
  }
});
