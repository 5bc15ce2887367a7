/**
 * Loaded before a policy pack (`nodeargs` of PulumiPolicy.yaml), and runs it. The packs are TypeScript, and are only transpiled when they run,
 * as the Pulumi program is (docs/adr/0002-transpile-only.md); Pulumi's own start (`run-policy-pack`) would have ts-node check types each time.
 * `@pulumi/policy` is served by serve.ts: the same judging code, without what our policies never use (docs/adr/0008-policy-packs.md).
 * Where this file is not preloaded, index.ts runs on Pulumi's own start and server, slower and with the same answers.
 */
const { realpathSync } = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, resolve, sep } = require("node:path");

const { installLeanPulumi } = require("../../toolchain/typescript/lean-pulumi.cjs");
const { installStackTraces } = require("../../toolchain/typescript/stack-traces.cjs");
const { Store } = require("../../toolchain/typescript/store.cjs");
const { installTranspiler } = require("../../toolchain/typescript/transpile.cjs");
const { installLeanPolicy } = require("./lean-policy.cjs");

// The command line is `node <run-policy-pack> <engine's address> <folder of the pack>`.
const program = realpathSync(resolve(process.argv[3], "index.ts"));
const pack = basename(dirname(program));
const root = join(__dirname, "..", "..");
const cache = join(root, ".chisan", "cache");

/**
 * As toolchain/typescript.cjs does it, but saved as soon as the pack is loaded: the engine ends a pack by SIGKILL, so that nothing would be kept, and
 * each run would translate every policy anew, which was half of what the packs cost. A file for each pack: three may start at the same time.
 */
const store = new Store(join(cache, "typescript", `policies-${pack}`));
globalThis[Symbol.for("chisan.typescript")] = true;
installStackTraces();
installTranspiler(store);
installLeanPulumi();

/** Of our own: packages change with the lockfile. */
const isOwn = (path) => !path.startsWith(root + sep) || !path.slice(root.length).includes(`${sep}node_modules${sep}`);
const sources = () => [...Object.keys(require.cache).filter(isOwn), join(root, "policies", "exemptions.yaml"), join(root, "package-lock.json")];

Module.runMain = () => {
  const { servePack } = require("./serve.ts");
  const { KeptInformation } = require("./kept-information.ts");
  const kept = new KeptInformation(join(cache, "policies", `${pack}.json`), program, sources);
  void servePack(load, kept).then(({ port }) => {
    // The engine reads the port from the first line of the output.
    process.stdout.write(`${port}\n`);
  });
};

/** @throws in one line with a code, when the pack does not load */
function load() {
  try {
    installLeanPolicy(program, () => ({ PolicyPack: require("./served-pack.ts").ServedPack }));
    require(program);
    // When the engine has its answer: no run waits for it.
    setTimeout(() => store.save(), 500).unref();
    return require("./served-pack.ts").servedPack();
  } catch (error) {
    const said = String(error instanceof Error ? error.message : error).replace(/\s+/g, " ").trim();
    throw new Error(said.startsWith("CHI-") ? said : `CHI-P003 the policy pack ${pack} does not load: ${said}`);
  }
}
