/** The lines of the operations document (docs/operations-and-infrastructure.md) that docs/coverage.md must account for. */

/** The sections that are covered line by line: a whole one ("6"), or a part of one ("3.1"). */
export const coveredSections = ["1", "2", "3.1", "6", "7.3", "8.3"] as const;

/** `6.2` → the keys of its lines: a table row's first cell (with the second where the first repeats), a list item, a variable, an endpoint, an arrow. */
export function documentLines(document: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  for (const [number, text] of sectionsOf(document)) {
    if (!coveredSections.some((covered) => number === covered || number.startsWith(`${covered}.`))) continue;
    const lines = [...tableKeys(text), ...listItems(text), ...arrows(text), ...variables(text), ...endpoints(text)];
    if (lines.length > 0) sections.set(number, lines);
  }
  return sections;
}

function sectionsOf(document: string): [string, string][] {
  const parts = document.split(/^### (\d+\.\d+) .*$/m).slice(1);
  const sections: [string, string][] = [];
  for (let at = 0; at < parts.length; at += 2) sections.push([parts[at]!, parts[at + 1]!.split(/^## /m)[0]!]);
  return sections;
}

/** Cells of every row below a table's ruler. */
export function tableRows(text: string): string[][] {
  const rows: string[][] = [];
  let below = false;
  for (const line of text.split("\n")) {
    if (!line.startsWith("|")) below = false;
    else if (/^\|[-| :]+\|$/.test(line)) below = true;
    else if (below) rows.push(line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
  }
  return rows;
}

function tableKeys(text: string): string[] {
  const rows = tableRows(text).map((cells) => cells.map(plain));
  const count = (key: string) => rows.filter(([first]) => first === key).length;
  return rows.map(([first = "", second = ""]) => (count(first) > 1 ? `${first} · ${second}` : first));
}

function listItems(text: string): string[] {
  return [...text.matchAll(/^(?:\d+\.|- \[ \]) (.+)$/gm)].map(([, item]) => plain(item!));
}

/** Of a mermaid graph, with the labels that its nodes show. */
function arrows(text: string): string[] {
  const labels = new Map([...text.matchAll(/(\w+)\[\(?([^\])]+)\)?\]/g)].map(([, id, label]) => [id!, label!]));
  return [...text.matchAll(/^\s*(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${labels.get(from!)} → ${labels.get(to!)}`);
}

function variables(text: string): string[] {
  return [...text.matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!);
}

/** Of the NestJS controller. */
function endpoints(text: string): string[] {
  const controller = /@Controller\('(\w+)'\)/.exec(text)?.[1];
  if (controller === undefined) return [];
  return [...text.matchAll(/@Get\((?:'(\w+)')?\)/g)].map(([, path]) => `/${controller}${path === undefined ? "" : `/${path}`}`);
}

/** A cell without its marks. */
export function plain(cell: string): string {
  return cell.replace(/[*`]/g, "").trim();
}
