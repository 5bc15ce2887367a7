/** What a change of one property amounts to, shared by both ways of planning. */
import type { PropertyChange, Value } from "../contract";
import type { Node } from "./node";
import { isAbsent, isObject, join } from "./values";

/** The change from one value to another at a path. */
export function change(node: Node, path: string, old: Value | undefined, now: Value | undefined): PropertyChange {
  const kind = isAbsent(old) ? "add" : isAbsent(now) ? "delete" : "update";
  const replaces = node.replace || (node.replaceIfSet && !isAbsent(now)) || (!isAbsent(old) && !isAbsent(now) && node.replaceWhen?.(old, now) === true);
  return { path, kind, replaces };
}

/** Whether the value sets a property, at any depth, whose change replaces. */
export function setsReplacing(node: Node, value: Value | undefined): boolean {
  if (isAbsent(value)) return false;
  if (node.replace) return true;
  if (Array.isArray(value)) return node.element !== undefined && value.some((each) => setsReplacing(node.element as Node, each));
  if (!isObject(value)) return false;
  return [...node.properties].some(([name, child]) => setsReplacing(child, value[name]));
}

/** Every key of two maps, in the order in which they first appear. */
export function keysOf(old: Record<string, Value>, now: Record<string, Value>): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])];
}

export function at(path: string, index: number): string {
  return `${path}[${index}]`;
}

export { join };
