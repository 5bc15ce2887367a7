/** The marks with which Pulumi writes what is no plain value into a request (`@pulumi/pulumi/runtime/rpc`). */

/** `specialSigKey`: the key of the mark. */
const signatureKey = "4dabf18193072939515e22adb298388d";
/** `specialSecretSig`: the mark of a secret. */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** `unknownValue`: stands for what is not known before the resource exists. */
export const unknownOnTheWire = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isWrappedSecret(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[signatureKey] === secretSignature;
}

/** The plain value, with `ofSecret` and `ofUnknown` in the place of secrets and unknown values. */
export function plainValue(wire: unknown, ofSecret: (inner: unknown) => unknown, ofUnknown: unknown = unknownOnTheWire): unknown {
  const plain = (value: unknown): unknown => {
    if (isWrappedSecret(value)) return ofSecret(value.value);
    if (value === unknownOnTheWire) return ofUnknown;
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    }
    return value;
  };
  return plain(wire);
}

/** The plain value with its secrets in clear: for tests. */
export function unwrapped(wire: unknown): unknown {
  return plainValue(wire, unwrapped);
}

/** Where the secrets are: `secretData`, `containers[0].envs[2].value`. */
export function secretPaths(wire: unknown, path = ""): string[] {
  if (isWrappedSecret(wire)) return [path];
  if (Array.isArray(wire)) return wire.flatMap((inner, index) => secretPaths(inner, `${path}[${index}]`));
  if (typeof wire === "object" && wire !== null) {
    return Object.entries(wire).flatMap(([key, inner]) => secretPaths(inner, path === "" ? key : `${path}.${key}`));
  }
  return [];
}
