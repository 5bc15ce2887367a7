import type { Drawing, Link } from "./drawing";
import { place, type Point, type Rectangle } from "./graphviz";
import { type PlacedPanel, placePanel } from "./panel-layout";

/** The whole picture; positions are from the upper left corner of its first panel. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly (PlacedPanel & Point)[];
  readonly links: readonly { readonly link: Link; readonly curve: readonly Point[] }[];
}

/** As wide as a page on a screen: text stays readable where the picture is scaled to fit. */
const pageWidth = 1360;
/** Between panels: room for the links. */
const gap = 56;

/** Places the panels, each below all that it needs, and routes the links around them. */
export async function placePage({ panels, links }: Drawing): Promise<Page> {
  const ways = new Map<string, readonly PlacedPanel[]>();
  for (const panel of panels) ways.set(panel.id, await placePanel(panel, pageWidth));
  const places = lowest(orders.map((order) => stacked(ways, links, order)));
  const routed = await place({
    engine: "neato",
    attributes: { splines: "true", esep: "+8", margin: 0, pad: 0 },
    nodes: [...places].map(([id, { x, y, width, height }]) => ({ id, width, height, at: { x: x + width / 2, y: y + height / 2 } })),
    subgraphs: [],
    edges: links.map(({ from, to }) => ({ tail: from, head: to })),
  });
  return {
    width: routed.width,
    height: routed.height,
    panels: [...places].map(([id, { placed }]) => ({ ...placed, ...corner(routed.nodes.get(id)) })),
    links: links.map((link, index) => ({ link, curve: routed.edges[index] ?? [] })),
  };
}

function corner(rectangle: Rectangle | undefined): Point {
  return { x: rectangle?.x ?? 0, y: rectangle?.y ?? 0 };
}

interface Place extends Rectangle {
  readonly placed: PlacedPanel;
}

interface Candidate extends Place {
  readonly id: string;
  /** The length of the longest chain of panels that need it. */
  readonly waiting: number;
}

/** Which of the panels whose turn it is goes first. None of these is always the best, so all are tried. */
const orders: readonly ((a: Candidate, b: Candidate) => number)[] = [
  (a, b) => a.y - b.y || b.waiting - a.waiting || b.height - a.height,
  (a, b) => b.waiting - a.waiting || a.y - b.y || b.height - a.height,
  (a, b) => b.width * b.height - a.width * a.height,
  (a, b) => b.height - a.height,
  (a, b) => a.y + a.height - b.y - b.height,
];

function lowest(layouts: readonly Map<string, Place>[]): Map<string, Place> {
  const bottom = (layout: Map<string, Place>) => Math.max(0, ...[...layout.values()].map(({ y, height }) => y + height));
  return [...layouts].sort((a, b) => bottom(a) - bottom(b))[0] ?? new Map<string, Place>();
}

/** Each panel below all that it needs. */
function stacked(panels: ReadonlyMap<string, readonly PlacedPanel[]>, links: readonly Link[], order: (typeof orders)[number]): Map<string, Place> {
  const placed = new Map<string, Place>();
  const forward = withoutCycles([...panels.keys()], links);
  const waiting = chains(forward);
  while (placed.size < panels.size) {
    const turns = [...panels].filter(([id]) => !placed.has(id) && forward.every(({ from, to }) => from !== id || placed.has(to)));
    const candidates = turns.map(([id, ways]) => {
      const needed = forward.filter(({ from }) => from === id).flatMap(({ to }) => placed.get(to) ?? []);
      return { id, waiting: waiting.get(id) ?? 0, ...bestPlace(ways, placed, needed) };
    });
    const [first] = candidates.sort(order);
    if (first === undefined) break;
    placed.set(first.id, first);
  }
  return placed;
}

/** The highest free place below what is needed, in the way that ends highest there; of several, the nearest to what is needed. */
function bestPlace(ways: readonly PlacedPanel[], placed: ReadonlyMap<string, Rectangle>, needed: readonly Rectangle[]): Place {
  const top = Math.max(0, ...needed.map((other) => other.y + other.height + gap));
  const columns = [0, ...[...placed.values()].flatMap((other) => [other.x, other.x + other.width + gap])];
  const middle = needed.length === 0 ? 0 : needed.reduce((sum, other) => sum + other.x + other.width / 2, 0) / needed.length;
  const options = ways.flatMap((way) =>
    columns
      .filter((x) => x === 0 || x + way.width <= pageWidth)
      .map((x) => ({ placed: way, width: way.width, height: way.height, x, y: lowestFree(placed, x, way.width, top) })),
  );
  options.sort((a, b) => a.y + a.height - b.y - b.height || Math.abs(a.x + a.width / 2 - middle) - Math.abs(b.x + b.width / 2 - middle));
  const [best] = options;
  if (best === undefined) throw new Error("CHI-G004 a component has no way to be placed");
  return best;
}

/** Below everything that is, in part, in the same columns. */
function lowestFree(placed: ReadonlyMap<string, Rectangle>, x: number, width: number, lowest: number): number {
  const above = [...placed.values()].filter((other) => other.x < x + width + gap && x < other.x + other.width + gap);
  return Math.max(lowest, ...above.map((other) => other.y + other.height + gap));
}

/** Without the links that lead back to a panel from which one came: components may need parts of each other. */
function withoutCycles(ids: readonly string[], links: readonly Link[]): Link[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const kept: Link[] = [];
  const visit = (id: string): void => {
    if (done.has(id)) return;
    open.add(id);
    for (const link of links) {
      if (link.from !== id || open.has(link.to)) continue;
      kept.push(link);
      visit(link.to);
    }
    open.delete(id);
    done.add(id);
  };
  ids.forEach(visit);
  return kept;
}

/** By panel: how long the longest chain of panels is that needs it. */
function chains(links: readonly Link[]): Map<string, number> {
  const lengths = new Map<string, number>();
  const lengthOf = (id: string): number => {
    const known = lengths.get(id);
    if (known !== undefined) return known;
    const length = Math.max(0, ...links.filter(({ to }) => to === id).map(({ from }) => lengthOf(from) + 1));
    lengths.set(id, length);
    return length;
  };
  for (const { from, to } of links) for (const id of [from, to]) lengthOf(id);
  return lengths;
}
