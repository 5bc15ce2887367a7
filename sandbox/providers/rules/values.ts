/** Small helpers over property values, shared by check and diff. */
import { Unknown, type Value, type Values } from "../contract";

export function isUnknown(value: Value | undefined): value is Unknown {
  return value instanceof Unknown;
}

export function isObject(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** Left out: the engine sends `null` for what the program set to undefined. */
export function isAbsent(value: Value | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** A value that holds an unknown at any depth. */
export function holdsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}

/** All values at a relative dotted path below an object, going through every element of the lists on the way; absent ones left out. */
export function valuesAt(object: Value, path: string): Value[] {
  let current: Value[] = [object];
  for (const name of path.split(".")) {
    current = current.flatMap((value) => {
      const objects = Array.isArray(value) ? value : [value];
      return objects.flatMap((each) => {
        if (isUnknown(each)) return [each];
        const next = isObject(each) ? each[name] : undefined;
        return isAbsent(next) ? [] : [next];
      });
    });
  }
  return current;
}

/** The kind of a value in the words of an error message; never the value, which may be a secret. */
export function describe(value: Value): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : `a ${typeof value}`;
}

export function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
