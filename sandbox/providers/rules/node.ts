/** A resource type compiled to a tree, once: the schema's types with the facts of the tables hung at their places. */
import type { Equivalence } from "./equivalence";
import type { GroupRule, ReplaceWhen, ResourceFacts, ValueRule } from "./facts";
import type { PropertySpec, Schema } from "./schema-file";
import type { Value } from "../contract";

export type NodeKind = "string" | "number" | "integer" | "boolean" | "any" | "object" | "map" | "list";

export interface Node {
  kind: NodeKind;
  /** Path without indexes, as the fact tables write it. */
  path: string;
  properties: Map<string, Node>;
  required: string[];
  /** Of a list or a map. */
  element?: Node;
  isSet: boolean;
  computed: boolean;
  autonamed: boolean;
  replace: boolean;
  replaceIfSet: boolean;
  replaceWhen?: ReplaceWhen;
  /** The schema marks it secret: its value is kept out of messages. */
  sensitive: boolean;
  default?: Value;
  same?: Equivalence;
  rules: ValueRule[];
  groups: GroupRule[];
  atPlan: GroupRule[];
}

/** Builds the tree of one resource type. A recursive type is cut where it comes back to itself. */
export function compile(schema: Schema, token: string, facts: ResourceFacts, replacements: string[]): Node {
  const resource = schema.resources[token];
  if (!resource) throw new Error(`the schema of package ${schema.name} has no resource type ${token}`);
  const has = (list: string[] | undefined) => new Set(list ?? []);
  const sets = has(facts.sets);
  const computed = has(facts.computed);
  const autonamed = has(facts.autonamed);
  const replace = has([...(facts.replace ?? []), ...replacements]);
  const replaceIfSet = has(facts.replaceIfSet);
  const inPlace = has(facts.inPlace);
  const at = <T extends GroupRule>(list: T[] | undefined, path: string) => (list ?? []).filter((rule) => rule.at === path);
  const used = new Set<string>();

  const node = (kind: NodeKind, path: string, spec: PropertySpec): Node => {
    const rules = facts.rules?.[path];
    if (path !== "") used.add(path);
    return {
      kind,
      path,
      properties: new Map(),
      required: [],
      isSet: sets.has(path),
      computed: computed.has(path),
      autonamed: autonamed.has(path),
      replace: (spec.willReplaceOnChanges === true || spec.replaceOnChanges === true || replace.has(path)) && !inPlace.has(path),
      replaceIfSet: replaceIfSet.has(path),
      replaceWhen: facts.replaceWhen?.[path],
      sensitive: spec.secret === true,
      default: facts.defaults?.[path],
      same: facts.same?.[path],
      rules: rules === undefined ? [] : Array.isArray(rules) ? rules : [rules],
      groups: at(facts.groups, path),
      atPlan: at(facts.atPlan, path),
    };
  };

  const fill = (target: Node, properties: Record<string, PropertySpec>, required: string[], within: string[]) => {
    const prefix = target.path === "" ? "" : `${target.path}.`;
    target.required = required.filter((name) => name in properties);
    for (const name of facts.required ?? []) {
      const short = name.slice(prefix.length);
      if (name.startsWith(prefix) && short in properties && !target.required.includes(short)) target.required.push(short);
    }
    for (const [name, spec] of Object.entries(properties)) target.properties.set(name, build(spec, prefix + name, within));
  };

  const build = (spec: PropertySpec, path: string, within: string[]): Node => {
    const ref = spec.$ref;
    if (ref?.startsWith("#/types/")) {
      const name = decodeURIComponent(ref.slice("#/types/".length));
      const type = schema.types[name];
      if (!type) throw new Error(`the schema of package ${schema.name} refers to a missing type ${name}`);
      const result = node("object", path, spec);
      if (!within.includes(name)) fill(result, type.properties ?? {}, type.required ?? [], [...within, name]);
      else result.kind = "any";
      return result;
    }
    if (ref !== undefined) return node("any", path, spec);
    if (spec.type === "array" && spec.items) {
      const result = node("list", path, spec);
      result.element = build(spec.items, spec.items.$ref ? path : `${path}.*`, within);
      result.element.sensitive ||= result.sensitive;
      if (spec.items.$ref) detach(result.element);
      return result;
    }
    if (spec.type === "object") {
      const result = node("map", path, spec);
      if (spec.additionalProperties) {
        result.element = build(spec.additionalProperties, spec.additionalProperties.$ref ? path : `${path}.*`, within);
        result.element.sensitive ||= result.sensitive;
        if (spec.additionalProperties.$ref) detach(result.element);
      }
      return result;
    }
    if (spec.type === "string" || spec.type === "number" || spec.type === "integer" || spec.type === "boolean") return node(spec.type, path, spec);
    return node("any", path, spec);
  };

  const root = node("object", "", {});
  fill(root, resource.inputProperties ?? {}, resource.requiredInputs ?? [], []);
  complainOfUnusedFacts(token, facts, used);
  return root;
}

/** An element that is an object shares its list's path: what belongs to the list itself must not act twice. */
function detach(element: Node): void {
  element.rules = [];
  element.isSet = false;
  element.computed = false;
  element.default = undefined;
  element.same = undefined;
}

/** A fact about a property that does not exist is a mistake in a table: it would guard nothing. */
function complainOfUnusedFacts(token: string, facts: ResourceFacts, used: Set<string>): void {
  const lists = [facts.computed, facts.sets, facts.required, facts.autonamed, facts.replace, facts.replaceIfSet, facts.inPlace];
  const named = [...lists.flatMap((list) => list ?? []), ...Object.keys(facts.defaults ?? {}), ...Object.keys(facts.same ?? {}), ...Object.keys(facts.replaceWhen ?? {}), ...Object.keys(facts.rules ?? {})];
  const objects = [...(facts.groups ?? []), ...(facts.atPlan ?? [])].map((rule) => rule.at).filter((path) => path !== "");
  const stray = [...named, ...objects].filter((path) => !used.has(path));
  if (stray.length > 0) throw new Error(`the fact table of ${token} names properties that its schema lacks: ${stray.join(", ")}`);
}
