/** What a provider plugin's `Check` refuses: unknown names, what is missing, types, and the rules of the fact tables. */
import type { CheckFailure, Value, Values } from "../contract";
import { coercible, type ScalarKind } from "./coerce";
import { brokenGroupRule } from "./group-rules";
import type { Node } from "./node";
import { canonical } from "./same";
import { suggest } from "./suggest";
import { brokenValueRule } from "./value-rules";
import { describe, isAbsent, isObject, isUnknown, join } from "./values";

/** `sdk`: a plugin on Terraform's SDK v2 (gcp, checkly, sentry). `framework`: on the plugin framework (cloudflare, random, vercel, supabase). */
export type Style = "sdk" | "framework";

interface Walk {
  token: string;
  style: Style;
  failures: CheckFailure[];
}

/** All that is wrong with the inputs of one resource, the most basic first for each property. */
export function checkInputs(token: string, root: Node, style: Style, inputs: Values): CheckFailure[] {
  const walk: Walk = { token, style, failures: [] };
  checkObject(walk, root, inputs, "");
  return walk.failures;
}

function fail(walk: Walk, property: string, reason: string): void {
  walk.failures.push({ property, reason });
}

function checkObject(walk: Walk, node: Node, value: Values, path: string): void {
  for (const name of Object.keys(value)) {
    const child = node.properties.get(name);
    const property = join(path, name);
    if (child) checkValue(walk, child, value[name], property);
    // The engine's own bookkeeping (`__defaults`) travels among the inputs.
    else if (!name.startsWith("__") && !isAbsent(value[name])) fail(walk, property, unknownProperty(walk.token, node, name, path));
  }
  for (const name of node.required) {
    if (isAbsent(value[name])) fail(walk, join(path, name), `missing required property ${JSON.stringify(name)} of ${walk.token}${path === "" ? "" : ` at ${path}`}`);
  }
  for (const rule of node.groups) {
    const broken = brokenGroupRule(rule, value);
    if (broken) fail(walk, join(path, broken.about), broken.reason);
  }
}

function unknownProperty(token: string, node: Node, name: string, path: string): string {
  const near = suggest(name, node.properties.keys());
  const where = path === "" ? token : `${token} at ${path}`;
  return `unknown property ${JSON.stringify(name)} of ${where}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
}

function checkValue(walk: Walk, node: Node, value: Value | undefined, path: string): void {
  if (isAbsent(value) || isUnknown(value)) return;
  const before = walk.failures.length;
  switch (node.kind) {
    case "any":
      break;
    case "object":
      if (isObject(value)) checkObject(walk, node, value, path);
      else wrongType(walk, node, value, path, "an object");
      break;
    case "map":
      if (isObject(value)) checkMap(walk, node, value, path);
      else wrongType(walk, node, value, path, "a map");
      break;
    case "list":
      checkList(walk, node, value, path);
      break;
    default:
      if (!coercible(node.kind as ScalarKind, value)) wrongType(walk, node, value, path, `a ${node.kind}`);
  }
  if (walk.failures.length > before) return;
  for (const rule of node.rules) {
    const reason = brokenValueRule(rule, value, node.sensitive);
    if (reason !== undefined) fail(walk, path, `${walk.token}: ${node.path} ${reason}`);
  }
}

function wrongType(walk: Walk, node: Node, value: Value, path: string, expected: string): void {
  fail(walk, path, `${walk.token}: ${node.path} must be ${expected}, got ${describe(value)}`);
}

function checkMap(walk: Walk, node: Node, value: Values, path: string): void {
  if (!node.element) return;
  for (const [key, each] of Object.entries(value)) checkValue(walk, node.element, each, join(path, key));
}

function checkList(walk: Walk, node: Node, value: Value, path: string): void {
  const element = node.element;
  if (!Array.isArray(value)) {
    // The bridge of SDK v2 takes a lone scalar or object for a list of one.
    if (walk.style === "sdk" && element) checkValue(walk, element, value, `${path}[0]`);
    else wrongType(walk, node, value, path, "a list");
    return;
  }
  if (element) value.forEach((each, index) => checkValue(walk, element, each, `${path}[${index}]`));
  if (node.isSet && walk.style === "framework") {
    const seen = new Set<string>();
    for (const each of value) {
      if (isUnknown(each)) continue;
      const text = canonical(each);
      if (seen.has(text)) fail(walk, path, `${walk.token}: ${node.path} is a set and holds the same element twice`);
      seen.add(text);
    }
  }
}
