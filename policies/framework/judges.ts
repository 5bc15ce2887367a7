/** The policies of a pack as judges: @pulumi/policy's own code, with only the policies that have something to say. */
import type { AnalyzerInfo, ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type { StackValidationPolicy } from "@pulumi/policy";
import type { LeanResource, LeanStack } from "./lean-messages";
import type { PackArguments, PulumiPolicy } from "./pack";
import { appliesTo } from "./policy";
import { convertEnforcementLevel, makeAnalyzerInfo, makeAnalyzeRpcFun, makeAnalyzeStackRpcFun, type Judge } from "./pulumi-judging";

type OfStack = StackValidationPolicy;
type Shown = Parameters<OfStack["validateStack"]>[0]["resources"];

export interface Judges {
  /**
   * Undefined where no policy of the pack looks at such a resource.
   *
   * @param mentions whether the resource's properties have the name anywhere; may say so of too many
   */
  ofResource(type: string, mentions: (name: string) => boolean): Judge<LeanResource> | undefined;
  /** Undefined where the pack has no policy for a stack as a whole. */
  readonly ofStack: Judge<LeanStack> | undefined;
  information(): AnalyzerInfo;
}

/**
 * @param configuration what the engine made of `--policy-pack-config` and the defaults
 */
export function judgesOf(pack: string, version: string, args: PackArguments, configuration?: ConfigureAnalyzerRequest): Judges {
  const policies = args.policies.map((policy) => configured(policy, configuration));
  const ofStack = policies.filter((policy) => "validateStack" in policy);
  const ofResources = policies.filter((policy) => "validateResource" in policy);
  const byType = new Map<string, typeof ofResources>();
  const byPolicies = new Map<string, Judge<LeanResource>>();
  return {
    ofResource(type, mentions) {
      let applying = byType.get(type);
      if (applying === undefined) byType.set(type, (applying = ofResources.filter(({ looksAt }) => appliesTo(looksAt, type))));
      const asked = applying.filter(({ looksAt: { onlyWith } }) => onlyWith === undefined || onlyWith.some(mentions));
      if (asked.length === 0) return undefined;
      const key = asked.map(({ name }) => name).join();
      let judge = byPolicies.get(key);
      if (judge === undefined) byPolicies.set(key, (judge = makeAnalyzeRpcFun(pack, version, "mandatory", asked)));
      return judge;
    },
    ofStack: ofStack.length === 0 ? undefined : judgeOfStack(pack, version, ofStack),
    information: () => makeAnalyzerInfo(pack, version, "mandatory", { ...args, policies: [...args.policies] }),
  };
}

/**
 * The judging code makes all of a stack's resources anew for each policy: half of a second for thirty. Here one policy that only listens gets them
 * made, and the others are judged of a stack without any and are shown these.
 */
function judgeOfStack(pack: string, version: string, policies: readonly OfStack[]): Judge<LeanStack> {
  return (call, answer) => {
    let made: Shown | undefined;
    const listening: OfStack = { name: `${pack}-resources`, description: "Keeps the resources for the others", validateStack: ({ resources }) => void (made = resources) };
    const make = makeAnalyzeStackRpcFun(pack, version, "mandatory", [listening]);
    make(call, (error, response) => {
      if (error || made === undefined) return answer(error ?? new Error("CHI-P005 the stack's resources could not be read"), response);
      const resources = made;
      const shown = policies.map((policy): OfStack => ({ ...policy, validateStack: (args, report) => policy.validateStack({ ...args, resources }, report) }));
      makeAnalyzeStackRpcFun(pack, version, "mandatory", shown)({ request: { getResourcesList: () => [] } }, answer);
    });
  };
}

/** The server keeps configuration where only its own `serve` can set it, so each policy is given its own. */
function configured(policy: PulumiPolicy, configuration: ConfigureAnalyzerRequest | undefined): PulumiPolicy {
  const found = configuration?.getPolicyconfigMap().get(policy.name);
  if (found === undefined) return policy;
  const properties = (found.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const enforcementLevel = convertEnforcementLevel(found.getEnforcementlevel());
  const getConfig = <T>() => properties as T;
  return "validateResource" in policy
    ? { ...policy, enforcementLevel, validateResource: (args, report) => policy.validateResource({ ...args, getConfig }, report) }
    : { ...policy, enforcementLevel, validateStack: (args, report) => policy.validateStack({ ...args, getConfig }, report) };
}
