import Ajv from "ajv";
import addFormats from "ajv-formats";
import { allPolicies } from "../../policies/framework/packs";
import { sarifSchema } from "../../policies/test-support/sarif-schema";
import type { Finding } from "./findings";
import { fileOf, sarif } from "./sarif";

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

const migration = "supabase/migrations/20260104000000_create_orders.sql";

test.each([
  ["row level security of table public.orders (MIGRATION) is off; allowed: on", migration],
  ["MIGRATION has a DO block that may change tables, which cannot be followed; write plain statements", migration],
  ["public.a is without policies for the reason \"\"; allowed: a sentence", "policies/environment-parity/tables-without-policies.ts"],
  ["tables-without-policies.ts names public.a, which is not there; remove it", "policies/environment-parity/tables-without-policies.ts"],
  ["config/shape-parity.ts declares a difference of a b that staging and prod do not have", "config/shape-parity.ts"],
  ["minimumInstances of stacks/staging.ts declares a difference of a b that staging and prod do not have", "stacks/staging.ts"],
  ["CHI-P016 the exemption from p for u matches no resource", "policies/exemptions.yaml"],
  ["the schedule is daily; allowed: weekly", "stacks/prod.ts"],
  ["the path is supabase/migrations/none.sql", "stacks/prod.ts"],
  ["the path is stacks/../../x.ts", "stacks/prod.ts"],
])("%s is located in %s", (text, file) => {
  const what = text.replace("MIGRATION", migration);
  expect(fileOf({ policy: "row-level-security", what }, "stacks/prod.ts")).toBe(file);
  const { runs } = sarif({ violations: [finding({ policy: "row-level-security", what })], undecided: [], exemptions: [] }, "stacks/prod.ts") as {
    runs: [{ results: [{ locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }] }];
  };
  expect(runs[0].results[0].locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri)).toEqual([file]);
});

test("the schema refuses what is not SARIF", () => {
  expect(validate({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  expect(validate(sarif({ ...findings, violations: [{ ...finding(), policy: 1 as unknown as string }] }, "f"))).toBe(false);
});
