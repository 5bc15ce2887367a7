import type { Drawing } from "./drawing";
import type { GraphResource } from "./graph-model";
import type { Point } from "./graphviz";
import type { Page } from "./page-layout";
import { boxPadding, clusterHeading, type PlacedBox, type PlacedPanel, textSize } from "./panel-layout";
import { styleSheet } from "./style";
import { textWidth } from "./text-width";
import type { Vendor } from "./vendors";

const margin = 28;
const headHeight = 118;

/** The picture as one SVG file: nothing outside it is needed, and no value of any input is in it. */
export function svg({ graph, links }: Drawing, page: Page): string {
  const legend = legendOf(graph.resources);
  const width = Math.ceil(Math.max(page.width, 760) + 2 * margin);
  const legendRows = wrappedLegend(legend, width - 2 * margin);
  const top = headHeight + (legendRows.length - 1) * 26;
  const height = Math.ceil(page.height + top + margin);
  const title = `${graph.stack}: declared resources`;
  const summary = `${count(graph.resources.length, "resource")} in ${count(graph.components.length, "component")}, ${count(graph.edges.length, "dependency", "dependencies")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title summary">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="summary">${escaped(`${summary}. Components: ${graph.components.map(({ kind, name }) => `${kind} ${name}`).join(", ")}.`)}</desc>`,
    `<style>${styleSheet()}</style>`,
    `<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text({ x: margin, y: 40 }, title, textSize.title, "bold"),
    text({ x: margin, y: 64 }, `${summary}. An arrow leads to what is needed; one that follows from others is left out.`, textSize.note, "note"),
    ...legendRows.flatMap((row, index) => row.map((entry) => legendEntry(entry, margin, 78 + index * 26))),
    `<g transform="translate(${margin} ${top})">`,
    ...page.panels.map((placed) => panel(placed)),
    ...page.links.map(({ link, curve }) =>
      group("link", `${nameOf(graph, link.from)} needs ${nameOf(graph, link.to)}\n${shortList(link.because)}`, [path(curve)]),
    ),
    `</g>`,
    `</svg>`,
    ``,
  ].join("\n");

  function count(number: number, singular: string, plural = `${singular}s`): string {
    return `${number} ${number === 1 ? singular : plural}`;
  }

  function panel({ x, y, width: panelWidth, height: panelHeight, panel: { component }, ...inside }: PlacedPanel & Point): string {
    const needs = links.filter(({ from }) => from === component?.urn).map(({ to }) => nameOf(graph, to));
    const about = [component === undefined ? graph.stack : `${component.kind} ${component.name}`, component?.file, needs.length > 0 ? `needs ${needs.join(", ")}` : undefined];
    return [
      `<g transform="translate(${round(x)} ${round(y)})">`,
      group("", about.filter((line) => line !== undefined).join("\n"), [
        rectangle("panel", { x: 0, y: 0 }, panelWidth, panelHeight, 8),
        text({ x: 16, y: 24 }, component === undefined ? "outside any component" : clusterHeading({ component, boxes: [], clusters: [] }), textSize.panel, "bold"),
      ]),
      ...inside.clusters.map((placed) =>
        group("", `${clusterHeading(placed.cluster)}\n${placed.cluster.component?.file ?? ""}`, [
          // Graphviz lets neighbours touch.
          rectangle("cluster", { x: placed.x + 3, y: placed.y + 3 }, placed.width - 6, placed.height - 6, 6),
          text({ x: placed.x + 10, y: placed.y + textSize.cluster + 8 }, clusterHeading(placed.cluster), textSize.cluster, "bold"),
        ]),
      ),
      ...inside.edges.map(({ from, to, curve }) => group("", `${resourceName(from)} needs ${resourceName(to)}`, [path(curve)])),
      ...inside.boxes.map(box),
      `</g>`,
    ].join("\n");
  }

  function resourceName(urn: string): string {
    return graph.resources.find((resource) => resource.urn === urn)?.name ?? urn;
  }
}

function nameOf({ components }: Drawing["graph"], urn: string): string {
  return components.find((component) => component.urn === urn)?.name ?? urn;
}

function box({ box: { resources }, text: { heading, lines }, x, y, width, height }: PlacedBox): string {
  const [{ vendor }] = resources;
  const left = x + boxPadding.side + 4;
  return group(`box ${vendor.id}`, `${resources.map(resourceTitle).join("\n")}`, [
    ...(resources.length > 1 ? [rectangle("under", { x: x + 4, y: y + 4 }, width, height, 5)] : []),
    rectangle("", { x, y }, width, height, 5),
    rectangle("bar", { x, y }, 5, height, 2),
    text({ x: left, y: y + boxPadding.top + textSize.heading }, heading, textSize.heading, "bold"),
    text({ x: x + width - boxPadding.side, y: y + boxPadding.top + textSize.heading }, vendor.name, textSize.note, "note", "end"),
    ...lines.map((line, index) => text({ x: left, y: y + boxPadding.top + textSize.heading + (index + 1) * boxPadding.line }, line, textSize.name)),
  ]);
}

/** What a reader is told of a resource that is pointed at. */
function resourceTitle({ type, name, file, isProtected }: GraphResource): string {
  return `${name}: ${type}, ${file}${isProtected ? ", protected" : ""}`;
}

interface LegendEntry {
  readonly vendor: Vendor;
  readonly label: string;
  readonly width: number;
  readonly offset: number;
}

function legendOf(resources: readonly GraphResource[]): { vendor: Vendor; label: string; width: number }[] {
  const counts = new Map<string, { vendor: Vendor; count: number }>();
  for (const { vendor } of resources) counts.set(vendor.name, { vendor, count: (counts.get(vendor.name)?.count ?? 0) + 1 });
  return [...counts.values()]
    .sort((a, b) => b.count - a.count || (a.vendor.name < b.vendor.name ? -1 : 1))
    .map(({ vendor, count }) => {
      const label = `${vendor.name} ${count}`;
      return { vendor, label, width: textWidth(label, textSize.note) + 44 };
    });
}

function wrappedLegend(entries: readonly { vendor: Vendor; label: string; width: number }[], most: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [[]];
  let offset = 0;
  for (const entry of entries) {
    if (offset > 0 && offset + entry.width > most) {
      rows.push([]);
      offset = 0;
    }
    rows.at(-1)?.push({ ...entry, offset });
    offset += entry.width;
  }
  return rows;
}

function legendEntry({ vendor, label, offset }: LegendEntry, x: number, y: number): string {
  return [
    `<g class="box ${vendor.id}">`,
    rectangle("", { x: x + offset, y }, 20, 16, 3),
    rectangle("bar", { x: x + offset, y }, 5, 16, 2),
    text({ x: x + offset + 27, y: y + 13 }, label, textSize.note),
    `</g>`,
  ].join("");
}

const mostReasons = 12;

function shortList(lines: readonly string[]): string {
  const more = lines.length - mostReasons;
  return [...lines.slice(0, mostReasons), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

function group(classes: string, title: string, content: readonly string[]): string {
  return `<g${classes === "" ? "" : ` class="${classes}"`}><title>${escaped(title)}</title>${content.join("")}</g>`;
}

function rectangle(classes: string, { x, y }: Point, width: number, height: number, radius: number): string {
  const named = classes === "" ? "" : ` class="${classes}"`;
  return `<rect${named} x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
}

function text({ x, y }: Point, content: string, size: number, classes = "", anchor = "start"): string {
  const named = classes === "" ? "" : ` class="${classes}"`;
  const anchored = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text${named} x="${round(x)}" y="${round(y)}" font-size="${size}"${anchored}>${escaped(content)}</text>`;
}

function path(curve: readonly Point[]): string {
  const [start, ...rest] = curve.map(({ x, y }) => `${round(x)} ${round(y)}`);
  return start === undefined ? "" : `<path class="curve" d="M${start}C${rest.join(" ")}" marker-end="url(#tip)"/>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** As XML's text and attributes need it; characters that XML forbids are left out. */
export function escaped(content: string): string {
  return content
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
