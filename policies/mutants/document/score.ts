import type { Policy } from "../../framework/policy";
import { BlindJudge } from "../blind/judge";
import { describeMutant, type Program } from "../mutant";
import { promises } from "./promises";

export interface PromiseScore {
  readonly section: string;
  readonly promise: string;
  readonly mutants: number;
  readonly caught: number;
  /** Mutants that no policy notices. */
  readonly missed: readonly string[];
  /** Why no policy can; such a promise fails no run. */
  readonly unjudged?: string;
}

/** Who notices, of all policies, judged as blind mutants are. A promise that is broken unnoticed wants a policy. */
export function scorePromises(program: Program, policies: readonly Policy[]): PromiseScore[] {
  const judge = new BlindJudge(program, policies);
  return promises.map(({ section, promise, mutants: generate, unjudged }) => {
    const mutants = generate(program);
    const missed = mutants.filter((mutant) => judge.caughtBy(mutant).length === 0).map(describeMutant);
    return { section, promise, mutants: mutants.length, caught: mutants.length - missed.length, missed, ...(unjudged === undefined ? {} : { unjudged }) };
  });
}
