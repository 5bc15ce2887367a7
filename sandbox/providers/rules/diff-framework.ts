/**
 * The plan of a plugin on Terraform's plugin framework (cloudflare, random, vercel, supabase): `""`, `[]` and absent are three
 * different things; an absent property takes its default, or keeps its value where the vendor computes it.
 */
import type { PropertyChange, Value, Values } from "../contract";
import { at, change, join, keysOf } from "./changes";
import type { Node } from "./node";
import { canonicalOf, scalarText } from "./same";
import { isAbsent, isObject, isUnknown } from "./values";

export function diffFramework(root: Node, olds: Values, news: Values): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const [name, node] of root.properties) diffValue(changes, node, olds[name], news[name], name);
  return changes;
}

function diffValue(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string): void {
  if (isUnknown(now)) {
    if (!isUnknown(old)) changes.push(change(node, path, old, now));
    return;
  }
  if (isAbsent(now) && (node.computed || node.autonamed) && node.default === undefined) return;
  const before = isAbsent(old) ? node.default : old;
  const after = isAbsent(now) ? node.default : now;
  if (canonicalOf(node, before) === canonicalOf(node, after)) return;
  const found: PropertyChange[] = [];
  if (isObject(before) && isObject(after)) diffObject(found, node, before, after, path);
  else if (node.kind === "list" && Array.isArray(before) && Array.isArray(after) && !node.isSet) diffList(found, node, before, after, path);
  else if (node.same?.(scalarText(node, before), scalarText(node, after), "") !== true) found.push(change(node, path, before, after));
  const whole = found.length > 0 && change(node, path, before, after).replaces;
  changes.push(...found.map((each) => ({ ...each, replaces: each.replaces || whole })));
}

function diffObject(changes: PropertyChange[], node: Node, before: Values, after: Values, path: string): void {
  if (node.kind !== "map") {
    for (const [name, child] of node.properties) diffValue(changes, child, before[name], after[name], join(path, name));
    return;
  }
  for (const key of keysOf(before, after)) {
    if (node.element && canonicalOf(node.element, before[key]) !== canonicalOf(node.element, after[key])) changes.push(change(node, join(path, key), before[key], after[key]));
  }
}

function diffList(changes: PropertyChange[], node: Node, before: Value[], after: Value[], path: string): void {
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [was, is] = [before[index], after[index]];
    if (index < before.length && index < after.length && node.element) diffValue(changes, node.element, was, is, at(path, index));
    else changes.push(change(node, at(path, index), was, is));
  }
}
