import { spread, type Spread } from "./statistics";
import type { Circumstances } from "./benchmark";

export const variantsOfPolicies = ["none", "together", "three"] as const;
export type PolicyVariant = (typeof variantsOfPolicies)[number];
export type PolicyMeasurements = Record<PolicyVariant, { seconds: number; processorSeconds?: number }[]>;

const words: Readonly<Record<PolicyVariant, string>> = {
  none: "no policies",
  together: "the three packs together, as `npx chisan preview` runs them",
  three: "the three packs with the plain CLI, `--policy-pack` three times",
};

/** Issue 5, point 9. */
const goal = 1.25;

interface PolicyComparison {
  variants: Record<PolicyVariant, { time: Spread; processorTime?: Spread }>;
  /** Medians against no policies. */
  ratios: { together: number; three: number; goal: number; reached: boolean };
}

export function policyComparison(measured: PolicyMeasurements): PolicyComparison {
  const variants = Object.fromEntries(
    variantsOfPolicies.map((variant) => {
      const processor = measured[variant].map(({ processorSeconds }) => processorSeconds).filter((value) => value !== undefined);
      return [variant, { time: spread(measured[variant].map(({ seconds }) => seconds)), ...(processor.length === 0 ? {} : { processorTime: spread(processor) }) }];
    }),
  ) as PolicyComparison["variants"];
  const against = (variant: PolicyVariant) => variants[variant].time.median / variants.none.time.median;
  const together = against("together");
  return { variants, ratios: { together, three: against("three"), goal, reached: together <= goal } };
}

export function policiesTable(measured: PolicyMeasurements): string {
  const { variants, ratios } = policyComparison(measured);
  const cell = (spread: Spread | undefined) => (spread === undefined ? "unknown" : `${spread.median.toFixed(2)} (${spread.min.toFixed(2)} to ${spread.max.toFixed(2)})`);
  const ratio = (variant: PolicyVariant) => (variant === "none" ? "" : ratios[variant].toFixed(2));
  return [
    "| preview of prod | time, s | processor time, s | ratio of medians |",
    "|---|---|---|---|",
    ...variantsOfPolicies.map((variant) => `| ${words[variant]} | ${cell(variants[variant].time)} | ${cell(variants[variant].processorTime)} | ${ratio(variant)} |`),
    "",
    `Goal of the packs together: ≤ ${ratios.goal}; ${ratios.reached ? "reached" : "MISSED"}.`,
    "",
  ].join("\n");
}

const begin = "<!-- policies: written by `npm run bench:policies -- --record` -->";
const end = "<!-- /policies -->";

/** The document with the section of this benchmark replaced, or added at its end. */
export function recordedPolicies(document: string, measured: PolicyMeasurements, { date, processors }: Circumstances): string {
  const text = `${begin}\n## Policies\n${date}, ${processors} shared cores, ${measured.none.length} runs of each, alternating.\n\n${policiesTable(measured)}${end}`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  return from === -1 || to === -1 ? `${document.trimEnd()}\n\n${text}\n` : document.slice(0, from) + text + document.slice(to + end.length);
}
