/** What is known of an environment by its stack's name alone: policies read no specification, which may be what is wrong. */
import type { EnvironmentSlug } from "../../../config/naming";

/**
 * Where the data are real and nothing brings them back (section 1.3). A stack with a name that this project does not know counts as prod:
 * a rule that it does not need is noticed, one that is missing is not. (chisan-dr is left out: a drill ends by destroying it.)
 */
export function hasRealData(stack: string): boolean {
  return !["dev", "staging", "chisan-dr"].includes(stack);
}

/** Where real persons' data are, restored ones too. */
export function hasPersonalData(stack: string): boolean {
  return !["dev", "staging"].includes(stack);
}

/** The slug in physical names. */
export function slugOf(stack: string): EnvironmentSlug {
  return stack === "chisan-dr" ? "dr" : stack === "dev" || stack === "staging" ? stack : "prod";
}
