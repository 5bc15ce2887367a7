import { readFileSync } from "node:fs";
import { join } from "node:path";
import { specifications } from "../stacks/specifications";
import { expectedAlertCells, renderAlertRunbook, renderMonitoringDocs } from "./monitoring-docs";
import { homeRegions, renderRunbookEntry, runbookAnchor, runbookEntry, runbookFile, runbookKeys, runbookPlace, runbookUrl } from "./monitoring-docs-runbook";
import { cloudStacks, configurationKeys } from "./stack-configuration-keys";

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
    const entry = runbookEntry(key, runbookPlace("prod", "chisan-prod", "chisan-prod-api"));
    const text = JSON.stringify(entry);
    expect(text).not.toMatch(/<(project|service|stack|region|exporter|keeper|gateway)>/);
    // https://cloud.google.com/monitoring/alerts/doc-variables: ${…} is a variable there
    expect(text).not.toContain("${");
    expect(entry.commands.length + (entry.queries ?? []).length).toBeGreaterThan(0);
    expect(entry.then.length).toBeGreaterThan(0);
  }
});

test("each environment's region in the runbook is that of its specification", () => {
  expect(homeRegions).toEqual(Object.fromEntries(cloudStacks.map((stack) => [stack, specifications[stack].gcpRegion])));
});

test("nobody is told to read the database's URL, and a query says who may run it and where", () => {
  const place = runbookPlace("prod", "chisan-prod", "chisan-prod-api");
  for (const entry of runbookKeys.map((key) => runbookEntry(key, place))) {
    const text = renderRunbookEntry(entry);
    expect(text).not.toContain("DATABASE_URL");
    expect(entry.commands.filter((command) => /^(psql|select)/.test(command))).toEqual([]);
    expect(text.includes("SQL Editor")).toBe(entry.queries !== undefined);
    for (const query of entry.queries ?? []) expect(query).toMatch(/^select [^;]+;$/);
  }
});

test("the API's traffic is taken back by its configuration, which the shape of the key accepts; procedure A is the web app's", () => {
  const place = runbookPlace("dr", "chisan-dr", "chisan-dr-api");
  const steps = runbookKeys.flatMap((key) => runbookEntry(key, place).then);
  expect(steps.filter((step) => step.includes("procedure A")).every((step) => step.startsWith("The web app: "))).toBe(true);
  const configured = steps.join("\n").match(/`pulumi config (?:set|rm) --path [^`]+`/g) ?? [];
  expect([...new Set(configured)]).toEqual([
    "`pulumi config set --path chisan:traffic.stable.revision <revision> --stack chisan-dr`",
    "`pulumi config set --path chisan:traffic.stable.percent 100 --stack chisan-dr`",
    "`pulumi config rm --path chisan:traffic.canary --stack chisan-dr`",
  ]);
  const split = { stable: { revision: "chisan-dr-api-0a1b2c3d", percent: 100 } };
  const findings: unknown[] = [];
  expect(configurationKeys.traffic.shape("chisan-dr").read(split, [], (finding) => findings.push(finding))).toEqual(split);
  expect(findings).toEqual([]);
  expect(steps.join("\n")).toContain("`npx chisan dr region --stack chisan-dr --away asia-northeast1 --cloud`");
});
