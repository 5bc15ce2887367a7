/** One text for each value, such that equal values have equal texts: keys sorted, sets sorted, what is absent left out. */
import type { Value } from "../contract";
import type { Node } from "./node";
import { isAbsent, isObject, isUnknown } from "./values";

/** The text of a value whose type is not known. */
export function canonical(value: Value | undefined): string {
  if (isAbsent(value)) return "null";
  if (isUnknown(value)) return "?";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => !isAbsent(value[key]));
    return `{${keys.sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The text of a value of a known type: `"5"` and `5` are the same number, sets have no order and no duplicates. */
export function canonicalOf(node: Node, value: Value | undefined): string {
  if (isAbsent(value)) return "null";
  if (isUnknown(value)) return "?";
  if (node.kind === "list") {
    const element = node.element;
    const texts = (Array.isArray(value) ? value : [value]).map((each) => (element ? canonicalOf(element, each) : canonical(each)));
    return `[${(node.isSet ? [...new Set(texts)].sort() : texts).join(",")}]`;
  }
  if (isObject(value) && (node.kind === "object" || node.kind === "map")) {
    const keys = Object.keys(value).filter((key) => !isAbsent(value[key]));
    const child = (key: string) => (node.kind === "map" ? node.element : node.properties.get(key));
    const text = (key: string) => {
      const known = child(key);
      return known ? canonicalOf(known, value[key]) : canonical(value[key]);
    };
    return `{${keys.sort().map((key) => `${JSON.stringify(key)}:${text(key)}`).join(",")}}`;
  }
  if (node.kind === "any" || typeof value === "object") return canonical(value);
  return JSON.stringify(scalarText(node, value));
}

/** A scalar as the plugin's state keeps it. */
export function scalarText(node: Node, value: Value | undefined): string {
  if (isAbsent(value)) return "";
  if ((node.kind === "number" || node.kind === "integer") && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return String(Number(value));
  return typeof value === "object" ? canonical(value) : String(value);
}
