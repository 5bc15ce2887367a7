import { boxText, type BoxText } from "./box-text";
import type { Box } from "./collapse";
import type { Cluster, Panel } from "./drawing";
import { type GraphToPlace, place, type Placed, type Point, type Rectangle, type SubgraphToPlace } from "./graphviz";
import { textWidth } from "./text-width";

/** Sizes of text, in pixels at the picture's natural size. */
export const textSize = { title: 24, panel: 17, cluster: 14, heading: 14, name: 13, note: 13 } as const;
/** Between a box's edge and its text, and between lines. */
export const boxPadding = { side: 12, top: 8, line: 18 } as const;

export interface PlacedBox extends Rectangle {
  readonly box: Box;
  readonly text: BoxText;
}

export interface PlacedCluster extends Rectangle {
  readonly cluster: Cluster;
}

/** A panel's inside; positions are from its upper left corner. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly clusters: readonly PlacedCluster[];
  /** Curves from what needs to what is needed. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly curve: readonly Point[] }[];
}

const padding = 16;
const headingHeight = 34;

/**
 * Places a panel's boxes: what is needed above what needs it, and left of it. Of the two ways those that are no wider than `most`, the
 * smaller first; at least one.
 */
export async function placePanel(panel: Panel, most: number): Promise<[PlacedPanel, ...PlacedPanel[]]> {
  const texts = new Map<string, BoxText>();
  const graph = (rankdir: "TB" | "LR"): GraphToPlace => ({
    engine: "dot",
    attributes: { rankdir, nodesep: 0.22, ranksep: 0.32, margin: 0 },
    ...contentOf(panel, texts),
    // Drawn from what is needed, so that it comes first.
    edges: panel.edges.map(({ from, to }) => ({ tail: to, head: from })),
  });
  const ways = [await place(graph("TB")), await place(graph("LR"))].map((placed) => placedPanel(panel, texts, placed));
  ways.sort((a, b) => a.width * a.height - b.width * b.height);
  const [first, ...others] = ways.filter(({ width }) => width <= most);
  if (first !== undefined) return [first, ...others];
  const [narrowest] = ways.sort((a, b) => a.width - b.width);
  if (narrowest === undefined) throw new Error(`CHI-G004 no way to place ${panel.id}`);
  return [narrowest];
}

function contentOf({ component, boxes, clusters }: Cluster, texts: Map<string, BoxText>): Pick<SubgraphToPlace, "nodes" | "subgraphs"> {
  const nodes = boxes.map((box) => {
    const text = boxText(box, component?.name);
    texts.set(box.id, text);
    return { id: box.id, ...sizeOf(box, text) };
  });
  const subgraphs = clusters.map((cluster) => ({
    id: cluster.component?.urn ?? "",
    heading: { width: textWidth(clusterHeading(cluster), textSize.cluster, true) + 8, height: textSize.cluster + 8 },
    ...contentOf(cluster, texts),
  }));
  return { nodes, subgraphs };
}

/** `R2Credentials files-api`. */
export function clusterHeading({ component }: Cluster): string {
  return component === undefined ? "outside any component" : `${component.kind} ${component.name}`;
}

function sizeOf({ resources: [{ vendor }] }: Box, { heading, lines }: BoxText): { width: number; height: number } {
  const first = textWidth(heading, textSize.heading, true) + textWidth(vendor.name, textSize.note) + 14;
  const width = Math.max(first, ...lines.map((line) => textWidth(line, textSize.name)));
  return { width: Math.ceil(width) + 2 * boxPadding.side + 4, height: (lines.length + 1) * boxPadding.line + 2 * boxPadding.top };
}

function placedPanel(panel: Panel, texts: ReadonlyMap<string, BoxText>, { width, height, nodes, subgraphs, edges }: Placed): PlacedPanel {
  const shifted = <T extends Point>(point: T): T => ({ ...point, x: point.x + padding, y: point.y + headingHeight });
  const here = (found: Rectangle | undefined): Rectangle => shifted(found ?? { x: 0, y: 0, width: 0, height: 0 });
  const all = (cluster: Cluster): Cluster[] => [cluster, ...cluster.clusters.flatMap(all)];
  const every = all(panel);
  return {
    panel,
    width: Math.max(width, textWidth(clusterHeading(panel), textSize.panel, true)) + 2 * padding,
    height: height + headingHeight + padding,
    boxes: every.flatMap(({ boxes }) =>
      boxes.map((box) => ({ box, text: texts.get(box.id) ?? { heading: "", lines: [] }, ...here(nodes.get(box.id)) })),
    ),
    clusters: every.slice(1).map((cluster) => ({ cluster, ...here(subgraphs.get(cluster.component?.urn ?? "")) })),
    edges: panel.edges.map(({ from, to }, index) => ({ from, to, curve: [...(edges[index] ?? [])].reverse().map(shifted) })),
  };
}
