/** Environments compared by what their programs declare, or by what is deployed. */
import { declaredDifferences, ownValues } from "../../config/shape-parity";
import { traitRules } from "../../config/shape-parity-traits";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { sharedOnPurpose, sharedSecrets } from "../../policies/data-protection/shared-secrets";
import type { StackResource } from "../../policies/framework/policy";
import { declaredShape } from "./declared-shape";
import { judgeShapes, type Comparison, type Declarations } from "./judged-differences";
import type { StackPair } from "./parity";
import type { EnvironmentShape } from "./shape";

const declarations: Declarations = { traits: traitRules, differences: declaredDifferences };

/** What the programs declare. @throws the programs' own errors; CHI-Y002, CHI-Y003 */
export function compareDeclared(pairs: readonly StackPair[]): Promise<Comparison[]> {
  return comparePairs(pairs, declaredShape, declarations);
}

/** What the stacks' states say, in the sandbox or in the cloud. @throws the errors of deployedShape; CHI-Y002, CHI-Y003 */
export async function compareDeployed(pairs: readonly StackPair[], cloud: boolean): Promise<Comparison[]> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { deployedEnvironment } = require("./deployed-shape") as typeof import("./deployed-shape");
  const resources = new Map<CloudStack, readonly StackResource[]>();
  const shapeOf = async (stack: CloudStack) => {
    const deployed = await deployedEnvironment(stack, cloud);
    resources.set(stack, deployed.resources);
    return deployed.shape;
  };
  const comparisons = await comparePairs(pairs, shapeOf, { ...declarations, own: ownValues });
  return comparisons.map((comparison, index) => {
    const [a, b] = pairs[index] as StackPair;
    const shared = sharedSecrets(resources.get(a) ?? [], resources.get(b) ?? [], sharedOnPurpose([a, b]));
    return { ...comparison, sharedSecrets: shared.map(({ first, second }) => ({ a: first, b: second })) };
  });
}

async function comparePairs(pairs: readonly StackPair[], shapeOf: (stack: CloudStack) => Promise<EnvironmentShape>, judgedBy: Declarations): Promise<Comparison[]> {
  const shapes = new Map<CloudStack, EnvironmentShape>();
  // One after the other: Pulumi's SDK holds one program at a time.
  for (const stack of new Set(pairs.flat())) shapes.set(stack, await shapeOf(stack));
  return pairs.map(([a, b]) => judgeShapes(shapes.get(a) as EnvironmentShape, shapes.get(b) as EnvironmentShape, judgedBy));
}
