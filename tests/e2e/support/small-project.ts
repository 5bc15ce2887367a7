import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";

/** A Pulumi project of a few lines beside CHISAN's, with the same packages: for what the real program rightly never does. */
export class SmallProject {
  public constructor(
    public readonly directory: string,
    public readonly name: string,
  ) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "Pulumi.yaml"), `name: ${name}\nmain: index.js\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`);
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name, private: true, main: "index.js" }));
    symlinkSync(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
  }

  /** Replaces the program (CommonJS). */
  public program(text: string): void {
    writeFileSync(join(this.directory, "index.js"), text);
  }
}

/** A policy pack of one mandatory rule, which refuses every resource whose type contains `refused`. */
export function writePolicyPack(directory: string, refused: string): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "PulumiPolicy.yaml"), "runtime: nodejs\nversion: 0.0.1\n");
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "rehearsed-pack", version: "0.0.1", private: true, main: "index.js" }));
  symlinkSync(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
  writeFileSync(
    join(directory, "index.js"),
    `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("rehearsed-pack", {
  policies: [{
    name: "refuse-one-type",
    description: "refuses a type",
    enforcementLevel: "mandatory",
    validateResource: ({ type }, report) => { if (type.includes(${JSON.stringify(refused)})) report("the pack refuses " + type); },
  }],
});
`,
  );
  return directory;
}
