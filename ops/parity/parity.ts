/** What `chisan parity` does. Pulumi's SDK and the programs are loaded only where there is something to compare anew. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { CloudStack } from "../../config/stack-configuration-keys";
import type { Comparison } from "./judged-differences";
import { repositoryRoot } from "../../sandbox/control/paths";
import { keptComparisons, lastComparisons } from "./kept-comparisons";

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

/**
 * The default pairs, for a process that runs something else meanwhile: what is not kept yet is compared by another process.
 *
 * @throws CHI-P021 when that fails, with its last line
 */
export async function parityBeside(): Promise<Comparison[]> {
  const what = JSON.stringify(defaultPairs);
  const kept = lastComparisons(what);
  if (kept !== undefined) return kept;
  const ended = await compareApart();
  const made = lastComparisons(what);
  if (made === undefined) throw new Error(`CHI-P021 the environments' programs cannot be compared (${ended}): npx chisan parity`);
  return made;
}

/** Resolves to its last line. */
function compareApart(): Promise<string> {
  // The engine's variables are about the stack of its own run.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
  const program = ["--require", join(repositoryRoot, "toolchain", "typescript.cjs"), join(__dirname, "beside.ts")];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: repositoryRoot, env: environment }, (error, _, stderr) =>
      resolve(stderr.trim().split("\n").at(-1) || (error?.message.split("\n")[0] ?? "it ended without a result")),
    );
  });
}

/** What the stacks' states say, in the sandbox or in the cloud. @throws the errors of deployedShape; CHI-Y002, CHI-Y003 */
export function parityOfDeployed(pairs: readonly StackPair[], cloud: boolean): Promise<Comparison[]> {
  return comparisons().compareDeployed(pairs, cloud);
}

function comparisons() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("./comparisons") as typeof import("./comparisons");
}
