import type { RecordedResource } from "../../../components/test-support/mocks";
import type { CloudStack } from "../../../config/stack-configuration-keys";
import { recordStack } from "../../../stacks/test-support/recorded-stack";

const recorded = new Map<CloudStack, Promise<RecordedResource[]>>();

/** What a stack's program declares with every output known, recorded once for all tests of a file. */
export function environment(stack: CloudStack): Promise<RecordedResource[]> {
  const found = recorded.get(stack) ?? recordStack(stack);
  recorded.set(stack, found);
  return found;
}
