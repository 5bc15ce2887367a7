/** Applies a rule on one property's own value. */
import type { Value } from "../contract";
import { toNumber } from "./coerce";
import type { ValueRule } from "./facts";
import { holdsUnknown, isObject } from "./values";

/** Why the value breaks the rule, in words that follow the property's name; undefined when it keeps it. A sensitive value is not shown. */
export function brokenValueRule(rule: ValueRule, value: Value, sensitive: boolean): string | undefined {
  const shown = sensitive || typeof value === "object" ? "another value" : JSON.stringify(value);
  switch (rule.kind) {
    case "oneOf":
      return isOneOf(rule.values, value, rule.ignoreCase === true) ? undefined : `must be one of ${rule.values.map((each) => JSON.stringify(each)).join(", ")}, got ${shown}`;
    case "match":
      return rule.pattern.test(String(value)) ? undefined : `must be ${rule.hint}, got ${shown}`;
    case "range": {
      const number = toNumber(value);
      return number === undefined || (number >= rule.min && number <= rule.max) ? undefined : `must be ${span(rule.min, rule.max)}, got ${shown}`;
    }
    case "length": {
      const size = [...String(value)].length;
      return size >= rule.min && size <= rule.max ? undefined : `must have ${span(rule.min, rule.max)} characters, got ${size}`;
    }
    case "items": {
      const size = Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 1;
      return size >= rule.min && size <= rule.max ? undefined : `must have ${span(rule.min, rule.max)} elements, got ${size}`;
    }
    case "test":
      return holdsUnknown(value) || rule.passes(value) ? undefined : `must be ${rule.hint}`;
  }
}

function isOneOf(values: readonly (string | number | boolean)[], value: Value, ignoreCase: boolean): boolean {
  const text = (each: unknown) => (ignoreCase ? String(each).toLowerCase() : String(each));
  return values.some((each) => text(each) === text(value));
}

function span(min: number, max: number): string {
  if (min === max) return `exactly ${min}`;
  if (max === Infinity) return `at least ${min}`;
  return min === -Infinity ? `at most ${max}` : `${min} to ${max}`;
}
