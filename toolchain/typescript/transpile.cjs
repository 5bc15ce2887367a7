const { createHash } = require("node:crypto");
const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { version: esbuildVersion } = require("esbuild/package.json");
const { mapPositionsOf } = require("./stack-traces.cjs");

/** What tsconfig.json says of the output; a change here makes old entries of the cache useless, so it is part of their hash. */
const settings = { loader: "ts", format: "cjs", platform: "node", target: "node20", sourcemap: "external", sourcesContent: false };
const salt = JSON.stringify([esbuildVersion, settings]);

/**
 * Makes `require` of .ts files work, and `import` in what they are written in. Only syntax is translated; what has been translated before
 * comes from the store, by content. `await import()` is for packages (ES modules among them), not for .ts files.
 *
 * @throws on loading a file with a syntax error, naming file, line and column
 */
function installTranspiler(store) {
  Module._extensions[".ts"] = (module, filename) => {
    const source = readFileSync(filename, "utf8");
    const hash = createHash("sha1").update(salt).update(source).digest("base64");
    const stored = store.get(filename, hash);
    const { code, map } = stored === undefined ? translate(source, filename) : JSON.parse(stored.toString("utf8"));
    if (stored === undefined) store.set(filename, hash, Buffer.from(JSON.stringify({ code, map })));
    mapPositionsOf(filename, map);
    module._compile(code, filename);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    // As in TypeScript, `./x` is x.ts also where there is an x.json or x.js: Node by itself would try the new extension last.
    if (/^\.\.?\//.test(request) && parent?.filename?.endsWith(".ts")) {
      const file = join(dirname(parent.filename), `${request}.ts`);
      if (existsSync(file)) return file;
    }
    return resolve.call(this, request, parent, ...rest);
  };
}

function translate(source, filename) {
  // Loaded here because it is not needed when nothing was edited.
  const { code, map } = require("esbuild").transformSync(source, { ...settings, sourcefile: filename, logLevel: "silent" });
  return { code, map };
}

module.exports = { installTranspiler };
