/**
 * Makes `require` of a .ts file work in the process that loads it: the Pulumi program, the operator's tool, the sandbox, and the
 * dynamic providers. It only transpiles, cached by content; types are checked by `npm run check` (docs/adr/0002-transpile-only.md).
 */
const { join, relative } = require("node:path");
const { installLeanPulumi } = require("./typescript/lean-pulumi.cjs");
const { installStackTraces } = require("./typescript/stack-traces.cjs");
const { Store } = require("./typescript/store.cjs");
const { installTranspiler } = require("./typescript/transpile.cjs");

const installed = Symbol.for("chisan.typescript");
if (!globalThis[installed]) {
  globalThis[installed] = true;
  install();
}

function install() {
  const root = join(__dirname, "..");
  // A file for each script that is started: they load different files, and run at the same time.
  const name = relative(root, process.argv[1] ?? "eval").replace(/[^A-Za-z0-9]+/g, "-");
  const store = new Store(join(root, ".chisan", "cache", "typescript", name));
  installStackTraces();
  installTranspiler(store);
  installLeanPulumi();
  process.on("exit", () => store.save());
}
