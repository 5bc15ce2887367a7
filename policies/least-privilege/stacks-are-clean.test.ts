import { type CloudStack, cloudStacks } from "../../config/stack-configuration-keys";
import { recordStack } from "../../stacks/test-support/recorded-stack";
import { dataProtection } from "../data-protection/policies";
import { appliesTo } from "../framework/policy";
import { judge } from "../test-support/judge";
import { leastPrivilege } from "./policies";

const policies = [...leastPrivilege, ...dataProtection];

test.each(cloudStacks.map((stack: CloudStack) => [stack]))(
  "%s, as it is declared, breaks no policy and leaves none undecided",
  async (stack) => {
    const resources = await recordStack(stack);
    const found: string[] = [];
    for (const policy of policies) {
      // The judge encodes each resource for each policy: those that a policy has nothing to say of are left out.
      const seen = policy.kind === "stack" ? resources : resources.filter(({ type }) => appliesTo(policy, type));
      const { violations, undecided } = await judge(policy, seen, stack);
      found.push(...violations.map((each) => `${policy.id} ${each}`), ...undecided);
    }
    expect(found).toEqual([]);
  },
);
