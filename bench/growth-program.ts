import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProgram } from "./variants";

/** How many times the environment is declared. 0 is the start-up alone: the same modules are loaded and nothing is declared. */
export const sizes = [0, 1, 4, 16] as const;
export type Size = (typeof sizes)[number];

/**
 * This repository's program, with prod declared `size` times in one stack. Each copy is below a component of a type of its own: a URN has the
 * types of its parents in it, so that every resource is one of its own while the program that declares it is the one that is deployed, unchanged.
 *
 * The SDK gives what has no parent to the stack; for as long as a copy is declared, to the copy.
 */
export function writeGrownProgram(folder: string, size: Size): void {
  copyProgram("ours", folder);
  writeFileSync(join(folder, "index.ts"), grownProgram(size));
}

function grownProgram(size: Size): string {
  return `import "./stacks/dropped-arguments";
import { ComponentResource } from "@pulumi/pulumi";
import { getStackResource, setStackResource } from "@pulumi/pulumi/runtime/state";
import { declare } from "./stacks/declare";

class Copy extends ComponentResource {
  public constructor(index: number) {
    super(\`bench:growth:Copy\${index}\`, \`copy-\${index}\`);
  }
}

const stack = getStackResource();
if (stack === undefined) throw new Error("CHI-B011 Pulumi's SDK tells no stack before the program runs: adapt bench/growth-program.ts");
export = Object.fromEntries(
  Array.from({ length: ${size} }, (_, index) => {
    const copy = new Copy(index);
    setStackResource(copy as unknown as typeof stack);
    try {
      return [\`copy\${index}\`, declare("prod")];
    } finally {
      setStackResource(stack);
    }
  }),
);
`;
}
