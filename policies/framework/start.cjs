/**
 * Loaded before a policy pack (`nodeargs` of PulumiPolicy.yaml), and runs it: the packs are TypeScript, and are only transpiled when they run,
 * as the Pulumi program is (docs/adr/0002-transpile-only.md). Pulumi's own start (`run-policy-pack`) would have ts-node check types each time.
 */
const Module = require("node:module");
const { join } = require("node:path");

require("../../toolchain/typescript.cjs");

// The command line is `node <run-policy-pack> <engine's address> <folder of the pack>`.
const folder = process.argv[3];
Module.runMain = () => {
  require(join(folder, "index.ts"));
};
