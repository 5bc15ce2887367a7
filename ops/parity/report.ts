/** A comparison as text for people and as JSON for programs (parity-report.schema.json). */
import { absent } from "../../config/shape-parity-rule";
import { table } from "../output/table";
import type { Comparison, JudgedDifference } from "./judged-differences";
import { isClean } from "./judged-differences";
import { shortenedPair, shownPair } from "./shown-values";

/** Characters of a value in the table. */
const most = 40;

export type Source = "declared" | "deployed";

/** Each line of the table is one difference, or several that are alike in all but the resource. */
export function comparisonText(comparison: Comparison, { all }: { readonly all: boolean }): string {
  const { a, b, resources, differences, unused, sharedSecrets = [] } = comparison;
  const undeclared = differences.filter(({ declared }) => declared === undefined);
  const rows = [...undeclared.map((difference) => row([difference], false)), ...grouped(differences, all).map((group) => row(group, all))];
  const parts = [
    `${a} (${count(resources.a, "resource")}) and ${b} (${resources.b}): ${count(differences.length, "difference")}, ${undeclared.length} undeclared`,
    ...(rows.length === 0 ? [] : [table([["resource", "property", a, b, "reason"], ...rows])]),
    ...undeclared.flatMap(hint),
    ...sharedSecrets.map(({ a: one, b: other }) => `CHI-P020 ${one} of ${a} has the value of ${other} of ${b}: give ${a} a secret of its own (docs/secrets.md), and rotate it in both`),
    ...unused.map(
      ({ declaredIn, resources: pattern, property }) =>
        `CHI-Y006 unused: ${declaredIn} declares a difference of ${pattern} ${property ?? "(the resource itself)"} that ${a} and ${b} do not have: remove it from config/shape-parity${declaredIn.startsWith("config/") ? "" : "-traits"}.ts`,
    ),
  ];
  return parts.join("\n");
}

/** Declared differences of the same values for the same reason. */
function grouped(differences: readonly JudgedDifference[], all: boolean): JudgedDifference[][] {
  const groups = new Map<string, JudgedDifference[]>();
  for (const [index, difference] of differences.entries()) {
    const { declared, property } = difference;
    if (declared === undefined) continue;
    const { a, b } = shownPair(difference);
    const key = all ? String(index) : [declared.declaredIn, declared.because, property, shown(a), shown(b)].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups.values()];
}

function row(group: readonly JudgedDifference[], all: boolean): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { resource, property, declared } = first;
  const { a, b } = shownPair(first);
  const reason = declared === undefined ? "UNDECLARED" : declared.because;
  // A text and a number of the same digits: with quotes.
  const whole = shown(a) === shown(b) ? ([JSON.stringify(a), JSON.stringify(b)] as const) : ([shown(a), shown(b)] as const);
  const values = property === undefined ? [a, b].map((there) => (there === true ? "there" : "—")) : all ? whole : shortenedPair(...whole, most);
  return [group.length === 1 ? resource : `${resource} and ${group.length - 1} more`, property ?? "(resource)", ...values, reason];
}

function hint({ resource, property, a, almost, means, declared }: JudgedDifference): string[] {
  if (declared !== undefined) return [];
  const of = `${resource} ${property ?? "(resource)"}`;
  return [
    ...(means === undefined ? [] : [`${of}: both say ${shown(a)}, which means another thing in each`]),
    ...(almost === undefined ? [] : [`${of}: ${almost.declaredIn} declares ${shortenedPair(shown(almost.a), shown(almost.b), most).join(" and ")} there`]),
  ];
}

/** Why the command failed, with what to do; undefined when it did not. */
export function verdict(comparisons: readonly Comparison[]): string | undefined {
  const failing = comparisons.filter((comparison) => !isClean(comparison));
  if (failing.length === 0) return undefined;
  const undeclared = failing.flatMap(({ differences }) => differences.filter(({ declared }) => declared === undefined)).length;
  const unused = failing.flatMap((comparison) => comparison.unused).length;
  const shared = failing.flatMap(({ sharedSecrets = [] }) => sharedSecrets).length;
  const declare = undeclared + unused === 0 ? "" : ": make them equal, or declare each difference with its reason (a trait in stacks/*.ts with its rule in config/shape-parity-traits.ts, or config/shape-parity.ts)";
  const renew = shared === 0 ? "" : "; give each environment secrets of its own";
  const found = [...(undeclared === 0 ? [] : [count(undeclared, "undeclared difference")]), ...(unused === 0 ? [] : [count(unused, "unused declaration")]), ...(shared === 0 ? [] : [count(shared, "shared secret")])].join(" and ");
  return `CHI-Y001 ${found} between ${failing.map(({ a, b }) => `${a} and ${b}`).join(", ")}${declare}${renew}`;
}

/** For --json: the payload only. Values are left out where there is none. */
export function comparisonsJson(comparisons: readonly Comparison[], source: Source): object {
  return {
    version: 1,
    source,
    clean: comparisons.every(isClean),
    comparisons: comparisons.map((comparison) => ({
      a: comparison.a,
      b: comparison.b,
      clean: isClean(comparison),
      resources: comparison.resources,
      differences: comparison.differences.map(({ type, resource, property, a, b, means, declared }) => ({
        type,
        resource,
        property: property ?? null,
        ...(a === absent ? {} : { a }),
        ...(b === absent ? {} : { b }),
        ...(means === undefined ? {} : { means }),
        declaredIn: declared?.declaredIn ?? null,
        reason: declared?.because ?? null,
      })),
      ...(comparison.sharedSecrets === undefined ? {} : { sharedSecrets: comparison.sharedSecrets }),
      unused: comparison.unused.map(({ declaredIn, because, resources, property }) => ({ declaredIn, reason: because, resources, property: property ?? null })),
    })),
  };
}

function shown(value: unknown): string {
  if (value === absent) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
