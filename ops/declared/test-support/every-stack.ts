import "./plain-stack-traces";
import { type StackName, stackNames } from "../../../config/naming";
import { type DeclaredStack, declaredStack } from "../declared-stack";

/** What every stack declares, run once for a whole test file. */
export async function everyStack(): Promise<Record<StackName, DeclaredStack["resources"]>> {
  const found: [StackName, DeclaredStack["resources"]][] = [];
  for (const stack of stackNames) found.push([stack, (await declaredStack(stack)).resources]);
  return Object.fromEntries(found) as Record<StackName, DeclaredStack["resources"]>;
}
