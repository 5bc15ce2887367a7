/**
 * The plan of a plugin on Terraform's SDK v2 (gcp, checkly, sentry). What it does that one would not guess: `""` and absent are the same string; a
 * top-level property that the vendor computes keeps its value when it is left out, a block and what is inside one do not.
 */
import type { PropertyChange, Value, Values } from "../contract";
import { at, change, join, keysOf, setsReplacing } from "./changes";
import type { Node } from "./node";
import { canonicalOf, scalarText } from "./same";
import { isAbsent, isObject, isUnknown } from "./values";

export function diffSdk(root: Node, olds: Values, news: Values): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const [name, node] of root.properties) diffValue(changes, node, olds[name], news[name], name, false);
  return changes;
}

function diffValue(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string, nested: boolean): void {
  if (isUnknown(now)) {
    if (!isUnknown(old)) changes.push(change(node, path, old, now));
    return;
  }
  if (node.kind === "object") diffBlock(changes, node, old, now, path);
  else if (node.kind === "list") diffList(changes, node, old, now, path, nested);
  else if (node.kind === "map") diffMap(changes, node, old, now, path, nested);
  else diffScalar(changes, node, old, now, path, nested);
}

function diffScalar(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string, nested: boolean): void {
  if (isAbsent(now) && node.autonamed) return;
  // The bridge carries a top-level value over where the plugin has a default for it.
  if (isAbsent(now) && !nested && (node.computed || node.default !== undefined)) return;
  if (now === "" && !nested && node.computed && !isAbsent(old)) return;
  const before = isAbsent(old) ? node.default : old;
  // Inside a block even leaving out a value that equals the default is planned as a change.
  const after = isAbsent(now) && isAbsent(old) ? node.default : now;
  const [oldText, newText] = [textOf(node, before, after), textOf(node, after, before)];
  if (oldText === newText || node.same?.(oldText, newText, "") === true) return;
  changes.push(change(node, path, old, now));
}

/** An absent scalar reads as its type's zero beside a value that was set before, so that leaving out `false` changes nothing. */
function textOf(node: Node, value: Value | undefined, beside: Value | undefined): string {
  if (!isAbsent(value) || isAbsent(beside)) return scalarText(node, value);
  return node.kind === "boolean" ? "false" : node.kind === "string" || node.kind === "any" ? "" : "0";
}

function diffMap(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string, nested: boolean): void {
  if (isAbsent(now) && !nested && node.computed) return;
  const [before, after] = [isObject(old) ? old : {}, isObject(now) ? now : {}];
  const element = node.element ?? node;
  for (const key of keysOf(before, after)) {
    const [was, is] = [before[key], after[key]];
    if (!isUnknown(is) && canonicalOf(element, was) === canonicalOf(element, is)) continue;
    if (!isUnknown(is) && node.same?.(scalarText(element, was), scalarText(element, is), key) === true) continue;
    changes.push({ ...change(node, join(path, key), was, is), replaces: node.replace });
  }
}

function diffBlock(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string): void {
  if (canonicalOf(node, old) === canonicalOf(node, now)) return;
  if (isObject(old) && isObject(now)) {
    for (const [name, child] of node.properties) diffValue(changes, child, old[name], now[name], join(path, name), true);
    return;
  }
  addOrDelete(changes, node, old, now, path);
}

function addOrDelete(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string): void {
  const whole = change(node, path, old, now);
  changes.push({ ...whole, replaces: whole.replaces || setsReplacing(node, old) || setsReplacing(node, now) });
}

function listOf(value: Value | undefined): Value[] {
  return isAbsent(value) ? [] : Array.isArray(value) ? value : [value];
}

function diffList(changes: PropertyChange[], node: Node, old: Value | undefined, now: Value | undefined, path: string, nested: boolean): void {
  const element = node.element;
  if (!element) return;
  // A list of objects is a block in the plugin's language: leaving it out is the same as giving none. A set of objects is kept.
  if (isAbsent(now) && !nested && node.computed && (element.kind !== "object" || node.isSet)) return;
  const [before, after] = [listOf(old), listOf(now)];
  if (node.isSet) {
    if (canonicalOf(node, before) === canonicalOf(node, after) || sameAsSets(element, before, after)) return;
    addOrDelete(changes, node, before.length === 0 ? undefined : before, after.length === 0 ? undefined : after, path);
    return;
  }
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [was, is] = [before[index], after[index]];
    const found: PropertyChange[] = [];
    if (index < before.length && index < after.length) diffValue(found, element, was, is, at(path, index), true);
    else addOrDelete(found, element, was, is, at(path, index));
    changes.push(...found.map((each) => ({ ...each, replaces: each.replaces || node.replace })));
  }
}

/** Sets of links and the like: every element has an equivalent one on the other side. */
function sameAsSets(element: Node, before: Value[], after: Value[]): boolean {
  const same = element.same;
  if (!same || before.length !== after.length) return false;
  return after.every((is) => before.some((was) => same(scalarText(element, was), scalarText(element, is), "")));
}
