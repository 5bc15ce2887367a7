import type { Facts } from "./facts";
import { unreadable, type Finding, type Prerequisite } from "./prerequisite";

/** A prerequisite of a stack with what was found. */
export interface Judgement extends Finding {
  readonly id: string;
  readonly system: string;
  readonly title: string;
  readonly why: string;
  readonly how: string;
  readonly urgent: boolean;
}

/** Asks for each prerequisite of the facts' stack, all at once. A check that fails says so, and hides none of the others. */
export function judgeAll(all: readonly Prerequisite[], facts: Facts): Promise<Judgement[]> {
  const inStack = (text: string) => text.replaceAll("<stack>", facts.stack);
  return Promise.all(
    all
      .filter(({ stacks }) => stacks === undefined || stacks.includes(facts.stack))
      .map(async (each) => {
        const { id, system, title, why, how, urgent = false } = each;
        return { id, system, title, why, how: inStack(how), urgent, ...(await finding(each, facts)) };
      }),
  );
}

async function finding(prerequisite: Prerequisite, facts: Facts): Promise<Finding> {
  try {
    return await prerequisite.check(facts);
  } catch (error) {
    // Its kind only: a message may repeat what was sent.
    return unreadable(`the check failed (${error instanceof Error ? error.name : "unknown error"})`);
  }
}
