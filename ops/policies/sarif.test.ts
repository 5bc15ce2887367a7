import Ajv from "ajv";
import addFormats from "ajv-formats";
import { allPolicies } from "../../policies/framework/packs";
import { sarifSchema } from "../../policies/test-support/sarif-schema";
import type { Finding } from "./findings";
import { sarif } from "./sarif";

const validate = addFormats(new Ajv({ allErrors: true })).compile(sarifSchema);
const finding = (change: Partial<Finding> = {}): Finding => ({
  policy: allPolicies()[0]!.id, pack: "p", severity: "high", urn: "urn:pulumi:prod::chisan::a:b:C::n", resource: "n", what: "wrong", fix: "mend it", ...change,
});
const findings = { violations: [finding()], undecided: [finding({ what: "not decided yet", fix: "" })], exemptions: [finding({ policy: "of no pack" })] };

test.each([{ violations: [], undecided: [], exemptions: [] }, findings])("is SARIF 2.1.0", (given) => {
  validate(sarif(given, "stacks/prod.ts"));
  expect(validate.errors).toBeNull();
});

test("undecided is open, exempt is suppressed, and rules are found by their index", () => {
  const [run] = (sarif(findings, "stacks/prod.ts") as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex?: number; kind: string; suppressions?: unknown[] }[] }[] }).runs;
  expect(run?.results.map(({ kind, suppressions }) => [kind, suppressions?.length ?? 0])).toEqual([["fail", 0], ["fail", 1], ["open", 0]]);
  for (const { ruleId, ruleIndex } of run?.results ?? []) if (ruleIndex !== undefined) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
});

test("the schema refuses what is not SARIF", () => {
  expect(validate({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  expect(validate(sarif({ ...findings, violations: [{ ...finding(), what: 1 as unknown as string, fix: "" }] }, "f"))).toBe(false);
});
