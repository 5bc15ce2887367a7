/** What the policies said in a run, from the engine's events. */
import { nameOf } from "../../policies/framework/pack";
import { kindOf, partsOf } from "../../policies/framework/findings";
import { allPolicies, packNames, policiesOf, type PackName } from "../../policies/framework/packs";

/** The engine's event (sdk/go/common/apitype/events.go, PolicyEvent). */
export interface PolicyEvent {
  resourceUrn?: string;
  message: string;
  policyName: string;
  policyPackName: string;
  enforcementLevel: string;
  severity?: string;
}

export interface Finding {
  policy: string;
  pack: string;
  severity: string;
  urn: string;
  /** Logical name of the resource. */
  resource: string;
  /** What is wrong, not known yet, or excused. */
  what: string;
  fix: string;
}

export interface PolicyFindings {
  violations: Finding[];
  /** Checks that need a value which a preview does not know yet. */
  undecided: Finding[];
  /** Violations that policies/exemptions.yaml accepts for now. */
  exemptions: Finding[];
}

export function noFindings(): PolicyFindings {
  return { violations: [], undecided: [], exemptions: [] };
}

/** Adds what one event says. */
export function addFinding(findings: PolicyFindings, event: PolicyEvent): void {
  const blocks = event.enforcementLevel === "mandatory";
  const message = plain(event.message);
  const { what, fix } = partsOf(message);
  const urn = event.resourceUrn ?? "";
  const finding: Finding = { policy: event.policyName, pack: packOf(event), severity: event.severity ?? "", urn, resource: nameOf(urn), what, fix };
  const kind = kindOf(message, blocks);
  const list = { violation: findings.violations, undecided: findings.undecided, exemption: findings.exemptions }[kind];
  // A resource is judged once more for each replacement of it; the answer is the same.
  if (!list.some(({ policy, urn: at, what: said }) => policy === finding.policy && at === urn && said === what)) list.push(finding);
}

/** The packs run together under one name; a policy's own pack is the one that has its id. */
function packOf({ policyName, policyPackName }: PolicyEvent): string {
  const isIn = (pack: PackName) => policiesOf(pack).some(({ id }) => id === policyName);
  return allPolicies().some(({ id }) => id === policyName) ? (packNames.find(isIn) ?? policyPackName) : policyPackName;
}

/** Without the engine's markup (`<{%reset%}>`). */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}
