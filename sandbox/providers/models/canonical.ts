import type { Json } from "../../world/world";

/** JSON with the keys of objects in order: the engine sends the same object with its keys in any order. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: Json) =>
      each !== null && typeof each === "object" && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? "null"
  );
}
