import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StackName } from "../../config/naming";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import type { Target } from "./target";

const run = promisify(execFile);
/** Bytes: of a stack's state with room to spare; what a command prints is held as a whole. */
const longestOutput = 1 << 28;

/** The command ended otherwise than well. Holds of what it printed only the engine's own line of the error: the rest may hold secrets. */
export class PulumiFailed extends Error {
  /** @param words the engine's, or `without words` */
  public constructor(
    public readonly command: string,
    public readonly words: string,
  ) {
    super(`\`${command}\` failed (${words})`);
  }
}

/**
 * What a command of the engine prints, secrets too, without showing any of it.
 *
 * @param input what it reads from its standard input
 * @throws PulumiFailed
 */
export async function capturedPulumi(stack: StackName, { environment }: Pick<Target, "environment">, args: readonly string[], input?: string): Promise<string> {
  const running = run(pulumiExecutable, [...args, "--stack", stack, "--non-interactive"], { cwd: repositoryRoot, env: environment, maxBuffer: longestOutput });
  // A CLI that ends before it has read everything says why by its exit code.
  running.child.stdin?.on("error", () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const words = ((error as { stderr?: string }).stderr ?? "").split("\n").find((line) => line.startsWith("error: "));
    throw new PulumiFailed(`pulumi ${args.slice(0, 2).join(" ")}`, words ?? "without words");
  }
}
