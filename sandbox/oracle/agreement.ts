/** Compares the sandbox's rules to what the vendors' real plugins answered (see README.md beside this file). Pure. */
import type { PackageRules, Value, Values } from "../providers/contract";

export interface OracleCase {
  change: string;
  inputs: Values;
  outcome: "refused" | "accepted";
  about?: string;
  kind?: string;
  on_update?: "replace" | "update" | "none";
}

/** One file of recordings: per resource type, inputs that the plugin accepts and what it said of changes to them. */
export type Recording = Record<string, { base?: Values; cases: OracleCase[] }>;

export type Question = "accepted" | "about" | "update";

export interface Disagreement {
  token: string;
  change: string;
  question: Question;
  expected: string;
  got: string;
}

export interface Tally {
  asked: number;
  agreed: number;
}

export interface Agreement {
  packageName: string;
  cases: number;
  /** Refused or accepted. */
  accepted: Tally;
  /** Of the refusals that both give and the plugin blamed on a property: the same property. */
  about: Tally;
  /** Replace, update or none. */
  update: Tally;
  /** Unknown properties that the real plugin drops in silence and the sandbox refuses: counted neither way. */
  deliberate: Disagreement[];
  disagreements: Disagreement[];
}

/** Asks the rules everything that was recorded of one package. `only` limits it to some of the cases. */
export function compare(packageName: string, rules: PackageRules, recording: Recording, only: (token: string, change: string) => boolean = () => true): Agreement {
  const result: Agreement = {
    packageName,
    cases: 0,
    accepted: { asked: 0, agreed: 0 },
    about: { asked: 0, agreed: 0 },
    update: { asked: 0, agreed: 0 },
    deliberate: [],
    disagreements: [],
  };
  for (const [token, { base, cases }] of Object.entries(recording)) {
    for (const each of cases) {
      if (!only(token, each.change)) continue;
      result.cases++;
      compareCase(result, rules, token, base ?? {}, each);
    }
  }
  return result;
}

function compareCase(result: Agreement, rules: PackageRules, token: string, base: Values, recorded: OracleCase): void {
  const { change } = recorded;
  const { failures } = rules.check(token, recorded.inputs, base);
  const got = failures.length > 0 ? "refused" : "accepted";
  const reasons = failures.map((failure) => failure.reason).join("; ");
  if (recorded.outcome === "accepted" && failures.length > 0 && failures.every((failure) => failure.reason.startsWith("unknown property"))) {
    result.deliberate.push({ token, change, question: "accepted", expected: "accepted", got: `refused: ${reasons}` });
  } else {
    const expected = recorded.outcome === "refused" ? `refused: ${recorded.kind ?? ""} ${recorded.about ?? ""}`.trim() : "accepted";
    count(result, result.accepted, got === recorded.outcome, { token, change, question: "accepted", expected, got: got === "refused" ? `refused: ${reasons}` : got });
  }
  if (recorded.outcome === "refused") {
    if (recorded.about && got === "refused") {
      const blamed = failures.map((failure) => failure.property);
      const same = blamed.some((property) => sameProperty(property, recorded.about ?? ""));
      count(result, result.about, same, { token, change, question: "about", expected: recorded.about, got: blamed.join(", ") });
    }
    return;
  }
  if (!recorded.on_update) return;
  const outcome = rules.diff(token, base, withoutUnknownProperties(recorded.inputs, failures)).outcome;
  // The plugin plans an update and refuses it only when it is applied.
  const planned = outcome === "refused" ? "update" : outcome;
  count(result, result.update, planned === recorded.on_update, { token, change, question: "update", expected: recorded.on_update, got: planned });
}

function count(result: Agreement, tally: Tally, agreed: boolean, disagreement: Disagreement): void {
  tally.asked++;
  if (agreed) tally.agreed++;
  else result.disagreements.push(disagreement);
}

/** The plugin often blames the set or the object that holds the property. */
function sameProperty(property: string, about: string): boolean {
  return property === about || property.startsWith(`${about}.`) || property.startsWith(`${about}[`);
}

/** The inputs as the real plugin sees them: it drops what its schema lacks. */
function withoutUnknownProperties(inputs: Values, failures: { property: string; reason: string }[]): Values {
  const copy = structuredClone(inputs);
  for (const { property, reason } of failures) {
    if (!reason.startsWith("unknown property")) continue;
    const path = property.split(/[.[\]]+/).filter((part) => part !== "");
    const last = path.pop() ?? "";
    let holder: Value | undefined = copy;
    for (const part of path) holder = typeof holder === "object" && holder !== null ? (holder as Values)[part] : undefined;
    if (typeof holder === "object" && holder !== null) delete (holder as Values)[last];
  }
  return copy;
}

/** Share of the questions agreed on, in percent; 100 when none was asked. */
export function percent({ asked, agreed }: Tally): number {
  return asked === 0 ? 100 : (100 * agreed) / asked;
}

/** Whether a package agrees in at least this percentage on refused/accepted and on replace/update/none. */
export function reaches(agreement: Agreement, required: number): boolean {
  return percent(agreement.accepted) >= required && percent(agreement.update) >= required;
}
