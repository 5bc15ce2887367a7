import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Unknown, type Value, type Values } from "./contract";
import { formatPath, parsePath, type Path } from "./property-path";

/**
 * How property values travel between engine and provider (`@pulumi/pulumi/runtime/rpc` has the program's half): secrets are objects
 * with a signature, unknowns are a reserved string, assets and archives are objects with a signature of their own.
 */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Values with secrets unwrapped, and where the secrets were. */
export interface Properties {
  values: Values;
  secretPaths: string[];
}

/**
 * Unwraps what the engine sent. Assets and archives stay objects with their signature.
 * An absent message is an empty set of properties.
 */
export function decode(struct: Struct | undefined): Properties {
  const secretPaths: string[] = [];
  const values = unwrap((struct?.toJavaScript() ?? {}) as Wire, [], secretPaths) as Values;
  return { values, secretPaths };
}

/** Wraps values for the engine, the given paths as secrets. A path that does not exist in the values is an error of the caller. */
export function encode({ values, secretPaths }: Properties): Struct {
  const secrets = new Set(secretPaths.map((path) => formatPath(parsePath(path))));
  return Struct.fromJavaScript(wrap(values, [], secrets) as { [key: string]: never });
}

type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

function unwrap(wire: Wire, path: Path, secretPaths: string[]): Value {
  if (wire === unknownString) return Unknown.value;
  if (wire === null || typeof wire !== "object") return wire;
  if (Array.isArray(wire)) return wire.map((each, index) => unwrap(each, [...path, index], secretPaths));
  switch (wire[signatureKey]) {
    case secretSignature:
      secretPaths.push(formatPath(path));
      return unwrap(wire.value ?? null, path, secretPaths);
    case outputSignature:
      if (wire.secret === true) secretPaths.push(formatPath(path));
      return wire.value === undefined ? Unknown.value : unwrap(wire.value, path, secretPaths);
    case resourceSignature:
      // A provider that does not accept resources sees the resource's ID instead.
      return unwrap(wire.id ?? wire.urn ?? null, path, secretPaths);
    default:
      return Object.fromEntries(Object.entries(wire).map(([key, each]) => [key, unwrap(each, [...path, key], secretPaths)]));
  }
}

function wrap(value: Value, path: Path, secrets: Set<string>): Wire {
  // A secret inside a secret is not wrapped again.
  if (path.length > 0 && secrets.has(formatPath(path)))
    return { [signatureKey]: secretSignature, value: wrapPlain(value, path, new Set()) };
  return wrapPlain(value, path, secrets);
}

function wrapPlain(value: Value, path: Path, secrets: Set<string>): Wire {
  if (value instanceof Unknown) return unknownString;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each, index) => wrap(each, [...path, index], secrets));
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, wrap(each, [...path, key], secrets)]));
}

/** Whether a value holds anything the engine does not know yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (value === null || typeof value !== "object") return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(hasUnknown);
}

/** Nulls mean "not given" to the vendors' APIs. */
export function withoutNulls(values: Values): Values {
  const clean = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(clean);
    if (value === null || typeof value !== "object" || value instanceof Unknown) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, each]) => each !== null)
        .map(([key, each]) => [key, clean(each)]),
    );
  };
  return clean(values) as Values;
}
