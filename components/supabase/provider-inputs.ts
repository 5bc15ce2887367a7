/** What the dynamic providers of this folder have in common. */
import type { Rule } from "../dynamic/check-inputs";

/** A project's reference, as the vendor's description has it: 20 lower-case letters. */
export const projectRefRule: Rule = (value) =>
  typeof value === "string" && /^[a-z]{20}$/.test(value)
    ? undefined
    : `CHI-C620 is ${JSON.stringify(value)}: give the project's reference, 20 lower-case letters (the id of a supabase.Project)`;
