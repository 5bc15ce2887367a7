/** The conversions that the engine's bridge makes between scalars before the plugin sees them. */
import type { Value } from "../contract";

export type ScalarKind = "string" | "number" | "integer" | "boolean";

/** Whether the bridge can turn the value into this kind: `"5"` is a number, `true` is a string, a list or an object is neither. */
export function coercible(kind: ScalarKind, value: Value): boolean {
  if (kind === "string") return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (kind === "boolean") return typeof value === "boolean" || value === "true" || value === "false";
  return toNumber(value) !== undefined;
}

/** The number that the bridge reads, or undefined when it reads none. */
export function toNumber(value: Value): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
