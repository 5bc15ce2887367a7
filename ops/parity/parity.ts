/** What `chisan parity` does. Pulumi's SDK and the programs are loaded only where there is something to compare anew. */
import type { CloudStack } from "../../config/stack-configuration-keys";
import type { Comparison } from "./judged-differences";
import { keptComparisons } from "./kept-comparisons";

export type StackPair = readonly [CloudStack, CloudStack];

/** The reference beside everything else that is in a cloud. */
export const defaultPairs: readonly StackPair[] = [
  ["staging", "prod"],
  ["chisan-dr", "prod"],
];

/** What the programs declare; kept until one of their files changes. @throws the programs' own errors; CHI-Y002, CHI-Y003 */
export function parityOfPrograms(pairs: readonly StackPair[]): Promise<Comparison[]> {
  return keptComparisons(JSON.stringify(pairs), () => comparisons().compareDeclared(pairs));
}

/** What the stacks' states say, in the sandbox or in the cloud. @throws the errors of deployedShape; CHI-Y002, CHI-Y003 */
export function parityOfDeployed(pairs: readonly StackPair[], cloud: boolean): Promise<Comparison[]> {
  return comparisons().compareDeployed(pairs, cloud);
}

function comparisons() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("./comparisons") as typeof import("./comparisons");
}
