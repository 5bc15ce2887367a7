import type { Comparison, JudgedDifference } from "../../ops/parity/judged-differences";
import { shortenedPair } from "../../ops/parity/shown-values";
import { stackPolicy, type StackResource } from "../framework/policy";

/** Where the comparisons come from: loaded by the runs that need it, and exchanged by who breaks a program on purpose (policies/mutants). */
export const source = {
  comparisons: (): Promise<readonly Comparison[]> =>
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    (require("../../ops/parity/parity") as typeof import("../../ops/parity/parity")).parityBeside(),
};

/** One comparison for a run, however often it is asked for; what failed is tried again. */
let begun: Promise<readonly Comparison[]> | undefined;
const compared = ["staging", "prod", "chisan-dr"];

export const twinsAlike = stackPolicy({
  id: "twins-alike",
  title: "Every resource of prod has its twin in staging and in chisan-dr, with equal properties, but for differences that are declared with a reason",
  severity: "high",
  section: "1.3",
  why: "what was tested in staging is not what runs in prod, and chisan-dr is not what it replaces, if they differ where nobody meant them to",
  remediation: "npx chisan parity shows both values; make them equal, or declare the difference in config/shape-parity-traits.ts or config/shape-parity.ts",
  prepare: (stack) => {
    if (!compared.includes(stack)) return Promise.resolve([]);
    const load = source.comparisons;
    begun ??= load().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  },
  check: (resources, report, { stack, prepared }) => {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    // What is not here has no resource of its own to be told of.
    const whole = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    for (const comparison of prepared as readonly Comparison[]) {
      if (comparison.a !== stack && comparison.b !== stack) continue;
      for (const difference of comparison.differences) {
        if (difference.declared !== undefined) continue;
        report(said(comparison, difference), resourceOf(comparison, difference, stack, byUrn) ?? whole);
      }
      for (const { declaredIn, resources: pattern, property } of comparison.unused)
        report(`${declaredIn} declares a difference of ${pattern} ${property ?? "(the resource itself)"} that ${comparison.a} and ${comparison.b} do not have; allowed: declarations that explain one`, whole);
    }
  },
});

/** For tests: forgets what was compared. */
export function forget(): void {
  begun = undefined;
}

function resourceOf({ a }: Comparison, { urns }: JudgedDifference, stack: string, byUrn: ReadonlyMap<string, StackResource>): StackResource | undefined {
  const urn = stack === a ? urns.a : urns.b;
  return urn === undefined ? undefined : byUrn.get(urn);
}

/** Secrets are marks in a comparison (ops/declared), so values can be shown. */
function said({ a, b }: Comparison, { resource, property, a: one, b: other, means }: JudgedDifference): string {
  if (property === undefined) return `${resource} is in ${one === true ? a : b} and not in ${one === true ? b : a}, which nothing declares; allowed: twins`;
  const [left, right] = shown(one, other);
  if (means === undefined) return `${resource} ${property} is ${left} in ${a} and ${right} in ${b}, which nothing declares; allowed: equal values`;
  const [inA, inB] = shown(means.a, means.b);
  return `${resource} ${property} is ${left} in ${a} and in ${b}, which means ${inA} in ${a} and ${inB} in ${b}, and nothing declares it; allowed: each environment's own`;
}

function shown(one: unknown, other: unknown): [string, string] {
  const text = (value: unknown) => (typeof value === "symbol" ? "nothing" : JSON.stringify(value));
  return shortenedPair(text(one), text(other), 60);
}
