/** Applies a rule that spans several properties of one object. */
import type { Values } from "../contract";
import type { GroupRule } from "./facts";
import { holdsUnknown, isUnknown, valuesAt } from "./values";

export interface BrokenGroupRule {
  /** The property to blame, relative to the object. */
  about: string;
  reason: string;
}

type Presence = "absent" | "present" | "unknown";

/** What breaks the rule, or undefined. An unknown never breaks one: it may yet turn out right. */
export function brokenGroupRule(rule: GroupRule, object: Values): BrokenGroupRule | undefined {
  switch (rule.kind) {
    case "conflicts": {
      if (presence(object, rule.path) !== "present") return undefined;
      const other = rule.others.find((path) => presence(object, path) === "present");
      return other === undefined ? undefined : { about: rule.path, reason: `${rule.path} conflicts with ${other}: set only one of them` };
    }
    case "exactlyOne": {
      const states = rule.paths.map((path) => presence(object, path));
      const set = states.filter((state) => state === "present").length;
      if (set > 1) return { about: rule.paths[0] ?? "", reason: `only one of ${rule.paths.join(", ")} can be set, got ${set}` };
      return set === 1 || states.includes("unknown") ? undefined : { about: rule.paths[0] ?? "", reason: `one of ${rule.paths.join(", ")} must be set` };
    }
    case "atLeastOne":
      return rule.paths.some((path) => presence(object, path) !== "absent")
        ? undefined
        : { about: rule.paths[0] ?? "", reason: `at least one of ${rule.paths.join(", ")} must be set` };
    case "requires": {
      if (presence(object, rule.path) !== "present") return undefined;
      const missing = rule.others.find((path) => presence(object, path) === "absent");
      return missing === undefined ? undefined : { about: rule.path, reason: `${rule.path} needs ${missing} to be set too` };
    }
    case "onlyWhen": {
      if (presence(object, rule.path) !== "present") return undefined;
      const [value] = valuesAt(object, rule.other);
      if (isUnknown(value) || (value !== undefined && rule.values.some((each) => each === value))) return undefined;
      return { about: rule.path, reason: `${rule.path} can be set only when ${rule.other} is ${rule.values.map((each) => JSON.stringify(each)).join(" or ")}` };
    }
    case "object":
      return holdsUnknown(object) || rule.passes(object) ? undefined : { about: rule.about, reason: rule.hint };
  }
}

function presence(object: Values, path: string): Presence {
  const found = valuesAt(object, path);
  if (found.length === 0) return "absent";
  return found.every(isUnknown) ? "unknown" : "present";
}
