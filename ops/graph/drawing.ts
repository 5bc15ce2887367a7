import { type Box, collapsed, edgesBetween, expanded } from "./collapse";
import { type Edge, withoutImplied } from "./digraph";
import type { GraphComponent, StackGraph } from "./graph-model";

/** A component in the picture, with what it declares and the components in it. */
export interface Cluster {
  /** Absent for what the stack's program declares outside any component. */
  readonly component?: GraphComponent;
  readonly boxes: readonly Box[];
  readonly clusters: readonly Cluster[];
}

/** An outermost component, with the dependences inside it that do not follow from others. */
export interface Panel extends Cluster {
  readonly id: string;
  /** Between boxes, by their ids. */
  readonly edges: readonly Edge[];
}

/** One component needs another. */
export interface Link extends Edge {
  /** The dependences that it stands for, by logical names: `secrets-database-url-v1 → database-password`. */
  readonly because: readonly string[];
}

export interface Drawing {
  readonly graph: StackGraph;
  readonly panels: readonly Panel[];
  /** Between panels, by their ids. */
  readonly links: readonly Link[];
}

const outside = "outside any component";

/**
 * What is drawn of a graph: a panel for each outermost component, in it a box for each resource (or for several alike, unless `all`), the
 * dependences inside a panel, and one link from a panel to each that it needs. A dependence that follows from others is not drawn.
 */
export function drawing(graph: StackGraph, { all = false }: { all?: boolean } = {}): Drawing {
  const boxes = all ? expanded(graph) : collapsed(graph);
  const components = new Map(graph.components.map((component) => [component.urn, component]));
  const outermost = (urn: string | undefined): string => {
    const parent = urn === undefined ? undefined : components.get(urn)?.parent;
    return parent === undefined ? (urn ?? outside) : outermost(parent);
  };
  const panelOf = new Map([
    ...graph.components.map(({ urn }) => [urn, outermost(urn)] as const),
    ...graph.resources.map(({ urn, component }) => [urn, outermost(component)] as const),
  ]);
  const cluster = (component: GraphComponent | undefined): Cluster => ({
    ...(component === undefined ? {} : { component }),
    boxes: boxes.filter(({ resources: [first] }) => first.component === component?.urn),
    clusters: component === undefined ? [] : graph.components.filter(({ parent }) => parent === component.urn).map(cluster),
  });
  const inside = edgesBetween(boxes, graph.edges).filter(({ from, to }) => panelOf.get(from) === panelOf.get(to));
  const panels = [undefined, ...graph.components.filter(({ parent }) => parent === undefined)]
    .map(cluster)
    .map((top) => {
      const id = top.component?.urn ?? outside;
      return { ...top, id, edges: withoutImplied(inside.filter(({ from }) => panelOf.get(from) === id)) };
    })
    .filter(({ component, boxes: own }) => component !== undefined || own.length > 0);
  return { graph, panels, links: linksOf(graph, panelOf) };
}

function linksOf(graph: StackGraph, panelOf: ReadonlyMap<string, string>): Link[] {
  const named = new Map([...graph.components, ...graph.resources].map(({ urn, name }) => [urn, name]));
  const because = new Map<string, string[]>();
  const edges: Edge[] = [];
  for (const { from, to } of graph.edges) {
    const [source, target] = [panelOf.get(from), panelOf.get(to)];
    if (source === undefined || target === undefined || source === target) continue;
    const key = JSON.stringify([source, target]);
    because.set(key, [...(because.get(key) ?? []), `${named.get(from)} → ${named.get(to)}`]);
    edges.push({ from: source, to: target });
  }
  return withoutImplied(edges).map((edge) => ({ ...edge, because: because.get(JSON.stringify([edge.from, edge.to])) ?? [] }));
}
