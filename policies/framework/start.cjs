/**
 * Loaded before a policy pack (`nodeargs` of PulumiPolicy.yaml), and runs it. The packs are TypeScript, and are only transpiled when they run,
 * as the Pulumi program is (docs/adr/0002-transpile-only.md); Pulumi's own start (`run-policy-pack`) would have ts-node check types each time.
 * `@pulumi/policy` is served by serve.ts: the same judging code, without what our policies never use (docs/adr/0008-policy-packs.md).
 * Where this file is not preloaded, index.ts runs on Pulumi's own start and server, slower and with the same answers.
 */
const Module = require("node:module");
const { basename, dirname, join, resolve } = require("node:path");

const { installLeanPulumi } = require("../../toolchain/typescript/lean-pulumi.cjs");
const { installStackTraces } = require("../../toolchain/typescript/stack-traces.cjs");
const { Store } = require("../../toolchain/typescript/store.cjs");
const { installTranspiler } = require("../../toolchain/typescript/transpile.cjs");
const { installLeanPolicy } = require("./lean-policy.cjs");

// The command line is `node <run-policy-pack> <engine's address> <folder of the pack>`.
const program = resolve(process.argv[3], "index.ts");

/**
 * As toolchain/typescript.cjs does it, but saved as soon as the pack is loaded: the engine ends a pack by SIGKILL, so that nothing would be kept, and
 * each run would translate every policy anew, which was half of what the packs cost. A file for each pack: three may start at the same time.
 */
const store = new Store(join(__dirname, "..", "..", ".chisan", "cache", "typescript", `policies-${basename(dirname(program))}`));
globalThis[Symbol.for("chisan.typescript")] = true;
installStackTraces();
installTranspiler(store);
installLeanPulumi();

Module.runMain = () => {
  installLeanPolicy(program, () => ({ PolicyPack: require("./serve.ts").ServedPack }));
  try {
    require(program);
    // When the engine has its answer: no run waits for it.
    setTimeout(() => store.save(), 500).unref();
  } catch (error) {
    const said = String(error instanceof Error ? error.message : error).replace(/\s+/g, " ").trim();
    require("./serve.ts").serveFailure(said.startsWith("CHI-") ? said : `CHI-P003 the policy pack ${basename(dirname(program))} does not load: ${said}`);
  }
};
