const Module = require("node:module");

/**
 * What Pulumi's SDK (3.248.0) loads at start and a program like ours never uses: the TypeScript compiler and npm's dependency resolver, for
 * turning closures into text (components/dynamic/dynamic-resource.ts says why we do not), the tracing exporters, and the Automation API.
 * Together they are more than half of its loading time and memory.
 */
const deferred = new Set([
  "typescript",
  "@npmcli/arborist",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "./automation",
]);

const fromPulumi = /[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/;

/**
 * Makes Pulumi's SDK start without what is used rarely. A deferred package is loaded when something of it is first touched; nothing is
 * taken away. Where another version of the SDK requires something else, that is simply loaded as always.
 */
function installLeanPulumi() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    if (parent?.filename && fromPulumi.test(parent.filename)) {
      if (deferred.has(request)) return whenTouched(() => load.call(Module, request, parent, false));
      // It would replace our stack traces (stack-traces.cjs).
      if (request === "source-map-support/register") return {};
      // Attaches the inspector to the process to see each script that is loaded. Closures find it by another path, and then attach.
      if (request === "../../runtime/closure/v8Hooks" && /[\\/]cmd[\\/]run[\\/]/.test(parent.filename)) return { isInitializedAsync: async () => undefined };
    }
    return load.call(this, request, parent, isMain);
  };
}

/** Stands for a module's exports. `__esModule` keeps the importer's helper from copying them, which would touch them all. */
function whenTouched(load) {
  let loaded;
  const exports = () => (loaded ??= load());
  return new Proxy({}, {
    get: (_, key) => (key === "__esModule" ? true : exports()[key]),
    has: (_, key) => key in exports(),
    ownKeys: () => Reflect.ownKeys(exports()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(exports(), key);
      // A proxy may not report a fixed property that its own target lacks.
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
}

module.exports = { installLeanPulumi };
