/** Intended mutants, each asked of the policy that is to catch it, behind the code that serves policies to the engine. */
import { type PackName, packNames } from "../../framework/packs";
import type { Policy } from "../../framework/policy";
import { judge } from "../../test-support/judge";
import { describeMutant, type Mutant, type Programs, resourcesWith } from "../mutant";
import { type Packs, seenBy } from "../programs";
import { sampleOfEach } from "../sample";
import { dataProtectionMutants } from "./data-protection";
import { environmentParityMutants } from "./environment-parity";
import type { Generators } from "./generators";
import { leastPrivilegeMutants } from "./least-privilege";

export const intendedMutants: Readonly<Record<PackName, Generators>> = {
  "environment-parity": environmentParityMutants,
  "least-privilege": leastPrivilegeMutants,
  "data-protection": dataProtectionMutants,
};

export interface PolicyScore {
  readonly pack: PackName;
  readonly policy: string;
  readonly mutants: number;
  readonly caught: number;
  /** Of those caught, how many only because the policy threw, which fails a run closed. */
  readonly threw: number;
  /** Mutants that survived. */
  readonly missed: readonly string[];
}

export interface IntendedOptions {
  /** So many in all, of each policy as evenly as possible; every one unless given. */
  readonly sample?: number;
  readonly seed: number;
  /** Only mutants of the policy with this id, in whichever packs have it. */
  readonly policy?: string;
  readonly progress?: (done: number, all: number) => void;
}

/** `<pack>/<policy>` of policies that nobody has said how to break, sorted. */
export function withoutGenerator(packs: Packs): string[] {
  return packNames
    .flatMap((pack) =>
      packs[pack]
        .map(({ id }) => id)
        .filter((id) => !(id in intendedMutants[pack]))
        .map((id) => `${pack}/${id}`),
    )
    .sort();
}

/**
 * A policy that is not in its pack any more catches nothing: its mutants survive.
 *
 * @throws CHI-M005 for policies without a generator, CHI-M006 for a generator that makes nothing, CHI-M012 for an unknown `policy`
 */
export async function scoreIntended(
  programs: Programs,
  packs: Packs,
  { sample, seed, policy: only, progress }: IntendedOptions,
): Promise<PolicyScore[]> {
  const missing = withoutGenerator(packs);
  if (missing.length > 0) throw new Error(`CHI-M005 nothing breaks ${missing.join(", ")}: add how to policies/mutants/intended/<pack>.ts`);
  const all = packNames.flatMap((pack) =>
    Object.entries(intendedMutants[pack])
      .filter(([policy]) => only === undefined || policy === only)
      .map(([policy, generate]) => ({ pack, policy, mutants: generate(programs) })),
  );
  if (all.length === 0) throw new Error(`CHI-M012 no policy has the id "${only}": docs/policies.md lists them`);
  const empty = all.find(({ mutants }) => mutants.length === 0);
  if (empty !== undefined)
    throw new Error(
      `CHI-M006 the generator of ${empty.pack}/${empty.policy} makes no mutant: correct policies/mutants/intended/${empty.pack}.ts`,
    );
  const drawn =
    sample === undefined
      ? all.map(({ mutants }) => mutants)
      : sampleOfEach(
          all.map(({ mutants }) => mutants),
          sample,
          seed,
        );
  const total = drawn.reduce((sum, { length }) => sum + length, 0);
  const scores: PolicyScore[] = [];
  let done = 0;
  for (const [at, { pack, policy: id }] of all.entries()) {
    const policy = packs[pack].find((each) => each.id === id);
    const missed: string[] = [];
    let threw = 0;
    for (const mutant of drawn[at] ?? []) {
      const outcome = policy === undefined ? "missed" : await outcomeOf(policy, mutant, programs);
      if (outcome === "missed") missed.push(describeMutant(mutant));
      if (outcome === "threw") threw += 1;
      done += 1;
      progress?.(done, total);
    }
    const mutants = drawn[at]?.length ?? 0;
    scores.push({ pack, policy: id, mutants, caught: mutants - missed.length, threw, missed });
  }
  return scores;
}

async function outcomeOf(policy: Policy, mutant: Mutant, programs: Programs): Promise<"caught" | "threw" | "missed"> {
  const program = mutant.stack === "prod" ? programs.prod : programs.staging;
  const resources =
    policy.kind === "stack"
      ? resourcesWith(program.resources, mutant)
      : seenBy(policy, mutant.mutated === undefined ? [] : [mutant.mutated]);
  const ask = () => judge(policy, resources, mutant.stack);
  try {
    const { violations } = await (mutant.during === undefined ? ask() : mutant.during(ask));
    return violations.length > 0 ? "caught" : "missed";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "threw";
  }
}
