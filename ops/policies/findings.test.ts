import { exemptedMessage, undecidedMessage, violationMessage } from "../../policies/framework/findings";
import { allPolicies } from "../../policies/framework/packs";
import { followPolicies } from "../engine/watched-run";
import { addFinding, noFindings, type PolicyEvent } from "./findings";
import { policyReport } from "./policy-report";
import { withoutPolicies } from "./without-policies";

const urn = "urn:pulumi:prod::chisan::a:b:C::door";
const event = (message: string, enforcementLevel = "mandatory"): PolicyEvent => ({ resourceUrn: urn, message: `<{%fg 13%}>${message}<{%reset%}>\n`, policyName: "no-red", policyPackName: "chisan", enforcementLevel, severity: "low" });
const found = (...events: PolicyEvent[]) => {
  const findings = noFindings();
  for (const each of events) addFinding(findings, each);
  return findings;
};
const violation = event(violationMessage({ remediation: "paint it; twice", section: "2.5" }, "red; not blue"));
const undecided = event(undecidedMessage("no-red", "door", ["colour", "light.colour"]), "advisory");
const exempted = event(exemptedMessage({ expires: "2027-01-31", owner: "Security Lead", reason: "Spring comes." }, "red"), "advisory");

test("the three kinds are told apart, with what is wrong and how to fix it", () => {
  const { violations, undecided: open, exemptions } = found(violation, undecided, exempted);
  expect(violations).toEqual([{ policy: "no-red", pack: "chisan", severity: "low", urn, resource: "door", what: "red; not blue", fix: "paint it; twice" }]);
  expect(open.map(({ what }) => what)).toEqual(["not decided yet: no-red door needs colour, light.colour"]);
  expect(exemptions.map(({ what }) => what)).toEqual(["exempted until 2027-01-31: red; Security Lead: Spring comes."]);
});

test("a mandatory finding is a violation, whatever it says", () => {
  expect(found(event("not decided yet: pretending")).violations).toHaveLength(1);
  expect(found(event("of another pack", "advisory")).violations).toHaveLength(1);
});

test("the server's own words for an unknown value count as undecided", () => {
  expect(found(event("can't run policy 'no-red' from policy pack 'x@v1' during preview: string value at .a", "advisory")).undecided).toHaveLength(1);
});

test("the same finding twice is one", () => expect(found(violation, violation).violations).toHaveLength(1));

test("a policy's own pack is named", () => {
  const { id } = allPolicies()[0]!;
  expect(found({ ...violation, policyName: id }).violations[0]?.pack).not.toBe("chisan");
});

test("the preview's findings make way for the operation's", () => {
  const afterPreview = followPolicies(noFindings(), { policyEvent: undecided });
  expect(followPolicies(followPolicies(afterPreview, { preludeEvent: {} }), { policyEvent: violation })).toEqual(found(violation));
});

test("the report has a table, counts, and who decides", () => {
  const text = policyReport(found(violation, undecided, exempted), "preview");
  expect(text).toMatch(/^Policies: 1 violation\nPolicy +Resource +What +Fix\n/);
  expect(text).toMatch(/no-red +door +red; not blue +paint it; twice/);
  expect(text).toContain("Policies: 1 exemption used");
  expect(text).toMatch(/Policies: 1 check not decided yet; `up` decides them\n.*\n.*\nno-red +door +colour, light.colour$/);
  expect(policyReport(noFindings(), "up")).toBe("");
});

test.each([1, 7, 1000])("the CLI's list is left out, however its output is cut (%i)", (size) => {
  const output = "Previewing\n +  a create\nPolicies:\n    ❌ chisan@v0.1.0\n        - [mandatory]  no-red\n          red\n\n\u001b[1mDiagnostics:\u001b[0m\n    error: preview failed\n";
  let seen = "";
  const filter = withoutPolicies((text) => (seen += text));
  for (let at = 0; at < output.length; at += size) filter.take(output.slice(at, at + size));
  filter.end();
  expect(seen).toBe("Previewing\n +  a create\n\u001b[1mDiagnostics:\u001b[0m\n    error: preview failed\n");
});
