/**
 * Makes `require` of a .ts file work in the process that loads it: the Pulumi program, the operator's tool, the sandbox, and the
 * dynamic providers. It only transpiles, cached by content; types are checked by `npm run check` (docs/adr/0002-transpile-only.md).
 */
const { join, relative, sep } = require("node:path");
const { installCodeCache } = require("./typescript/code-cache.cjs");
const { installLeanPulumi } = require("./typescript/lean-pulumi.cjs");
const { installStackTraces } = require("./typescript/stack-traces.cjs");
const { Store } = require("./typescript/store.cjs");
const { installTranspiler } = require("./typescript/transpile.cjs");

const root = join(__dirname, "..");
const installed = Symbol.for("chisan.typescript");
if (!globalThis[installed]) {
  globalThis[installed] = true;
  install();
}

function install() {
  const caches = join(root, ".chisan", "cache", "loader");
  // One for each script that is started: they load different files, and run at the same time.
  const name = relative(root, process.argv[1] ?? "eval").replace(/[^A-Za-z0-9]+/g, "-");
  const code = new Store(join(caches, `${name}.code`));
  const translations = new Store(join(caches, `${name}.translations`));
  installStackTraces();
  installTranspiler(translations);
  const F = (process.env.PROTO ?? "lean,v8").split(",");
  if (F.includes("lean")) installLeanPulumi();
  const keepCode = F.includes("v8") ? installCodeCache(code) : () => undefined;
  process.on("exit", () => {
    keepCode();
    code.save();
    translations.save();
  });
}
