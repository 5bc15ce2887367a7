/** Mutants that nobody thought of: each property of each resource, changed in each way that its type allows. */
import type { RecordedResource } from "../../../components/test-support/mocks";
import type { Node } from "../../../sandbox/providers/rules/node";
import { changedAt, type Path } from "../edit";
import type { Mutant, Program } from "../mutant";
import { neighboursOf } from "./neighbours";
import { schemaTree, schemaTypes } from "./schema-trees";

export interface BlindMutant extends Mutant {
  /** What was done, the same word for the same operation: survivors are grouped by it. */
  readonly operation: string;
  /** Of a member of a JSON text, which `path` does not lead into. */
  readonly inner?: Path;
  /** A type that the program does not have; nothing of it was filled in. */
  readonly isNewType?: boolean;
}

interface Change {
  readonly path: Path;
  readonly inner?: Path;
  readonly to: unknown;
  readonly operation: string;
  readonly change: string;
}

/** The code of dynamic resources, and the engine's bookkeeping: no property of anything. */
const notAProperty = (name: string): boolean => name.startsWith("__");

/** In the order of the program, and so the same each time. */
export function blindMutants(program: Program): BlindMutant[] {
  const resources = program.resources.filter(({ custom }) => custom);
  const declared = new Set(resources.map(({ type }) => type));
  return [
    ...resources.flatMap((resource) => ofResource(program, resource)),
    ...schemaTypes()
      .filter((type) => !declared.has(type))
      .map((type) => ({ ...program.added(type, {}), operation: "added", isNewType: true })),
  ];
}

function ofResource(program: Program, resource: RecordedResource): BlindMutant[] {
  const tree = schemaTree(resource.type);
  const changes = ofObject(resource.inputs, tree, [], (path, to) => ({ path, to }));
  return [
    { ...program.removed(resource), operation: "deleted" },
    ...(resource.protect ? [{ ...program.unprotected(resource), operation: "protect off" }] : []),
    ...resource.dependencies.map((name) => ({
      ...program.withDependencies(
        resource,
        resource.dependencies.filter((each) => each !== name),
        `the dependency on ${name} is gone`,
      ),
      operation: "dependency removed",
    })),
    ...changes.flatMap(({ path, inner, to, operation, change }) =>
      program.set(resource, path, [to], change).map((mutant) => ({ ...mutant, operation, ...(inner === undefined ? {} : { inner }) })),
    ),
  ];
}

/** Makes a change of a whole property from a change of a part of it: other than itself only within JSON. */
type Place = (path: Path, to: unknown) => { path: Path; to: unknown; inner?: Path };

function ofObject(value: Readonly<Record<string, unknown>>, node: Node | undefined, path: Path, place: Place): Change[] {
  const present = Object.entries(value).flatMap(([name, each]) => {
    if (notAProperty(name)) return [];
    const child = node?.kind === "map" ? node.element : node?.properties.get(name);
    const removed =
      node?.required.includes(name) === true ? [] : [{ ...place([...path, name], undefined), operation: "removed", change: "removed" }];
    return [...removed, ...ofValue(each, child, [...path, name], place)];
  });
  return [...present, ...absent(value, node, path, place)];
}

/** What is left to the vendor's default, said: a switch on and off, a choice made. */
function absent(value: Readonly<Record<string, unknown>>, node: Node | undefined, path: Path, place: Place): Change[] {
  return [...(node?.kind === "object" ? node.properties : [])].flatMap(([name, child]) => {
    if (name in value) return [];
    const choices = child.kind === "boolean" ? [true, false] : choicesOf(child).slice(0, 3);
    return choices
      .filter((choice) => choice !== child.default)
      .map((choice) => ({ ...place([...path, name], choice), operation: `set to ${String(choice)}`, change: `set to ${String(choice)}` }));
  });
}

function choicesOf(node: Node | undefined): unknown[] {
  return (node?.rules ?? []).flatMap((rule) => (rule.kind === "oneOf" ? rule.values : []));
}

function ofValue(value: unknown, node: Node | undefined, path: Path, place: Place): Change[] {
  const to = (other: unknown, operation: string, change = operation): Change => ({ ...place(path, other), operation, change });
  if (typeof value === "boolean") return [to(!value, `flipped to ${String(!value)}`)];
  if (typeof value === "number")
    return [to(value + 1, "+ 1"), to(value - 1, "− 1"), to(0, "0"), to(value * 10, "× 10")].filter((each) => each.to !== value);
  if (typeof value === "string") return ofText(value, node, path, place);
  if (Array.isArray(value)) return ofList(value as readonly unknown[], node, path, place);
  if (typeof value === "object" && value !== null) return ofObject(value as Readonly<Record<string, unknown>>, node, path, place);
  return [];
}

function ofList(values: readonly unknown[], node: Node | undefined, path: Path, place: Place): Change[] {
  if (values.length === 0) return [];
  return [
    { ...place(path, []), operation: "emptied", change: "emptied" },
    ...(values.length === 1
      ? []
      : values.map((_, at) => ({
          ...place(
            path,
            values.filter((_each, other) => other !== at),
          ),
          operation: "an element dropped",
          change: `element ${at} dropped`,
        }))),
    ...values.flatMap((each, at) => ofValue(each, node?.element, [...path, at], place)),
  ];
}

function ofText(text: string, node: Node | undefined, path: Path, place: Place): Change[] {
  const choices = choicesOf(node).filter((choice) => choice !== text);
  if (choices.length > 0) return choices.map((choice) => ({ ...place(path, choice), operation: "another choice", change: String(choice) }));
  const json = jsonObject(text);
  if (json !== undefined) {
    // One property to the vendor; its members are changed one at a time all the same.
    return ofObject(json, undefined, [], (inner, to) => ({ path, inner, to: JSON.stringify(changedAt(json, inner, to)) }));
  }
  return neighboursOf(text).map(({ value, change }) => ({ ...place(path, value), operation: change, change }));
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
