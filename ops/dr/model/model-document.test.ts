import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assumedSeconds } from "./assumptions";
import { fixedFromReport, readReport } from "./from-report";
import { modelDocument, modelDocumentPath } from "./model-document";
import { ratesFile, readRates } from "./rates";

const folder = mkdtempSync(join(tmpdir(), "chisan-model-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (content: string) => {
  const path = join(folder, "some.json");
  writeFileSync(path, content);
  return path;
};

test("docs/dr-model.md is current: when this fails, run npm run docs", () => {
  expect(readFileSync(modelDocumentPath, "utf8")).toBe(modelDocument());
});

test("the recorded rates hang together", () => {
  const { data, processor } = readRates();
  expect(data.heapBytes + data.indexBytes).toBeLessThanOrEqual(data.databaseBytes);
  expect(data.storedBytes).toBeLessThan(data.plainBytes);
  expect(processor.largestIndex).toBeLessThanOrEqual(processor.indexes);
  // More than a small example: fixed costs would pass for costs of a byte.
  expect(data.databaseBytes).toBeGreaterThan(2e8);
});

test.each([
  ["no JSON", "{"],
  ["another JSON", "{}"],
  ["a size that is text", JSON.stringify({ ...(JSON.parse(readFileSync(ratesFile, "utf8")) as object), runs: "3" })],
  ["an unknown field", JSON.stringify({ ...(JSON.parse(readFileSync(ratesFile, "utf8")) as object), more: 1 })],
])("%s is no record of rates", (_what, content) => expect(() => readRates(file(content))).toThrow(/^CHI-H202 [^\n]*$/));

test("a missing file is named, with the command that mends it", () => {
  expect(() => readRates(join(folder, "none.json"))).toThrow(/^CHI-H202 .*none\.json is missing: git checkout/);
  expect(() => readReport(join(folder, "none.json"))).toThrow(/^CHI-H205 /);
  expect(() => readReport(file("{}"))).toThrow(/^CHI-H205 [^\n]*$/);
  expect(() => readReport(file("{"))).toThrow(/^CHI-H205 /);
});

const step = (name: string, seconds: number, state: "done" | "failed" = "done") => ({ name, title: name, state, startedAt: null, endedAt: null, seconds, attempts: 1, summary: null, failure: null });
const drill = (target: "cloud" | "sandbox", steps: ReturnType<typeof step>[]) => ({ target, id: "20261123T143000.123Z", phases: [{ ...step("stand-up", 1), part: "outage" as const, steps }] });

test("a drill in the cloud replaces what was assumed, with the sum of the steps", () => {
  const { seconds, taken } = fixedFromReport(assumedSeconds, drill("cloud", [step("provision", 400), step("assess", 7), step("recovery-point", 5), step("verify", 9, "failed")]));
  expect(seconds).toEqual({ ...assumedSeconds, provision: 400, assess: 12 });
  expect(taken).toHaveLength(2);
});

test("a drill in the sandbox never makes the real one look faster", () => {
  const { seconds, taken } = fixedFromReport(assumedSeconds, drill("sandbox", [step("provision", 40), step("verify", assumedSeconds.verify + 100)]));
  expect(seconds).toEqual({ ...assumedSeconds, verify: assumedSeconds.verify + 100 });
  expect(taken).toHaveLength(1);
  expect(fixedFromReport(assumedSeconds, drill("sandbox", [])).taken.join()).toContain("in the sandbox");
});
