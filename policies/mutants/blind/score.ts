import type { Policy } from "../../framework/policy";
import { loadRules, PACKAGE_NAMES, type PackageName } from "../../../sandbox/providers/rules";
import { pathText } from "../edit";
import { describeMutant, type Program } from "../mutant";
import { shuffled } from "../sample";
import { type BlindMutant, blindMutants } from "./generate";
import { BlindJudge } from "./judge";

export interface Survivors {
  readonly type: string;
  /** Without indexes; empty for the resource as a whole. */
  readonly property: string;
  /** What was done to it, and how often. */
  readonly operations: Readonly<Record<string, number>>;
  /** One of them. */
  readonly example: string;
}

export interface BlindScore {
  readonly mutants: number;
  /** The vendor's own plugin would refuse them before anything is changed. */
  readonly refusedByProvider: number;
  readonly caught: number;
  /** By how many mutants each policy caught, with others or alone. */
  readonly caughtBy: Readonly<Record<string, number>>;
  /** Sorted by type and property. */
  readonly survivors: readonly Survivors[];
  /** Types that no program of ours has, and that no policy would notice if one did. */
  readonly unnoticedTypes: readonly string[];
}

export interface BlindOptions {
  readonly sample?: number;
  readonly seed: number;
  readonly progress?: (done: number, all: number) => void;
}

export function scoreBlind(program: Program, policies: readonly Policy[], { sample, seed, progress }: BlindOptions): BlindScore {
  const all = blindMutants(program);
  const mutants = sample === undefined ? all : shuffled(all, seed).slice(0, sample);
  const judge = new BlindJudge(program, policies);
  const caughtBy: Record<string, number> = {};
  const survivors: BlindMutant[] = [];
  let refusedByProvider = 0;
  for (const [at, mutant] of mutants.entries()) {
    if (isRefusedByProvider(mutant)) refusedByProvider += 1;
    else {
      const by = judge.caughtBy(mutant);
      for (const policy of by) caughtBy[policy] = (caughtBy[policy] ?? 0) + 1;
      if (by.length === 0) survivors.push(mutant);
    }
    progress?.(at + 1, mutants.length);
  }
  return {
    mutants: mutants.length,
    refusedByProvider,
    caught: mutants.length - refusedByProvider - survivors.length,
    caughtBy,
    survivors: grouped(survivors.filter(({ isNewType }) => isNewType !== true)),
    unnoticedTypes: survivors
      .filter(({ isNewType }) => isNewType === true)
      .map(({ mutated }) => mutated?.type ?? "")
      .sort(),
  };
}

/** Only what the mutation itself brought: the sandbox's stand-ins are not all of a form that the vendors take. */
export function isRefusedByProvider({ original, mutated }: BlindMutant): boolean {
  if (original === undefined || mutated === undefined || original.inputs === mutated.inputs) return false;
  const packageName = mutated.type.slice(0, mutated.type.indexOf(":"));
  if (!(PACKAGE_NAMES as readonly string[]).includes(packageName)) return false;
  const rules = loadRules(packageName as PackageName);
  const failures = ({ type, inputs }: NonNullable<BlindMutant["mutated"]>): number => {
    const values = inputs as Parameters<typeof rules.check>[1];
    return rules.check(type, values).failures.length + (rules.planFailures?.(type, values) ?? []).length;
  };
  return failures(mutated) > failures(original);
}

function grouped(survivors: readonly BlindMutant[]): Survivors[] {
  const groups = new Map<string, { type: string; property: string; operations: Record<string, number>; example: string }>();
  for (const mutant of survivors) {
    const type = (mutant.mutated ?? mutant.original)?.type ?? "";
    const property = [mutant.path, mutant.inner ?? []]
      .map((path) => pathText(path.filter((step) => typeof step === "string")))
      .filter((text) => text !== "")
      .join(" · ");
    const key = `${type} ${property}`;
    const group = groups.get(key) ?? { type, property, operations: {}, example: describeMutant(mutant) };
    groups.set(key, group);
    group.operations[mutant.operation] = (group.operations[mutant.operation] ?? 0) + 1;
  }
  return [...groups.keys()].sort().flatMap((key) => groups.get(key) ?? []);
}
