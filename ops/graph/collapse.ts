import { gcpRegions } from "../../config/allowed-values";
import { distinct, type Edge, onCycles } from "./digraph";
import type { GraphResource, StackGraph } from "./graph-model";

/** One box of the picture: a resource, or several of one type in one component. */
export interface Box {
  readonly id: string;
  readonly resources: readonly [GraphResource, ...GraphResource[]];
}

/** From this many on, resources of one type in one component are one box, whatever their names. */
const manyFrom = 3;

/**
 * Puts like resources of a component into one box: replicas, whose names differ by a region or a number, from two on; others of one type
 * from three on. What would then depend on itself by way of others stays apart.
 */
export function collapsed({ resources, edges }: Pick<StackGraph, "resources" | "edges">): Box[] {
  const apart = new Set<string>();
  for (;;) {
    const groups = grouped(resources, apart);
    const boxes = groups.map(box);
    const cyclic = onCycles(edgesBetween(boxes, edges));
    const toSplit = groups.filter(([first, ...others]) => others.length > 0 && cyclic.has(first.urn));
    if (toSplit.length === 0) return boxes;
    for (const { urn } of toSplit.flat()) apart.add(urn);
  }
}

/** Every resource in a box of its own. */
export function expanded({ resources }: Pick<StackGraph, "resources">): Box[] {
  return resources.map((resource) => box([resource]));
}

/** The dependences between boxes, by id. Those within a box are not drawn. */
export function edgesBetween(boxes: readonly Box[], edges: readonly Edge[]): Edge[] {
  const boxOf = new Map(boxes.flatMap(({ id, resources }) => resources.map(({ urn }) => [urn, id] as const)));
  return distinct(
    edges.flatMap(({ from, to }) => {
      const [source, target] = [boxOf.get(from), boxOf.get(to)];
      return source === undefined || target === undefined ? [] : [{ from: source, to: target }];
    }),
  );
}

type Group = [GraphResource, ...GraphResource[]];

function box(resources: Group): Box {
  return { id: resources[0].urn, resources };
}

function grouped(resources: readonly GraphResource[], apart: ReadonlySet<string>): Group[] {
  const own = (resource: GraphResource, key: string) => (apart.has(resource.urn) ? resource.urn : key);
  const replicas = groupsBy(resources, (resource) => own(resource, JSON.stringify([resource.component, resource.type, withoutReplica(resource.name)])));
  const many = groupsBy(resources, (resource) => own(resource, JSON.stringify([resource.component, resource.type])));
  const inMany = new Set(many.filter((group) => group.length >= manyFrom).flat());
  const groups = [...many.filter((group) => group.length >= manyFrom), ...replicas.flatMap((group) => withoutThose(group, inMany))];
  const order = new Map(resources.map(({ urn }, index) => [urn, index]));
  return groups.sort(([a], [b]) => (order.get(a.urn) ?? 0) - (order.get(b.urn) ?? 0));
}

function withoutThose(group: Group, others: ReadonlySet<GraphResource>): Group[] {
  const [first, ...rest] = group.filter((resource) => !others.has(resource));
  return first === undefined ? [] : [[first, ...rest]];
}

function groupsBy(resources: readonly GraphResource[], keyOf: (resource: GraphResource) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const resource of resources) {
    const key = keyOf(resource);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [resource]);
    else group.push(resource);
  }
  return [...groups.values()];
}

const replica = new RegExp(`-(?:${gcpRegions.join("|")}|[a-z]?\\d+)(?=-|$)`, "g");

/** What stays of a name without its region, generation or number. */
function withoutReplica(name: string): string {
  return name.replace(replica, "");
}
