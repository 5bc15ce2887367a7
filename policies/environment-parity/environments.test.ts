import { judge } from "../test-support/judge";
import { environmentParity } from "./policies";
import { environment } from "./test-support/environment";

test.each(environmentParity.flatMap((policy) => (["staging", "prod", "chisan-dr"] as const).map((stack) => [policy.id, stack, policy] as const)))(
  "%s: %s keeps it, and everything is decided",
  async (_, stack, policy) => {
    expect(await judge(policy, await environment(stack), stack)).toEqual({ violations: [], undecided: [] });
  },
);
