/** Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { allPolicies } from "../../policies/framework/packs";
import { repositoryRoot } from "../../sandbox/control/paths";
import type { Finding, PolicyFindings } from "./findings";

/** A file of the repository that a finding names: `supabase/migrations/….sql`, `config/shape-parity.ts`. */
const named = /(?<![\w./-])(?:config|policies|stacks|supabase)\/[\w./-]*\w\.(?:sql|ts|yaml)(?![\w/])/g;
/** A list of row-level-security's, which says it without its folder. */
const tablesWithoutPolicies = "policies/environment-parity/tables-without-policies.ts";

/** Where a finding is to be mended: the first file that it names and that is there, or where the stack is declared. */
export function fileOf({ policy, what }: Pick<Finding, "policy" | "what">, stackFile: string): string {
  if (/^CHI-P016 the exemption /.test(what)) return "policies/exemptions.yaml";
  if (policy === "row-level-security" && /^tables-without-policies\.ts |^public\.\S+ is without policies /.test(what)) return tablesWithoutPolicies;
  const files = [...what.matchAll(named)].map(([file]) => file);
  return files.find((file) => !file.split("/").includes("..") && existsSync(join(repositoryRoot, file))) ?? stackFile;
}

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

  function result({ policy, urn, resource, what, fix }: Finding, stackFile: string): object {
    const uri = fileOf({ policy, what }, stackFile);
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
