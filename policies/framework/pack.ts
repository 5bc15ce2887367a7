/** Our policies as @pulumi/policy takes them. */
import type { PolicyPackArgs, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { appliesTo, type Policy, type PolicyContext, type PolicyResource, type ResourcePolicy, type StackPolicy, type StackResource } from "./policy";

/** Of @pulumi/policy's arguments what is used here, the same in both kinds of policy. */
interface Seen {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
  opts: { protect: boolean };
}

interface SeenInStack extends Seen {
  parent?: SeenInStack;
  dependencies: SeenInStack[];
}

/** @throws CHI-P001 for two policies with one id */
export function packArguments(policies: readonly Policy[]): PolicyPackArgs {
  const ids = policies.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new Error(`CHI-P001 two policies have the id "${twice}": rename one in policies/`);
  return { enforcementLevel: "mandatory", policies: policies.map(asPulumi) };
}

export function asPulumi(policy: Policy): ResourceValidationPolicy | StackValidationPolicy {
  const facts = {
    name: policy.id,
    displayName: policy.title,
    description: policy.title,
    severity: policy.severity,
    remediationSteps: policy.remediation,
    enforcementLevel: "mandatory" as const,
    ...(policy.configuration === undefined ? {} : { configSchema: { properties: { ...policy.configuration } } }),
  };
  return policy.kind === "resource" ? { ...facts, validateResource: validateResource(policy) } : { ...facts, validateStack: validateStack(policy) };
}

function validateResource(policy: ResourcePolicy): ResourceValidationPolicy["validateResource"] {
  return (args, reportViolation) => {
    if (!appliesTo(policy, args.type)) return;
    const report = reporter(policy, reportViolation);
    policy.check(resourceOf(args as unknown as Seen), (message) => report(message), contextOf(args.urn, args.getConfig()));
  };
}

function validateStack(policy: StackPolicy): StackValidationPolicy["validateStack"] {
  return (args, reportViolation) => {
    const seen = args.resources as unknown as SeenInStack[];
    const [first] = seen;
    if (first === undefined) return;
    const report = reporter(policy, reportViolation);
    policy.check(stackResources(seen), (message, resource) => report(message, resource?.urn), contextOf(first.urn, args.getConfig()));
  };
}

function reporter(policy: Policy, reportViolation: ReportViolation): (message: string, urn?: string) => void {
  return (message, urn) => reportViolation(`${message}; fix: ${policy.remediation} (section ${policy.section})`, urn);
}

function resourceOf({ type, name, urn, props, opts }: Seen): PolicyResource {
  return { type, name, urn, props, protect: opts.protect };
}

function stackResources(seen: readonly SeenInStack[]): StackResource[] {
  const made = new Map<string, { -readonly [K in keyof StackResource]: StackResource[K] }>();
  for (const resource of seen) made.set(resource.urn, { ...resourceOf(resource), dependencies: [] });
  for (const { urn, parent, dependencies } of seen) {
    const resource = made.get(urn)!;
    if (parent !== undefined) resource.parent = made.get(parent.urn);
    resource.dependencies = dependencies.flatMap((dependency) => made.get(dependency.urn) ?? []);
  }
  return [...made.values()];
}

/** `urn:pulumi:<stack>::<project>::…` */
export function contextOf(urn: string, configuration: object): PolicyContext {
  const [, , rest = "", project = ""] = [undefined, undefined, ...urn.replace(/^urn:pulumi:/, "").split("::")];
  return { stack: rest, project, configuration: configuration as Record<string, unknown> };
}
