import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import type { Target } from "../../engine/target";
import type { KitStack } from "./kit";

const run = promisify(execFile);

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

/** Never with what it printed in an error: that holds secrets. */
async function pulumi(stack: KitStack, target: Target, args: readonly string[]): Promise<unknown> {
  let words = "without words";
  try {
    const { stdout } = await run(pulumiExecutable, [...args, "--stack", stack, "--non-interactive"], { cwd: repositoryRoot, env: target.environment, maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  } catch (error) {
    words = ((error as { stderr?: string }).stderr ?? "").split("\n").find((line) => line.startsWith("error: ")) ?? words;
  }
  throw new Error(`CHI-H029 \`pulumi ${args.slice(0, 2).join(" ")}\` failed for ${stack} (${words}): npx chisan up ${stack}${target.kind === "cloud" ? " --cloud" : ""}`);
}
