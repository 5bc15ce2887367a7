import type { Phase } from "../../phases/phase";
import { type Check, type CheckResult, runChecks } from "./check";

export interface Verification {
  readonly checks: readonly Check[];
  /** Ends connections that the checks used. */
  close(): Promise<void>;
}

/**
 * Looks at everything anew, at each attempt.
 *
 * @param open makes the checks, of what the phases before have found
 * @param took is given the results also when one does not hold, for the report
 */
export function verifyPhase(open: Open, took: (results: readonly CheckResult[]) => void, estimateSeconds: number): Phase {
  return {
    name: "verify",
    title: "Verify",
    estimateSeconds,
    always: true,
    async run(situation) {
      const { checks, close } = await open(situation);
      const results = await runChecks(checks, situation.say, situation.signal).finally(close);
      took(results);
      const failed = results.filter(({ ok }) => !ok);
      if (failed.length > 0) throw new Error(`CHI-H075 ${failed.length} of ${results.length} checks do not hold (${failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}): mend it and type the same command again`);
      return { summary: `${results.length} checks hold`, facts: { checks: results.map((each) => ({ ...each })) } };
    },
  };
}

export type Open = (situation: Parameters<Phase["run"]>[0]) => Promise<Verification>;
