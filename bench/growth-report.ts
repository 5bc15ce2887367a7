import type { Size } from "./growth-program";
import { exponentOf, type Point } from "./power-law";
import type { Usage } from "./process-tree";
import { spread, type Spread } from "./statistics";
import type { Circumstances } from "./benchmark";

/** All runs of one size. */
export interface GrowthMeasurement {
  size: Size;
  /** Resources that the preview would create, the stack among them. */
  resources: number;
  runs: (Usage & { seconds: number })[];
}

interface Row {
  size: Size;
  resources: number;
  runs: number;
  /** Seconds. */
  time: Spread;
  /** Seconds of processor time; absent where the system does not tell. */
  processorTime?: Spread;
  /** Megabytes (10⁶ bytes). */
  programPeak: Spread;
  treePeak: Spread;
}

interface Exponent {
  name: string;
  value: number;
  /** Absent where there is none. */
  goal?: string;
  reached?: boolean;
}

export interface Growth {
  rows: Row[];
  exponents: Exponent[];
}

const megabyte = 1e6;
/** Design, section 8: linear. A tenth is left for noise. */
const goal = 1.1;

/**
 * Medians and what they grow with.
 *
 * The exponent of the whole time is what a user waits; the start-up, which is the same for all sizes, makes it small. The exponent of the time
 * above the start-up (that of the empty program, measured in the same run) hides nothing: a quadratic part shows in it.
 */
export function growth(measured: readonly GrowthMeasurement[]): Growth {
  const rows = measured.map(row);
  const empty = rows.find(({ size }) => size === 0);
  const grown = rows.filter(({ size }) => size > 0);
  const points = (cost: (each: Row) => number): Point[] => grown.map((each) => ({ size: each.resources, cost: cost(each) }));
  const judged = (name: string, all: readonly Point[]): Exponent => {
    const value = exponentOf(all);
    return { name, value, goal: `≤ ${goal}`, reached: value <= goal };
  };
  const shown = (name: string, all: readonly Point[]): Exponent => ({ name, value: exponentOf(all) });
  const above = (cost: (each: Row) => number) => points((each) => cost(each) - (empty === undefined ? 0 : cost(empty)));
  const timed = grown.every(({ processorTime }) => processorTime !== undefined) && empty?.processorTime !== undefined;
  const processor = timed ? above(({ processorTime }) => processorTime?.median ?? 0) : [];
  return {
    rows,
    exponents: [
      judged("whole time", points(({ time }) => time.median)),
      judged("time above the start-up", above(({ time }) => time.median)),
      judged("time above the start-up, last step alone", above(({ time }) => time.median).slice(-2)),
      // A machine that is busy with other work stretches the long runs most: the processor's time tells whether there was more to do.
      ...(timed ? [judged("processor time above the start-up", processor), judged("processor time above the start-up, last step alone", processor.slice(-2))] : []),
      shown("program's peak memory above the start-up", above(({ programPeak }) => programPeak.median)),
      shown("all processes' peak memory above the start-up", above(({ treePeak }) => treePeak.median)),
    ],
  };
}

function row({ size, resources, runs }: GrowthMeasurement): Row {
  const processor = runs.map(({ processorSeconds }) => processorSeconds).filter((value) => value !== undefined);
  return {
    size,
    resources,
    runs: runs.length,
    time: spread(runs.map(({ seconds }) => seconds)),
    ...(processor.length === 0 ? {} : { processorTime: spread(processor) }),
    programPeak: spread(runs.map(({ programPeak }) => programPeak / megabyte)),
    treePeak: spread(runs.map(({ treePeak }) => treePeak / megabyte)),
  };
}

/** The two tables, as Markdown: readable on a terminal, and what docs/benchmarks.md keeps. */
export function growthTables({ rows, exponents }: Growth): string {
  const first = rows.find(({ size }) => size === 1);
  const range = ({ median, min, max }: Spread, digits: number, unit: string) => `${median.toFixed(digits)} ${unit} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
  const ratio = (value: number, to: number | undefined) => (to === undefined || to === 0 ? "—" : (value / to).toFixed(2));
  const sizesTable = [
    ["prod, times", "resources", "× of 1×", "time", "× of 1×", "processor time", "program's peak memory", "all processes'"],
    ...rows.map(({ size, resources, time, processorTime, programPeak, treePeak }) => [
      size === 0 ? "0 (start-up)" : `${size}`,
      `${resources}`,
      ratio(resources, first?.resources),
      range(time, 2, "s"),
      ratio(time.median, first?.time.median),
      processorTime === undefined ? "unknown" : range(processorTime, 2, "s"),
      range(programPeak, 0, "MB"),
      range(treePeak, 0, "MB"),
    ]),
  ];
  const exponentsTable = [
    ["exponent of", "measured", "goal", ""],
    ...exponents.map(({ name, value, goal: wanted = "", reached }) => [name, value.toFixed(2), wanted, reached === undefined ? "" : reached ? "reached" : "MISSED"]),
  ];
  return `${markdown(sizesTable)}\n${markdown(exponentsTable)}`;
}

function markdown(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(3, ...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const [heading = [], ...body] = table;
  return line(heading) + line(widths.map((width) => "-".repeat(width))) + body.map(line).join("");
}

const begin = "<!-- growth: written by `npm run bench:growth -- --record` -->";
const end = "<!-- end of growth -->";

/** docs/benchmarks.md with its section on growth replaced, or added at the end. */
export function recorded(document: string, result: Growth, { date, processors }: Circumstances): string {
  const runs = result.rows[0]?.runs ?? 0;
  const section = `${begin}\n${date}, ${processors} shared cores, ${runs} runs:\n\n${growthTables(result)}${end}`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from !== -1 && to > from) return document.slice(0, from) + section + document.slice(to + end.length);
  return `${document.trimEnd()}\n\n${introduction}\n${section}\n`;
}

const introduction = `## Growth
\`\`\`
npm run bench:growth                  # 3 runs of each size
npm run bench:growth -- --runs 5 --json
npm run bench:growth -- --record      # writes the result below
\`\`\`
It declares prod 0, 1, 4 and 16 times in one stack, with the unchanged program, and times \`pulumi preview\` of the still empty stack: every resource is checked
and previewed by its provider in the sandbox. 0 times is the start-up: the same modules are loaded. The exponent k of cost = c · resourcesᵏ is fitted by least squares
to the medians; 1 is linear. Goal: 1.1 at most, also above the start-up, whose share hides growth.

### Last result`;
