import { capturedPulumi, PulumiFailed } from "../../engine/captured-pulumi";
import type { Target } from "../../engine/target";
import type { KitStack } from "./kit";

/** What a stack and its configuration say, with secrets: of the stack alone, no variable of the environment comes before it. */
export interface StackValues {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By key without `chisan:`. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** @throws CHI-H029 */
export async function stackValues(stack: KitStack, target: Target): Promise<StackValues> {
  const [outputs, configuration] = await Promise.all([
    pulumi(stack, target, ["stack", "output", "--json", "--show-secrets"]),
    pulumi(stack, target, ["config", "--json", "--show-secrets", ...target.configurationArguments]),
  ]);
  const entries = Object.entries(configuration as Record<string, { value?: string; objectValue?: unknown }>);
  return {
    outputs: outputs as Record<string, unknown>,
    configuration: Object.fromEntries(entries.map(([key, { value, objectValue }]) => [key.replace(/^chisan:/, ""), objectValue ?? value])),
  };
}

async function pulumi(stack: KitStack, target: Target, args: readonly string[]): Promise<unknown> {
  let words = "without words";
  try {
    return JSON.parse(await capturedPulumi(stack, target, args));
  } catch (error) {
    // What is no JSON may hold secrets: nothing of it is said.
    if (error instanceof PulumiFailed) ({ words } = error);
  }
  throw new Error(`CHI-H029 \`pulumi ${args.slice(0, 2).join(" ")}\` failed for ${stack} (${words}): npx chisan up ${stack}${target.kind === "cloud" ? " --cloud" : ""}`);
}
