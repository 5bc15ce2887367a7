const Module = require("node:module");

/**
 * What @pulumi/policy (1.21.0) takes from Pulumi's SDK: four signatures by which special values are recognised, and the classes of assets.
 * The SDK as a whole would be two thirds of a pack's loading time. policies/framework/lean-policy.test.ts compares the signatures with the SDK's.
 */
const signatures = {
  specialSigKey: "4dabf18193072939515e22adb298388d",
  specialAssetSig: "c44067f5952c0a294b673a41bacd8c17",
  specialArchiveSig: "0def7320c3a5731c473e5ecbe6d01bc7",
  specialSecretSig: "1b47061264138c4ac30d75fd1eb44270",
};

/** Used for assets, and by the server that serve.ts replaces. */
const unused = new Set(["@pulumi/pulumi", "@pulumi/pulumi/proto/analyzer_grpc_pb", "@grpc/grpc-js"]);

const fromPolicy = /[\\/]node_modules[\\/]@pulumi[\\/]policy[\\/]/;

/**
 * Makes @pulumi/policy's judging code start without the SDK, and gives the pack's program another `@pulumi/policy`.
 *
 * @param program the file whose `@pulumi/policy` is replaced
 * @param policyPackage makes the replacement
 */
function installLeanPolicy(program, policyPackage) {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    if (request === "@pulumi/policy" && parent?.filename === program) return policyPackage();
    if (parent?.filename && fromPolicy.test(parent.filename)) {
      const real = () => load.call(Module, request, parent, false);
      if (request === "@pulumi/pulumi/runtime/rpc") return otherwise(signatures, real);
      if (unused.has(request)) return otherwise({}, real);
    }
    return load.call(this, request, parent, isMain);
  };
}

/** The known exports, and for any other the real module, loaded when it is first asked for. */
function otherwise(known, real) {
  return new Proxy(known, { get: (target, key) => (Object.hasOwn(target, key) ? target[key] : key === "__esModule" ? true : real()[key]) });
}

module.exports = { installLeanPolicy, signatures };
