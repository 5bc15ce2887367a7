/**
 * The seam between the sandbox's rules (what a vendor's plugin accepts and how it updates: pure functions) and its server
 * (the engine's protocol, the world that is remembered, what a vendor's API does at create).
 */

/** A value the engine does not know yet, in a preview. Rules treat it as one that could be valid. */
export class Unknown {
  /** Makes the type unlike any other: without a member, the compiler would take every object for one. */
  readonly unknown = true;
  private constructor() {}
  static readonly value = new Unknown();
}

/** A property value as rules see it: plain JSON, secrets already unwrapped, unknowns as `Unknown.value`. */
export type Value = null | boolean | number | string | Unknown | Value[] | { [key: string]: Value };
export type Values = { [key: string]: Value };

export interface CheckFailure {
  /** Dotted path of the property as the schema names it (`template.scaling.minInstanceCount`), or "" when the rule spans several. */
  property: string;
  reason: string;
}

export interface CheckResult {
  /** The inputs with the plugin's defaults filled in. */
  inputs: Values;
  failures: CheckFailure[];
}

export interface PropertyChange {
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

export type DiffResult =
  | { outcome: "none" }
  | { outcome: "update" | "replace"; changes: PropertyChange[] }
  /** The plugin refuses to update this property in place and does not replace either (Supabase `region`). */
  | { outcome: "refused"; reason: string; changes: PropertyChange[] };

/** What the real plugin of one package would say before any API call. */
export interface PackageRules {
  /** Validates and completes the inputs of one resource. `token` is the full type token. Throws for a type that the schema lacks. */
  check(token: string, inputs: Values, olds?: Values): CheckResult;
  /** What the plugin refuses only when it plans a create or an update, after `Check`: a preview fails all the same. */
  planFailures?(token: string, inputs: Values): CheckFailure[];
  /** Compares checked inputs. */
  diff(token: string, olds: Values, news: Values): DiffResult;
}
