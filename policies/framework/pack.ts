/** Our policies as @pulumi/policy takes them. */
import type { PolicyPackArgs, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Exemptions } from "./exemptions";
import { exemptedMessage, undecidedMessage, violationMessage } from "./findings";
import { appliesTo, isUndecided, type Policy, type PolicyContext, type PolicyResource, type ResourcePolicy, type StackPolicy, type StackResource } from "./policy";
import { PolicyFailure } from "./policy-failure";
import { watched, type WatchedProperties } from "./watched-properties";

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

/** What `reportViolation` takes beside a text (@pulumi/policy's server.js, makeReportViolationFun): there the policy's description goes in front. */
type Tell = (finding: { message: string; urn?: string; enforcementLevel?: "advisory" }) => void;

type OfResource = Omit<ResourceValidationPolicy, "validateResource"> & {
  validateResource: Extract<ResourceValidationPolicy["validateResource"], (...of: never[]) => unknown>;
  /** For judges.ts: what the policy looks at. */
  looksAt: Pick<ResourcePolicy, "types" | "onlyWith">;
};
type OfStack = StackValidationPolicy & {
  /** For served-pack.ts: what can begin with the run. */
  prepare?: StackPolicy["prepare"];
};
export type PulumiPolicy = OfResource | OfStack;
export type PackArguments = Omit<PolicyPackArgs, "policies"> & { policies: PulumiPolicy[] };

/** @throws CHI-P001 for two policies with one id */
export function packArguments(policies: readonly Policy[], exemptions?: Exemptions): PackArguments {
  const ids = policies.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new Error(`CHI-P001 two policies have the id "${twice}": rename one in policies/`);
  // Last, when all that exemptions are used for has been judged.
  const unused = exemptions?.unusedPolicy();
  return { enforcementLevel: "mandatory", policies: [...policies, ...(unused === undefined ? [] : [unused])].map((policy) => asPulumi(policy, exemptions)) };
}

export function asPulumi(policy: ResourcePolicy, exemptions?: Exemptions): OfResource;
export function asPulumi(policy: StackPolicy, exemptions?: Exemptions): OfStack;
export function asPulumi(policy: Policy, exemptions?: Exemptions): PulumiPolicy;
export function asPulumi(policy: Policy, exemptions?: Exemptions): PulumiPolicy {
  const facts = {
    name: policy.id,
    displayName: policy.title,
    description: policy.title,
    severity: policy.severity,
    remediationSteps: policy.remediation,
    enforcementLevel: "mandatory" as const,
    ...(policy.configuration === undefined ? {} : { configSchema: { properties: { ...policy.configuration } } }),
  };
  return policy.kind === "resource"
    ? { ...facts, looksAt: policy, validateResource: validateResource(policy, exemptions) }
    : { ...facts, validateStack: validateStack(policy, exemptions), ...(policy.prepare === undefined ? {} : { prepare: policy.prepare }) };
}

function validateResource(policy: ResourcePolicy, exemptions?: Exemptions): OfResource["validateResource"] {
  return (args, reportViolation) => {
    if (!appliesTo(policy, args.type)) return;
    const seen = args as unknown as Seen;
    const report = reporter(policy, reportViolation, exemptions);
    const watch = watched(seen.props);
    const undecided = run(policy, args.urn, () =>
      policy.check(resourceOf(seen, watch), (message) => report(message, args.urn), contextOf(args.urn, args.getConfig(), policy)),
    );
    sayUndecided(policy, [{ urn: args.urn, watch }], undecided, reportViolation, exemptions);
  };
}

function validateStack(policy: StackPolicy, exemptions?: Exemptions): StackValidationPolicy["validateStack"] {
  return (args, reportViolation) => {
    const seen = args.resources as unknown as SeenInStack[];
    const [first] = seen;
    if (first === undefined) return;
    const report = reporter(policy, reportViolation, exemptions);
    const context = contextOf(first.urn, args.getConfig(), policy);
    const judge = (prepared?: unknown) => {
      const stack = stackOf(seen);
      const watches = stack.watchAnew();
      const undecided = run(policy, `stack ${context.stack}`, () =>
        policy.check(stack.resources, (message, resource) => report(message, resource?.urn), { ...context, prepared }),
      );
      sayUndecided(policy, [...watches].map(([urn, watch]) => ({ urn, watch })), undecided, reportViolation, exemptions);
    };
    if (policy.prepare === undefined) return judge();
    return policy.prepare(context.stack).then(judge, (error: unknown) => {
      throw new PolicyFailure(policy.id, `stack ${context.stack}`, error);
    });
  };
}

