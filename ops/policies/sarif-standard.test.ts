/** Against the standard's schema (2.1.0-rtm.5, as SchemaStore has it), which @microsoft/jest-sarif carries. */
import Ajv from "ajv";
import addFormats from "ajv-formats";
import standard from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import { allPolicies } from "../../policies/framework/packs";
import type { Finding } from "./findings";
import { sarif } from "./sarif";

// It is of draft 4, of which it uses nothing that Ajv reads otherwise but these two.
const { $schema: _draft, id: _id, ...schema } = standard;
const validate = addFormats(new Ajv({ allErrors: true, strict: false, unicodeRegExp: false })).compile(schema);
const finding = (change: Partial<Finding> = {}): Finding => ({
  policy: allPolicies()[0]!.id, pack: "p", severity: "high", urn: "urn:pulumi:prod::chisan::a:b:C::n", resource: "n", what: "wrong", fix: "mend it", ...change,
});

test.each([
  { violations: [], undecided: [], exemptions: [] },
  { violations: [finding(), finding({ what: "again" })], undecided: [finding({ fix: "" })], exemptions: [finding({ policy: "of no pack" })] },
])("is SARIF 2.1.0 by the standard's schema", (findings) => {
  validate(sarif(findings, "stacks/prod.ts"));
  expect(validate.errors).toBeNull();
});

test("the schema refuses what is not SARIF", () => {
  expect(validate({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  expect(validate({ ...sarif({ violations: [finding()], undecided: [], exemptions: [] }, "f"), version: "2.0.0" })).toBe(false);
});
