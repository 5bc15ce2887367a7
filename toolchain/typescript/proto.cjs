// prototype
const Module = require("node:module");
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { Store } = require("./store.cjs");
const F = (process.env.PROTO ?? "lazy,v8,hooks,smap").split(",");
const has = (x) => F.includes(x);
const root = path.join(__dirname, "..", "..");
const main = path.relative(root, process.argv[1] ?? "eval").replace(/[^A-Za-z0-9]+/g, "-");
const sha = (t) => createHash("sha1").update(t).digest("base64");
const ts = new Store(path.join(root, ".chisan/cache/typescript", main + ".ts"));
const maps = new Map();
Module._extensions[".ts"] = function (module, filename) {
  const content = readFileSync(filename, "utf8");
  const h = sha(content);
  let code = ts.get(filename, h)?.toString("utf8");
  if (code === undefined) {
    const r = require("esbuild").transformSync(content, { loader: "ts", format: "cjs", platform: "node", target: "node20", sourcefile: filename, sourcemap: "external", sourcesContent: false });
    code = JSON.stringify({ code: r.code, map: r.map });
    ts.set(filename, h, Buffer.from(code));
  }
  const { code: js, map } = JSON.parse(code);
  maps.set(filename, map);
  module._compile(js, filename);
};
if (has("smap")) {
  const sms = require("source-map-support");
  const none = { url: null, map: { version: 3, sources: [], names: [], mappings: "" } };
  sms.install({ environment: "node", handleUncaughtExceptions: false, retrieveSourceMap: (f) => { const m = maps.get(f); return m ? { url: f, map: m } : none; } });
}
process.on("exit", () => ts.save());
if (has("lazy") || has("hooks")) {
  const load = Module._load;
  const lazy = new Set(["typescript", "@npmcli/arborist", "@opentelemetry/resources", "@opentelemetry/sdk-trace-base", "@opentelemetry/exporter-zipkin", "@opentelemetry/instrumentation-grpc", "@opentelemetry/sdk-trace-node", "@opentelemetry/instrumentation"]);
  if (has("auto")) lazy.add("./automation");
  Module._load = function (request, parent, isMain) {
    if (has("lazy") && lazy.has(request) && parent?.filename.includes("/@pulumi/pulumi/")) {
      let v; const get = () => (v ??= load.call(Module, request, parent, false));
      return new Proxy(function () {}, { get: (_t, k) => k === "__esModule" ? true : get()[k], has: (_t, k) => k in get(), ownKeys: () => Reflect.ownKeys(get()), getOwnPropertyDescriptor: (_t, k) => Reflect.getOwnPropertyDescriptor(get(), k) });
    }
    if (has("hooks") && request === "../../runtime/closure/v8Hooks" && parent?.filename.endsWith("/cmd/run/index.js")) return { isInitializedAsync: async () => undefined };
    return load.apply(this, arguments);
  };
}
if (has("v8")) {
  if (!has("hooks")) require("node:v8").setFlagsFromString("--allow-natives-syntax");
  const store = new Store(path.join(root, ".chisan/cache/typescript", main + ".v8"));
  const made = [];
  let rej = 0, hit = 0;
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    if (!filename.includes("/node_modules/") && !has("all")) return compile.call(this, content, filename);
    const hash = sha(content);
    const cachedData = store.get(filename, hash);
    const script = new vm.Script(Module.wrap(content), { filename, cachedData, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
    if (cachedData === undefined || script.cachedDataRejected) { made.push([filename, hash, script]); if (cachedData) rej++ } else hit++;
    const mod = this;
    const req = (id) => mod.require(id);
    req.resolve = (r, o) => Module._resolveFilename(r, mod, false, o);
    req.resolve.paths = (r) => Module._resolveLookupPaths(r, mod);
    req.main = process.mainModule; req.extensions = Module._extensions; req.cache = Module._cache;
    return script.runInThisContext().call(this.exports, this.exports, req, this, filename, path.dirname(filename));
  };
  process.on("exit", () => { if (process.env.PROTO_V) console.error("v8 hits", hit, "new", made.length, "rejected", rej); for (const [f, h, s] of made) store.set(f, h, s.createCachedData()); store.save(); });
}
