import { table } from "../output/table";
import type { Finding, PolicyFindings } from "./findings";

/** What a person reads at the end of a run; empty when there is nothing to say. */
export function policyReport({ violations, undecided, exemptions }: PolicyFindings, operation: "preview" | "up"): string {
  const parts: string[] = [];
  if (violations.length > 0) parts.push(`Policies: ${counted(violations.length, "violation")}`, rows(violations, ["Policy", "Resource", "What", "Fix"], ({ policy, resource, what, fix }) => [policy, resource, what, fix]));
  if (exemptions.length > 0) parts.push(`Policies: ${counted(exemptions.length, "exemption")} used`, rows(exemptions, ["Policy", "Resource", "What"], ({ policy, resource, what }) => [policy, resource, what]));
  if (undecided.length > 0) {
    const decides = operation === "preview" ? "`up` decides them" : "their values were not known at the end of the run either";
    parts.push(`Policies: ${counted(undecided.length, "check")} not decided yet; ${decides}`, byPolicy(undecided));
  }
  return parts.join("\n");
}

/** A line for each policy: before the first `up` nearly every resource has something unknown. `--json` names them all. */
function byPolicy(undecided: readonly Finding[]): string {
  const policies = [...new Set(undecided.map(({ policy }) => policy))];
  const lines = policies.map((policy) => {
    const of = undecided.filter((finding) => finding.policy === policy);
    const needs = [...new Set(of.flatMap(({ what }) => (/ needs (.*)$/.exec(what)?.[1] ?? "").split(", ")))];
    return [policy, shortened(of.map(({ resource }) => resource), 2), shortened(needs, 3)];
  });
  return table([["Policy", "Resources", "Needs"], ...lines]);
}

function shortened(names: readonly string[], shown: number): string {
  return names.length <= shown + 1 ? names.join(", ") : `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}

function rows(findings: readonly Finding[], heading: readonly string[], row: (finding: Finding) => string[]): string {
  return table([heading, ...findings.map((finding) => row(finding).map((cell) => cell.replace(/\s+/g, " ")))]);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