/** @returns the error that only says that something is not known yet @throws PolicyFailure for any other */
function run(policy: Policy, where: string, check: () => unknown): Error | undefined {
  try {
    // An async function fits `void`; what it rejects with, nobody would hear.
    if (check() instanceof Promise) throw new Error("CHI-P004 its check is async: make it a plain function");
    return undefined;
  } catch (error) {
    if (isUndecided(error)) return error;
    throw new PolicyFailure(policy.id, where, error);
  }
}

interface WatchedResource {
  urn: string;
  watch: WatchedProperties;
}

function sayUndecided(policy: Policy, resources: readonly WatchedResource[], thrown: Error | undefined, reportViolation: ReportViolation, exemptions?: Exemptions): void {
  const tell = reportViolation as unknown as Tell;
  const undecided = resources.filter(({ watch }) => watch.unknown.size > 0);
  // Not one that came out of these properties: the server says so in its own words.
  if (thrown !== undefined && undecided.length === 0) throw thrown;
  for (const { urn, watch } of undecided) {
    exemptions?.noteUndecided(policy.id, urn);
    tell({ message: undecidedMessage(policy.id, nameOf(urn), watch.unknown), urn, enforcementLevel: "advisory" });
  }
}

function reporter(policy: Policy, reportViolation: ReportViolation, exemptions?: Exemptions): (message: string, urn?: string) => void {
  const tell = reportViolation as unknown as Tell;
  return (what, urn) => {
    const exemption = urn === undefined ? undefined : exemptions?.use(policy.id, urn);
    if (exemption === undefined) tell({ message: violationMessage(policy, what), urn });
    else tell({ message: exemptedMessage(exemption, what), urn, enforcementLevel: "advisory" });
  };
}

function resourceOf({ type, name, urn, opts }: Seen, { props }: WatchedProperties): PolicyResource {
  return { type, name, urn, props, protect: opts.protect };
}

interface Stack {
  readonly resources: readonly StackResource[];
  /** From now on reads count for the map that is returned; what is not read is not in it. */
  watchAnew(): ReadonlyMap<string, WatchedProperties>;
}

/** The same for every policy that is shown the same resources: making them takes longer than most checks. */
const stacks = new WeakMap<readonly SeenInStack[], Stack>();

function stackOf(seen: readonly SeenInStack[]): Stack {
  const known = stacks.get(seen);
  if (known !== undefined) return known;
  // A check runs to its end before the next begins, so that one map at a time is enough.
  let watches = new Map<string, WatchedProperties>();
  const made = new Map<string, StackResource & { parent?: StackResource; dependencies: readonly StackResource[] }>();
  for (const { type, name, urn, opts, props } of seen) {
    made.set(urn, {
      type,
      name,
      urn,
      protect: opts.protect,
      dependencies: [],
      get props() {
        let watch = watches.get(urn);
        if (watch === undefined) watches.set(urn, (watch = watched(props)));
        return watch.props;
      },
    });
  }
  for (const { urn, parent, dependencies } of seen) {
    const resource = made.get(urn)!;
    if (parent !== undefined) resource.parent = made.get(parent.urn);
    resource.dependencies = dependencies.flatMap((dependency) => made.get(dependency.urn) ?? []);
  }
  const stack: Stack = { resources: [...made.values()], watchAnew: () => (watches = new Map<string, WatchedProperties>()) };
  stacks.set(seen, stack);
  return stack;
}

/** The name in a URN: what follows the last `::`. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** `urn:pulumi:<stack>::<project>::…`; what the configuration lacks has its default. */
export function contextOf(urn: string, configuration: object, policy: Pick<Policy, "configuration"> = {}): PolicyContext {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  const defaults = Object.fromEntries(Object.entries(policy.configuration ?? {}).map(([name, setting]) => [name, setting.default]));
  return { stack, project, configuration: { ...defaults, ...configuration } };
}
