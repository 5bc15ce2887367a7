/** The model for a terminal and for docs/dr-model.md. Pure. */
import { table } from "../../output/table";
import { assumptionsInWords, type FixedSeconds, type Setting } from "./assumptions";
import { advice, effects } from "./levers";
import type { Rates } from "./rates";
import { estimate, objectiveSeconds, type Amount, type Estimate } from "./recovery-model";

export interface Model {
  readonly setting: Setting;
  readonly fixed: FixedSeconds;
  readonly rates: Rates;
  readonly amounts: readonly Amount[];
  /** What came from a drill's report. */
  readonly taken: readonly string[];
}

/** Sizes of the issue: 1 GB to 1 TB. */
export const usualSizes = [1e9, 10e9, 100e9, 1e12] as const;

/** For `--json`. */
export function modelFacts({ setting, fixed, rates, amounts, taken }: Model) {
  return {
    objectiveSeconds,
    setting,
    fixedSeconds: fixed,
    measured: { date: rates.date, machine: rates.machine, runs: rates.runs },
    taken,
    assumptions: assumptionsInWords(setting, fixed),
    estimates: amounts.map((amount) => {
      const all = effects(amount, setting, rates, fixed);
      return {
        ...estimate(amount, setting, rates, fixed),
        levers: all.map(({ name, what, but, forCompleteLoss, savedSeconds, estimate: { seconds, met, longest } }) => ({ name, what, but, forCompleteLoss, seconds, savedSeconds, met, longest: longest.name, bottleneck: longest.bottleneck })),
        advice: advice(all)?.name ?? null,
      };
    }),
  };
}

type Layout = (rows: readonly (readonly string[])[]) => string;
const markdown: Layout = ([head = [], ...rows]) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** `terminal`: columns of text; `markdown`: tables for docs/dr-model.md. */
export function modelInWords(model: Model, form: "terminal" | "markdown" = "terminal"): string {
  const { setting, fixed, rates, amounts, taken } = model;
  const layout = form === "terminal" ? table : markdown;
  const heading = (text: string) => (form === "terminal" ? text : `## ${text}`);
  const estimates = amounts.map((amount) => estimate(amount, setting, rates, fixed));
  const sizes = amounts.map(({ database }) => bytesInWords(database));
  const [first] = estimates;
  const phases = (first?.phases ?? []).map(({ title }, index) => [title, ...estimates.map(({ phases: each }) => durationInWords(each[index]?.seconds ?? 0))]);
  const verdict = ({ met }: Estimate) => (met ? "met" : "MISSED");
  const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");
  return [
    heading(`Expected time of a complete rebuild, against the ${objectiveSeconds / 3600} hours of section 3.3`),
    `chisan-dr: compute "${setting.compute}"; files: ${bytesInWords(amounts[0]?.files ?? 0)}. Rates measured ${rates.date} on ${rates.machine.processors} cores (${rates.machine.processor}), ${rates.runs} runs, a database of ${bytesInWords(rates.data.databaseBytes)}.`,
    layout([["Phase", ...sizes], ...phases, ["Total", ...estimates.map(({ seconds }) => durationInWords(seconds))], ["4 hours", ...estimates.map(verdict)]]),
    heading("What decides in each phase"),
    layout([["Phase", ...sizes], ...bottlenecks(estimates)]),
    list(estimates.map(({ amount, longest }) => `${bytesInWords(amount.database)}: the longest is "${longest.title}" (${durationInWords(longest.seconds)}), because of ${longest.bottleneck}`)),
    heading("What to change"),
    leversInWords(model, layout),
    heading("Taken for granted"),
    list([...assumptionsInWords(setting, fixed), ...taken]),
  ].join("\n\n");
}

/** Only phases that differ or take long enough to care: the others are bound by the same at every size. */
function bottlenecks(estimates: readonly Estimate[]): string[][] {
  return (estimates[0]?.phases ?? []).flatMap(({ title, resources }, index) => (resources.length < 2 ? [] : [[title, ...estimates.map(({ phases }) => phases[index]?.bottleneck ?? "")]]));
}

function leversInWords({ setting, fixed, rates, amounts }: Model, layout: Layout): string {
  const bySize = amounts.map((amount) => effects(amount, setting, rates, fixed));
  const [first = []] = bySize;
  const cell = ({ estimate: { seconds, met } }: (typeof first)[number]) => `${durationInWords(seconds)}${met ? "" : " (missed)"}`;
  const rows = first.map((lever, index) => [lever.name, ...bySize.map((all) => (all[index] === undefined ? "" : cell(all[index]))), lever.what, lever.but]);
  const now = amounts.map((amount) => estimate(amount, setting, rates, fixed));
  const lines = amounts.map((amount, index) => {
    const size = bytesInWords(amount.database);
    if (now[index]?.met === true) return `- ${size}: nothing, the objective is met`;
    const chosen = advice(bySize[index] ?? []);
    return chosen === undefined ? `- ${size}: nothing here meets it: the objective cannot be promised` : `- ${size}: ${chosen.what} (${chosen.name}): ${durationInWords(chosen.estimate.seconds)}`;
  });
  return `${layout([["Change", ...amounts.map(({ database }) => bytesInWords(database)), "What", "But"], ["none", ...now.map(({ seconds, met }) => `${durationInWords(seconds)}${met ? "" : " (missed)"}`), "", ""], ...rows])}\n\nThe first that meets the objective after a complete loss:\n${lines.join("\n")}`;
}

/** `45 s`, `12 min`, `3 h 05 min`, `52 h`, `8 days`: as exact as a model is. */
export function durationInWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return minutes < 72 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** Decimal units, as vendors count disks: `1 GB`, `1 TB`. */
export function bytesInWords(bytes: number): string {
  const [unit, factor] = bytes >= 1e12 ? ["TB", 1e12] : bytes >= 1e9 ? ["GB", 1e9] : ["MB", 1e6];
  return `${Number((bytes / (factor as number)).toPrecision(3))} ${unit}`;
}
