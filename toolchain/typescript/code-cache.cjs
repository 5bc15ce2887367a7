const { createHash } = require("node:crypto");
const Module = require("node:module");
const { dirname, sep } = require("node:path");
const vm = require("node:vm");

/** Only packages: they are the bulk, and unlike the program's own files they do not change between two runs. */
const inPackage = `${sep}node_modules${sep}`;

/**
 * Keeps V8's compiled code of packages between runs, as `module.enableCompileCache` does from Node 22 on (remove this file then).
 * V8 refuses what another version or other flags made, and then compiles as always.
 *
 * @returns what must be called before the store is saved
 */
function installCodeCache(store) {
  const compiled = [];
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    if (!filename.includes(inPackage)) return compile.call(this, content, filename, ...rest);
    const hash = createHash("sha1").update(content).digest("base64");
    const cachedData = store.get(filename, hash);
    const script = new vm.Script(Module.wrap(content), {
      filename,
      cachedData,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === undefined || script.cachedDataRejected) compiled.push({ filename, hash, script });
    return script.runInThisContext().call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };
  // At the end, because only then the functions are in it that were compiled when they were first called.
  return () => {
    for (const { filename, hash, script } of compiled) store.set(filename, hash, script.createCachedData());
  };
}

/** The `require` that Node itself would give to a module. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

module.exports = { installCodeCache };
