/** What policies say of a resource, as text for the engine and back. The engine passes on text only; everything that is shown is made from it. */
import type { PolicyFacts } from "./policy";

export function violationMessage(policy: Pick<PolicyFacts, "remediation" | "section">, what: string): string {
  return `${what}; fix: ${policy.remediation} (section ${policy.section})`;
}

export function undecidedMessage(policy: string, resource: string, properties: Iterable<string>): string {
  return `${undecided}${policy} ${resource} needs ${[...properties].join(", ")}`;
}

export interface ExemptionUse {
  expires: string;
  owner: string;
  reason: string;
}

export function exemptedMessage({ expires, owner, reason }: ExemptionUse, what: string): string {
  return `${exempted}${expires}: ${what}; ${owner}: ${reason}`;
}

const undecided = "not decided yet: ";
const exempted = "exempted until ";

export type FindingKind = "violation" | "undecided" | "exemption";

/** Which of the three a message of the engine is. Whatever is unlike ours is a violation where it blocks; nothing is lost. */
export function kindOf(message: string, blocks: boolean): FindingKind {
  if (!blocks && message.startsWith(exempted)) return "exemption";
  // The second is what @pulumi/policy itself says of a value that is not known.
  if (!blocks && (message.startsWith(undecided) || /^can't run policy .* during preview/.test(message))) return "undecided";
  return "violation";
}

/** Takes a violation's message apart. */
export function partsOf(message: string): { what: string; fix: string; section?: string } {
  const found = /^([\s\S]*?); fix: ([\s\S]*) \(section ([^)]+)\)$/.exec(message);
  return found === null ? { what: message, fix: "" } : { what: found[1] ?? "", fix: found[2] ?? "", section: found[3] };
}
