import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportJsonOf, requireReportFolder } from "./report-folder";

const directory = mkdtempSync(join(tmpdir(), "chisan-report-folder-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a folder that is there, or can be made, is taken, and nothing is made yet", () => {
  requireReportFolder(directory);
  requireReportFolder(join(directory, "docs", "drills"));
  expect(readdirSync(directory)).toEqual([]);
});

test.each(["", "/below"])("a file%s is refused before the drill begins", (below) => {
  const file = join(directory, "taken");
  writeFileSync(file, "");
  expect(() => requireReportFolder(`${file}${below}`)).toThrow(`CHI-H138 the report cannot go to ${file}${below}: ${file} is a file, nothing was begun: name a folder with --report-to <folder>`);
  rmSync(file);
});

test("a report is found by its folder and by each file of it", () => {
  const folder = join(directory, "drill");
  mkdirSync(folder);
  const json = join(folder, "report.json");
  expect([folder, json, ...["report.html", "report.md", "report.json.sig", "report.json.pub"].map((name) => join(folder, name))].map(reportJsonOf)).toEqual(Array(6).fill(json));
  expect(reportJsonOf(join(folder, "another.json"))).toBe(join(folder, "another.json"));
});
