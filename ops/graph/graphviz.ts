/** Graphviz (compiled to WebAssembly), as far as it is used here: positions only. All lengths are points, y grows downwards. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface NodeToPlace {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The centre, where it is given. */
  readonly at?: Point;
}

export interface SubgraphToPlace {
  readonly id: string;
  /** Room for the heading. */
  readonly heading: { readonly width: number; readonly height: number };
  readonly nodes: readonly NodeToPlace[];
  readonly subgraphs: readonly SubgraphToPlace[];
}

export interface GraphToPlace {
  /** `dot` makes layers; `neato` keeps the given positions and only routes. */
  readonly engine: "dot" | "neato";
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly nodes: readonly NodeToPlace[];
  readonly subgraphs: readonly SubgraphToPlace[];
  readonly edges: readonly { readonly tail: string; readonly head: string }[];
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Rectangle>;
  readonly subgraphs: ReadonlyMap<string, Rectangle>;
  /** Bézier curves, in the order of the given edges: a start, then three points for each part. */
  readonly edges: readonly (readonly Point[])[];
}

type Attributes = Record<string, string | number | boolean | { html: string }>;
interface VizGraph {
  name?: string;
  graphAttributes: Attributes;
  nodes: { name: string; attributes: Attributes }[];
  subgraphs: VizGraph[];
}

const pointsPerInch = 72;

/** @throws CHI-G003 with Graphviz's own words */
export async function place({ engine, attributes, nodes, subgraphs, edges }: GraphToPlace): Promise<Placed> {
  const { instance } = await import("@viz-js/viz");
  const result = (await instance()).render(
    {
      directed: true,
      graphAttributes: { ...attributes, ...(engine === "neato" ? { inputscale: pointsPerInch } : {}) },
      nodes: nodes.map(vizNode),
      edges: edges.map(({ tail, head }, index) => ({ tail, head, attributes: { id: `e${index}`, arrowhead: "none" } })),
      subgraphs: subgraphs.map(vizSubgraph),
    },
    { engine, format: "json0", yInvert: true },
  );
  if (result.status === "failure") throw new Error(`CHI-G003 Graphviz could not place the graph: ${result.errors.map(({ message }) => message).join("; ")}`);
  return placed(JSON.parse(result.output) as Output, edges.length);
}

function vizNode({ id, width, height, at }: NodeToPlace): VizGraph["nodes"][number] {
  const position: Attributes = at === undefined ? {} : { pos: `${at.x},${-at.y}!` };
  return {
    name: id,
    attributes: { id, label: "", shape: "box", fixedsize: true, width: width / pointsPerInch, height: height / pointsPerInch, ...position },
  };
}

function vizSubgraph({ id, heading, nodes, subgraphs }: SubgraphToPlace): VizGraph {
  // An empty table of the heading's size keeps its place free.
  const label = { html: `<table border="0" fixedsize="true" width="${Math.ceil(heading.width)}" height="${Math.ceil(heading.height)}"><tr><td></td></tr></table>` };
  return {
    name: `cluster_${id}`,
    graphAttributes: { id, label, labelloc: "t", margin: 10 },
    nodes: nodes.map(vizNode),
    subgraphs: subgraphs.map(vizSubgraph),
  };
}

interface Output {
  bb: string;
  objects?: { name: string; id?: string; bb?: string; pos?: string; width?: string; height?: string }[];
  edges?: { id?: string; pos?: string }[];
}

function placed({ bb, objects = [], edges = [] }: Output, count: number): Placed {
  const whole = rectangle(bb);
  const inWhole = ({ x, y }: Point): Point => ({ x: x - whole.x, y: y - whole.y });
  const nodes = new Map<string, Rectangle>();
  const subgraphs = new Map<string, Rectangle>();
  for (const { id, bb: box, pos, width, height } of objects) {
    if (id === undefined) continue;
    if (box !== undefined) {
      const found = rectangle(box);
      subgraphs.set(id, { ...found, ...inWhole(found) });
    } else if (pos !== undefined) {
      const size = { width: Number(width) * pointsPerInch, height: Number(height) * pointsPerInch };
      const centre = inWhole(point(pos));
      nodes.set(id, { x: centre.x - size.width / 2, y: centre.y - size.height / 2, ...size });
    }
  }
  const curves = new Map(edges.map(({ id, pos }) => [id, pos === undefined ? [] : pos.split(" ").map(point).map(inWhole)]));
  return { width: whole.width, height: whole.height, nodes, subgraphs, edges: Array.from({ length: count }, (_, index) => curves.get(`e${index}`) ?? []) };
}

/** `x1,y1,x2,y2`, from any corner to the one across. */
function rectangle(text: string): Rectangle {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = text.split(",").map(Number);
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

function point(text: string): Point {
  const [x = 0, y = 0] = text.split(",").map(Number);
  return { x, y };
}
