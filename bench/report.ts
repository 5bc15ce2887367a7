import type { Usage } from "./process-tree";
import { spread, type Spread } from "./statistics";
import { descriptions, variantNames, type VariantName } from "./variants";

/** All runs of one variant. */
export interface Measurement {
  /** Resources that the preview reports as unchanged, and those of them that stand for something at a vendor. */
  resources: number;
  vendor: number;
  runs: (Usage & { seconds: number })[];
}

interface Summary {
  resources: number;
  vendorResources: number;
  runs: number;
  /** Seconds. */
  time: Spread;
  /** Seconds of processor time; absent where the system does not tell. */
  processorTime?: Spread;
  /** Megabytes (10⁶ bytes). */
  programPeak: Spread;
  treePeak: Spread;
}

interface Ratio {
  name: string;
  value: number;
  goal: string;
  reached: boolean;
}

export interface Comparison {
  variants: Record<VariantName, Summary>;
  ratios: Ratio[];
}

const megabyte = 1e6;

/** Medians, ranges, and the ratios of medians beside their goals (design, section 8). */
export function comparison(measured: Record<VariantName, Measurement>): Comparison {
  const variants = Object.fromEntries(variantNames.map((variant) => [variant, summary(measured[variant])])) as Record<VariantName, Summary>;
  const { ours, default: standard, flat } = variants;
  const atLeast = (name: string, value: number, goal: number): Ratio => ({ name, value, goal: `≥ ${goal}`, reached: value >= goal });
  const atMost = (name: string, value: number, goal: number): Ratio => ({ name, value, goal: `≤ ${goal}`, reached: value <= goal });
  return {
    variants,
    ratios: [
      atLeast("time, (a) / ours", standard.time.median / ours.time.median, 3),
      atMost("program's memory, ours / (a)", ours.programPeak.median / standard.programPeak.median, 0.5),
      atMost("all processes' memory, ours / (a)", ours.treePeak.median / standard.treePeak.median, 0.5),
      atMost("time, ours / (b)", ours.time.median / flat.time.median, 1.15),
    ],
  };
}

function summary({ resources, vendor, runs }: Measurement): Summary {
  const processor = runs.map(({ processorSeconds }) => processorSeconds).filter((value) => value !== undefined);
  return {
    resources,
    vendorResources: vendor,
    runs: runs.length,
    time: spread(runs.map(({ seconds }) => seconds)),
    ...(processor.length === 0 ? {} : { processorTime: spread(processor) }),
    programPeak: spread(runs.map(({ programPeak }) => programPeak / megabyte)),
    treePeak: spread(runs.map(({ treePeak }) => treePeak / megabyte)),
  };
}

/** The same for people. */
export function table(measured: Record<VariantName, Measurement>): string {
  const { variants, ratios } = comparison(measured);
  const range = ({ median, min, max }: Spread, digits: number, unit: string) => `${median.toFixed(digits)} ${unit} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
  const rows = [
    ["edit → preview of prod", "time", "processor time", "program's peak memory", "all processes' peak memory", "resources (vendors')"],
    ...variantNames.map((variant) => {
      const { time, processorTime, programPeak, treePeak, resources, vendorResources } = variants[variant];
      return [
        descriptions[variant],
        range(time, 2, "s"),
        processorTime === undefined ? "unknown" : range(processorTime, 2, "s"),
        range(programPeak, 0, "MB"),
        range(treePeak, 0, "MB"),
        `${resources} (${vendorResources})`,
      ];
    }),
  ];
  const verdicts = [["ratio of medians", "measured", "goal", ""], ...ratios.map(({ name, value, goal, reached }) => [name, value.toFixed(2), goal, reached ? "reached" : "MISSED"])];
  return `${aligned(rows)}\n${aligned(verdicts)}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`).join("");
}
