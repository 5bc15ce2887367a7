/** In what two environments differ, once each is without its own names. */
import { isDeepStrictEqual } from "node:util";
import { absent } from "../../config/shape-parity-rule";
import { agree, canonicaliser, type Canonicaliser } from "./canonical";
import { ownTexts, type IdentityText } from "./environment-identity";
import type { EnvironmentShape, ShapeResource } from "./shape";

/** Inputs that are a program's text, by type. */
const programTexts: Readonly<Record<string, string>> = { "cloudflare:index/workersScript:WorkersScript": "content" };

export interface ShapeDifference {
  readonly type: string;
  /** The canonical name: `api-‹region›`. */
  readonly resource: string;
  /** `scaling.minInstanceCount`, `envs[LOG_LEVEL].value`; undefined when the resource itself is in one of the two only. */
  readonly property: string | undefined;
  /** Values as they are there; `absent` where there is none. For a resource: whether it is there. */
  readonly a: unknown;
  readonly b: unknown;
  /** Where both say the same, and it means another thing in each (prod's host, in staging as well): the values with what each of their parts means. */
  readonly means?: { readonly a: unknown; readonly b: unknown };
  /** Of the resource, in each environment that has it. */
  readonly urns: { readonly a?: string; readonly b?: string };
}

/**
 * Compares every resource with its twin: the one of the same canonical name, type and parents.
 *
 * @throws CHI-Y002 for a name that holds a mark of the comparison, CHI-Y003 for two resources that become the same
 */
export function compareShapes(a: EnvironmentShape, b: EnvironmentShape): ShapeDifference[] {
  const own = ownTexts(a.identity, b.identity);
  const left = sideOf(a, canonicaliser(own.a), explainer(own.a, b, own.b));
  const right = sideOf(b, canonicaliser(own.b), explainer(own.b, a, own.a));
  const differences: ShapeDifference[] = [];
  for (const [key, one] of left.twins) {
    const other = right.twins.get(key);
    if (other === undefined) differences.push({ ...labelOf(left, one), property: undefined, a: true, b: false, urns: { a: one.urn } });
    else differences.push(...twinDifferences(left, one, right, other));
  }
  for (const [key, other] of right.twins) {
    if (!left.twins.has(key)) differences.push({ ...labelOf(right, other), property: undefined, a: false, b: true, urns: { b: other.urn } });
  }
  return differences;
}

/** As a canonicaliser, and it names the other environment's texts too: `‹prod's region›`. */
function explainer(own: readonly IdentityText[], other: EnvironmentShape, ofOther: readonly IdentityText[]): Canonicaliser {
  const texts = new Set(own.map(({ text }) => text));
  return canonicaliser([...own, ...ofOther.filter(({ text }) => !texts.has(text)).map((one) => ({ ...one, means: `${other.stack}'s ${one.means}` }))]);
}

interface Side {
  readonly canonical: Canonicaliser;
  readonly explained: Canonicaliser;
  readonly twins: ReadonlyMap<string, ShapeResource>;
  keyOf(urn: string): string;
}

function sideOf({ stack, resources }: EnvironmentShape, canonical: Canonicaliser, explained: Canonicaliser): Side {
  /** The types of the parents and its own, and the name; without the stack. */
  const keyOf = (urn: string) => {
    const [, , types = "", ...name] = urn.split("::");
    return `${types}::${canonical.text(name.join("::"))}`;
  };
  const twins = new Map<string, ShapeResource>();
  for (const resource of resources) {
    const key = keyOf(resource.urn);
    const twin = twins.get(key);
    if (twin !== undefined) {
      throw new Error(`CHI-Y003 ${stack}: ${twin.name} and ${resource.name} have the same name without the environment's own: give one of them another name`);
    }
    if (JSON.stringify([resource.name, resource.inputs]).includes("‹")) {
      throw new Error(`CHI-Y002 ${stack}: ${resource.name} has the character ‹, which parity keeps for itself: write it without`);
    }
    twins.set(key, resource);
  }
  return { canonical, explained, twins, keyOf };
}

function labelOf(side: Side, { type, name }: ShapeResource): { type: string; resource: string } {
  return { type, resource: side.canonical.text(name) };
}

