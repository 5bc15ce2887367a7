/** What dynamic providers have in common: checking inputs. */
import { isUnknown } from "./dynamic-resource";

export interface CheckFailure {
  property: string;
  reason: string;
}

/** Why a value is refused; undefined: it is not. */
export type Rule = (value: unknown) => string | undefined;

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
