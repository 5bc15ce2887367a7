import { isUndecided } from "./policy";

/** Properties of a resource, and which of them were read although a preview does not know them yet. */
export interface WatchedProperties {
  readonly props: Readonly<Record<string, unknown>>;
  /** Paths, in the order of reading: `template.containers.0.image`. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Remembers each read of an unknown value, so that a policy that swallows the error (a `catch`, a library's) cannot pass for that.
 */
export function watched(props: Readonly<Record<string, unknown>>): WatchedProperties {
  const unknown = new Set<string>();
  return { props: watch(props, unknown) as Readonly<Record<string, unknown>>, unknown };
}

function watch(value: unknown, unknown: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      try {
        const field: unknown = Reflect.get(target, key);
        const fixed = Reflect.getOwnPropertyDescriptor(target, key);
        // A proxy may not answer otherwise for a property that cannot change.
        return fixed?.configurable === false && fixed.writable === false ? field : watch(field, unknown);
      } catch (error) {
        if (isUndecided(error)) unknown.add(pathOf(error));
        throw error;
      }
    },
  });
}

/** Of an `UnknownValueError`: the names on the way to the value. */
function pathOf(error: Error): string {
  const { props } = error as Error & { props?: readonly (string | symbol)[] };
  return (props ?? []).map(String).join(".") || "a property";
}