function twinDifferences(left: Side, a: ShapeResource, right: Side, b: ShapeResource): ShapeDifference[] {
  const label = labelOf(left, a);
  const urns = { a: a.urn, b: b.urn };
  const found: ShapeDifference[] = [];
  const differ = (property: string, one: unknown, other: unknown) => {
    const means = isDeepStrictEqual(one, other) ? { means: { a: left.explained.value(one), b: right.explained.value(other) } } : {};
    found.push({ ...label, property, a: one, b: other, ...means, urns });
  };
  const walk = walker(left.canonical, right.canonical, differ);
  const { [programTexts[a.type] ?? ""]: programA, ...inputsA } = a.inputs;
  const { [programTexts[b.type] ?? ""]: programB, ...inputsB } = b.inputs;
  // As it is: what looks like a name in a program is none.
  if (!Object.is(programA, programB)) walk(programTexts[a.type] ?? "", programA, programB);
  walk("", inputsA, inputsB);
  walk("options", a.options, b.options);
  // What it belongs to and waits for. What has no twin is a difference of its own, and is not told again by everything near it.
  const links = (from: Side, to: Side, urns: readonly string[]) => new Set(urns.map((urn) => from.keyOf(urn)).filter((key) => from.twins.has(key) && to.twins.has(key)));
  const compareLinks = (property: string, ofA: readonly string[], ofB: readonly string[]) => {
    const [one, other] = [links(left, right, ofA), links(right, left, ofB)];
    const only = (these: ReadonlySet<string>, those: ReadonlySet<string>) => [...these].filter((key) => !those.has(key)).map((key) => key.slice(key.indexOf("::") + 2)).sort();
    const [onlyA, onlyB] = [only(one, other), only(other, one)];
    if (onlyA.length + onlyB.length > 0) differ(property, onlyA, onlyB);
  };
  compareLinks("options.parent", a.parent === undefined ? [] : [a.parent], b.parent === undefined ? [] : [b.parent]);
  compareLinks("options.dependsOn", a.dependencies, b.dependencies);
  for (const input of new Set([...Object.keys(a.origins), ...Object.keys(b.origins)])) {
    compareLinks(`origin of ${input}`, a.origins[input] ?? [], b.origins[input] ?? []);
  }
  return found;
}

type Differ = (property: string, a: unknown, b: unknown) => void;

/** Goes through two values side by side; where they part, says where, with the values as they are. */
function walker(left: Canonicaliser, right: Canonicaliser, differ: Differ): (path: string, a: unknown, b: unknown) => void {
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (isRecord(a) && isRecord(b)) return walkRecords(path, a, b);
    if (isListOfRecords(a) && isListOfRecords(b)) return walkLists(path, a, b);
    const [one, other] = [left.value(a), right.value(b)];
    if (!sameValue(one, other)) differ(path, a, b);
  };
  const walkRecords = (path: string, a: Record<string, unknown>, b: Record<string, unknown>) => {
    const [one, other] = [byCanonicalKey(a, left), byCanonicalKey(b, right)];
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      walk(path === "" ? key : `${path}.${key}`, one.has(key) ? one.get(key) : absent, other.has(key) ? other.get(key) : absent);
    }
  };
  const walkLists = (path: string, a: readonly Record<string, unknown>[], b: readonly Record<string, unknown>[]) => {
    const [one, other] = [byName(a, left), byName(b, right)];
    if (one === undefined || other === undefined) {
      for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
        walk(`${path}[${index}]`, index < a.length ? a[index] : absent, index < b.length ? b[index] : absent);
      }
      return;
    }
    for (const name of new Set([...one.keys(), ...other.keys()])) walk(`${path}[${name}]`, one.get(name) ?? absent, other.get(name) ?? absent);
    const order = (these: ReadonlyMap<string, unknown>, those: ReadonlyMap<string, unknown>) => [...these.keys()].filter((name) => those.has(name));
    const [orderA, orderB] = [order(one, other), order(other, one)];
    if (orderA.join("\n") !== orderB.join("\n")) differ(`${path} (order)`, orderA, orderB);
  };
  return walk;
}

function byCanonicalKey(record: Record<string, unknown>, { text }: Canonicaliser): Map<string, unknown> {
  return new Map(Object.entries(record).map(([key, value]) => [text(key), value]));
}

/** The items of a list by their `name`, where each has one of its own. */
function byName(list: readonly Record<string, unknown>[], { text }: Canonicaliser): Map<string, unknown> | undefined {
  const names = list.map(({ name, key }) => name ?? key);
  if (list.length === 0 || !names.every((name) => typeof name === "string") || new Set(names).size !== names.length) return undefined;
  return new Map(list.map((item, index) => [text(names[index] as string), item]));
}

/** Whether two canonical values are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && typeof b === "string") return agree(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => Object.hasOwn(a, key) && Object.hasOwn(b, key) && sameValue(a[key], b[key]));
  }
  return Object.is(a, b);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfRecords(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
