import type { RecordedResource } from "../../components/test-support/mocks";
import { recordStack } from "../../stacks/test-support/recorded-stack";
import { type PackName, packNames, policiesOf } from "../framework/packs";
import { appliesTo, type Policy } from "../framework/policy";
import { judge } from "../test-support/judge";
import { Program, type Programs } from "./mutant";

export type Packs = Readonly<Record<PackName, readonly Policy[]>>;

export function allPacks(): Packs {
  return Object.fromEntries(packNames.map((pack) => [pack, policiesOf(pack)])) as Packs;
}

/** The real programs of the two stacks, with every output known. */
export async function recordedPrograms(): Promise<Programs> {
  // One after the other: Pulumi's SDK holds one program at a time.
  const prod = new Program("prod", inOrder(await recordStack("prod")));
  return { prod, staging: new Program("staging", inOrder(await recordStack("staging"))) };
}

/** Registrations come as promises settle; a seed must find the same mutants on a machine that is busy. */
function inOrder(resources: readonly RecordedResource[]): RecordedResource[] {
  const keyOf = ({ type, name }: RecordedResource) => `${type} ${name}`;
  return [...resources].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/**
 * What is broken before anything was: a mutant of a program that is not clean proves nothing.
 *
 * @throws CHI-M004 with the first violation and their number
 */
export async function assertClean({ prod, staging }: Programs, packs: Packs): Promise<void> {
  const found: string[] = [];
  for (const program of [prod, staging]) {
    for (const policy of Object.values(packs).flat()) {
      const { violations, undecided } = await judge(policy, seenBy(policy, program.resources), program.stack);
      found.push(...[...violations, ...undecided].map((text) => `${program.stack}: ${policy.id}: ${text}`));
    }
  }
  if (found.length > 0)
    throw new Error(`CHI-M004 ${found.length} violations before anything is broken, first ${found[0]}: npx chisan preview prod`);
}

/** Only what the policy looks at: the server would ask it of nothing else. */
export function seenBy(policy: Policy, resources: readonly RecordedResource[]): readonly RecordedResource[] {
  return policy.kind === "stack" ? resources : resources.filter(({ type }) => appliesTo(policy, type));
}
