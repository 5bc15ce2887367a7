/**
 * Loaded before a policy pack (`nodeargs` of PulumiPolicy.yaml), and runs it. The packs are TypeScript, and are only transpiled when they run,
 * as the Pulumi program is (docs/adr/0002-transpile-only.md); Pulumi's own start (`run-policy-pack`) would have ts-node check types each time.
 * `@pulumi/policy` is served by serve.ts: the same judging code, without what our policies never use (docs/adr/0008-policy-packs.md).
 * Where this file is not preloaded, index.ts runs on Pulumi's own start and server, slower and with the same answers.
 */
const Module = require("node:module");
const { basename, dirname, resolve } = require("node:path");

require("../../toolchain/typescript.cjs");
const { installLeanPolicy } = require("./lean-policy.cjs");

// The command line is `node <run-policy-pack> <engine's address> <folder of the pack>`.
const program = resolve(process.argv[3], "index.ts");

Module.runMain = () => {
  installLeanPolicy(program, () => ({ PolicyPack: require("./serve.ts").ServedPack }));
  try {
    require(program);
  } catch (error) {
    const said = String(error instanceof Error ? error.message : error).replace(/\s+/g, " ").trim();
    require("./serve.ts").serveFailure(said.startsWith("CHI-") ? said : `CHI-P003 the policy pack ${basename(dirname(program))} does not load: ${said}`);
  }
};
