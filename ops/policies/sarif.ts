/** Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning. */
import { allPolicies } from "../../policies/framework/packs";
import type { Finding, PolicyFindings } from "./findings";

/** @param file where the stack is declared, relative to the repository's root */
export function sarif({ violations, undecided, exemptions }: PolicyFindings, file: string): object {
  const policies = allPolicies();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "chisan-policies",
            rules: policies.map(({ id, title, why, remediation, section, severity }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: remediation },
              defaultConfiguration: { level: "error" },
              properties: { section, severity },
            })),
          },
        },
        results: [
          ...violations.map((finding) => ({ ...result(finding, file), kind: "fail", level: "error" })),
          ...exemptions.map((finding) => ({ ...result(finding, file), kind: "fail", level: "error", suppressions: [{ kind: "external", status: "accepted", justification: finding.what }] })),
          ...undecided.map((finding) => ({ ...result(finding, file), kind: "open", level: "none" })),
        ],
      },
    ],
  };

  function result({ policy, urn, resource, what, fix }: Finding, uri: string): object {
    const ruleIndex = policies.findIndex(({ id }) => id === policy);
    return {
      ruleId: policy,
      // The checks of the exemptions are no rule of a pack.
      ...(ruleIndex === -1 ? {} : { ruleIndex }),
      message: { text: fix === "" ? what : `${what}. Fix: ${fix}` },
      locations: [{ physicalLocation: { artifactLocation: { uri } }, logicalLocations: [{ name: resource, fullyQualifiedName: urn, kind: "resource" }] }],
    };
  }
}
