/** What the dynamic providers of this folder have in common: checking inputs. */
import { isUnknown } from "../dynamic/dynamic-resource";

export interface CheckFailure {
  property: string;
  reason: string;
}

type Rule = (value: unknown) => string | undefined;

/** A project's reference, as the vendor's description has it: 20 lower-case letters. */
export const projectRefRule: Rule = (value) =>
  typeof value === "string" && /^[a-z]{20}$/.test(value)
    ? undefined
    : `CHI-C620 is ${JSON.stringify(value)}: give the project's reference, 20 lower-case letters (the id of a supabase.Project)`;

/** Compares inputs with one rule each. What is not known yet passes; a property without a rule is refused. */
export function checkInputs(inputs: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, rule] of Object.entries(rules)) {
    if (isUnknown(inputs[property])) continue;
    const reason = rule(inputs[property]);
    if (reason !== undefined) failures.push({ property, reason });
  }
  for (const property of Object.keys(inputs)) {
    if (property in rules || property === "__provider") continue;
    failures.push({ property, reason: `CHI-C621 is unknown: the properties are ${Object.keys(rules).join(", ")}` });
  }
  return failures;
}
