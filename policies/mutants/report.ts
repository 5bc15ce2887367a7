/** The scores as a table and as JSON. No value of any property is in either, but those that the generators chose themselves. */
import type { BlindScore, Survivors } from "./blind/score";
import type { PromiseScore } from "./document/score";
import type { PolicyScore } from "./intended/score";

export interface MutationScore {
  readonly seed: number;
  /** Absent where every mutant was judged. */
  readonly sample?: number;
  readonly intended: readonly PolicyScore[];
  /** Judged in full in a sample too: they are few. */
  readonly promises: readonly PromiseScore[];
  readonly blind: BlindScore;
}

/** Properties that only people read: what is said there endangers nothing. */
const forPeople = /(?:^|\.)(?:description|displayName|title|comment|labels|userLabels|tags|documentation|notes)(?:\.|$)/;

/** Whether a policy, or all of them together, let something pass that they are there to refuse. */
export function hasSurvivors({ intended, promises }: Pick<MutationScore, "intended" | "promises">): boolean {
  return intended.some(({ missed }) => missed.length > 0) || promises.some(({ missed, unjudged }) => missed.length > 0 && unjudged === undefined);
}

/** @param inFull each surviving property of the blind mutants with what was done to it, instead of its name alone */
export function scoreText(score: MutationScore, inFull: boolean): string {
  return (
    [intendedTable(score), missedList(score.intended), promisesTable(score.promises), blindText(score.blind, inFull), totals(score)]
      .filter((part) => part !== "")
      .join("\n\n") + "\n"
  );
}

/** One line: for a test run that has its own output around it. */
export function totals({ intended, promises, blind, sample, seed }: MutationScore): string {
  const [mutants, caught] = sums(intended);
  const drawn = sample === undefined ? "all mutants" : `a sample of ${sample}, seed ${seed}`;
  const judged = blind.mutants - blind.refusedByProvider;
  return (
    `policy mutants (${drawn}): intended ${caught} of ${mutants} caught (${percent(caught, mutants)}); ` +
    `the document's promises ${promisesText(promises)}; ` +
    `blind ${blind.caught} of ${judged} caught (${percent(blind.caught, judged)}), ${blind.refusedByProvider} more refused by the providers`
  );
}

function intendedTable({ intended, blind }: MutationScore): string {
  const rows = intended.map(({ pack, policy, mutants, caught, missed, threw }) => [
    pack,
    policy,
    String(mutants),
    String(caught),
    String(missed.length),
    String(blind.caughtBy[policy] ?? 0),
    threw === 0 ? "" : `${threw} because it threw`,
  ]);
  const [mutants, caught] = sums(intended);
  return table([
    ["pack", "policy", "mutants", "caught", "missed", "blind ones caught", ""],
    ...rows,
    ["all", "", String(mutants), String(caught), String(mutants - caught), "", percent(caught, mutants)],
  ]);
}

function missedList(intended: readonly PolicyScore[]): string {
  const lines = intended.flatMap(({ pack, policy, missed }) => missed.map((mutant) => `CHI-M010 ${pack}/${policy} passes ${mutant}`));
  return lines.length === 0 ? "" : [...lines, "Mend the policy, or correct the mutant in policies/mutants/intended."].join("\n");
}

function blindText({ mutants, refusedByProvider, caught, survivors, unnoticedTypes }: BlindScore, inFull: boolean): string {
  const shown = survivors.filter(({ property }) => !forPeople.test(property));
  const count = (of: readonly Survivors[]): number =>
    of.flatMap(({ operations }) => Object.values(operations)).reduce((sum, each) => sum + each, 0);
  const types = [...new Set(shown.map(({ type }) => type))];
  const survived = mutants - refusedByProvider - caught;
  return [
    `Blind mutants of prod: ${mutants}; ${refusedByProvider} the provider refuses, ${caught} a policy catches, ${survived} survive:`,
    ...types.flatMap((type) => {
      const own = shown.filter((each) => each.type === type);
      const words = ({ property, operations }: Survivors): string =>
        `${property === "" ? "(resource)" : property}${property === "" || inFull ? `: ${operationsText(operations)}` : ""}`;
      return inFull
        ? [`  ${type} (${count(own)})`, ...own.map((each) => `    ${words(each)}`)]
        : [`  ${type} (${count(own)}): ${own.map(words).join(", ")}`];
    }),
    `  Texts for people, at ${survivors.length - shown.length} properties: ${count(survivors) - count(shown)}`,
    `  Types that no program of ours has and no policy refuses when one of them is declared with nothing in it (${unnoticedTypes.length}): ${unnoticedTypes.join(", ")}`,
  ].join("\n");
}

function operationsText(operations: Readonly<Record<string, number>>): string {
  return Object.entries(operations)
    .map(([operation, times]) => (times === 1 ? operation : `${operation} ×${times}`))
    .join("; ");
}

function promisesTable(promises: readonly PromiseScore[]): string {
  const rows = promises.map(({ section, promise, mutants, caught, unjudged }) => [section, promise, String(mutants), unjudged === undefined ? String(caught) : `no policy can: ${unjudged}`]);
  const missed = promises
    .filter(({ unjudged }) => unjudged === undefined)
    .flatMap(({ section, promise, missed: mutants }) => mutants.map((mutant) => `CHI-M013 section ${section}, "${promise}": no policy notices ${mutant}; write one, or say in policies/mutants/document why none can`));
  return [table([["section", "promise of the document", "mutants", "caught"], ...rows]), ...missed].join("\n");
}

function promisesText(promises: readonly PromiseScore[]): string {
  const [mutants, caught] = sums(promises.filter(({ unjudged }) => unjudged === undefined));
  const [apart] = sums(promises.filter(({ unjudged }) => unjudged !== undefined));
  return `${caught} of ${mutants} caught (${percent(caught, mutants)})${apart === 0 ? "" : `, ${apart} that no policy can judge`}`;
}

function sums(intended: readonly Pick<PolicyScore, "mutants" | "caught">[]): [mutants: number, caught: number] {
  return [intended.reduce((sum, { mutants }) => sum + mutants, 0), intended.reduce((sum, { caught }) => sum + caught, 0)];
}

/** Never 100 % when something is missing. */
function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const isNumber = (text: string) => /^\d+$/.test(text);
  return rows
    .map((row) =>
      row
        .map((cell, at) => (isNumber(cell) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
