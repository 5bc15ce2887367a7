/**
 * What the providers' schemas do not show, as data: validators, cross-field rules, defaults, what the vendor fills in, what makes
 * it replace. One `ResourceFacts` per resource type, in the tables beside this file; read from the Terraform providers' sources.
 *
 * Paths are dotted names as Pulumi's schema has them, lists passed through without an index (`template.containers.envs.name`);
 * `.*` at the end means each element of a list of scalars, or each value of a map.
 */
import type { Value, Values } from "../contract";
import type { Equivalence } from "./equivalence";

export type Scalar = string | number | boolean;

/** Whether this change of the property replaces the resource. */
export type ReplaceWhen = (old: Value, now: Value) => boolean;

/** A rule on one property's own value. */
export type ValueRule =
  | { kind: "oneOf"; values: Scalar[]; ignoreCase?: boolean }
  | { kind: "match"; pattern: RegExp; hint: string }
  | { kind: "range"; min: number; max: number }
  | { kind: "length"; min: number; max: number }
  | { kind: "items"; min: number; max: number }
  | { kind: "test"; hint: string; passes: (value: Value) => boolean };

/** A rule that spans the properties of one object; `at` is the object's path ("" for the resource), the rest is relative to it. */
export type GroupRule =
  | { kind: "conflicts"; at: string; path: string; others: string[] }
  | { kind: "exactlyOne"; at: string; paths: string[] }
  | { kind: "atLeastOne"; at: string; paths: string[] }
  | { kind: "requires"; at: string; path: string; others: string[] }
  | { kind: "onlyWhen"; at: string; path: string; other: string; values: Scalar[] }
  | { kind: "object"; at: string; about: string; hint: string; passes: (object: Values) => boolean };

export interface ResourceFacts {
  /** Optional properties that the vendor fills in when they are left out: leaving one out later is not a change. */
  computed?: string[];
  /** Lists whose order does not matter. */
  sets?: string[];
  /** What the plugin takes when the property is left out. */
  defaults?: Record<string, Value>;
  /** Required although the engine's schema does not say so. */
  required?: string[];
  /** Names that the engine's bridge makes up when they are left out. */
  autonamed?: string[];
  /** A change replaces the resource, in addition to what the schema and `replacements.json` say. */
  replace?: string[];
  /** A change replaces only when the new inputs set the property. */
  replaceIfSet?: string[];
  /** Replaces only for some changes of the property. */
  replaceWhen?: Record<string, ReplaceWhen>;
  /** A change is an update although the schema or `replacements.json` says otherwise. */
  inPlace?: string[];
  /** Values that differ as text and are the same to the vendor. */
  same?: Record<string, Equivalence>;
  rules?: Record<string, ValueRule | ValueRule[]>;
  groups?: GroupRule[];
  /** Rules that the plugin applies when it plans, after `Check`: see `PackageRules.planFailures`. */
  atPlan?: GroupRule[];
}

export type PackageFacts = Record<string, ResourceFacts>;

/** The value must be one of these, letter by letter. */
export const oneOf = (...values: Scalar[]): ValueRule => ({ kind: "oneOf", values });
/** The value must be one of these, in any case of letters. */
export const oneOfAnyCase = (...values: string[]): ValueRule => ({ kind: "oneOf", values, ignoreCase: true });
export const match = (pattern: RegExp, hint: string): ValueRule => ({ kind: "match", pattern, hint });
/** A number within both ends. */
export const range = (min: number, max = Infinity): ValueRule => ({ kind: "range", min, max });
/** A string's length in characters, both ends within. */
export const length = (min: number, max = Infinity): ValueRule => ({ kind: "length", min, max });
/** A list's number of elements, both ends within. */
export const items = (min: number, max = Infinity): ValueRule => ({ kind: "items", min, max });
export const test = (hint: string, passes: (value: Value) => boolean): ValueRule => ({ kind: "test", hint, passes });

export const conflicts = (at: string, path: string, ...others: string[]): GroupRule => ({ kind: "conflicts", at, path, others });
export const exactlyOne = (at: string, ...paths: string[]): GroupRule => ({ kind: "exactlyOne", at, paths });
export const atLeastOne = (at: string, ...paths: string[]): GroupRule => ({ kind: "atLeastOne", at, paths });
export const requires = (at: string, path: string, ...others: string[]): GroupRule => ({ kind: "requires", at, path, others });
export const onlyWhen = (at: string, path: string, other: string, ...values: Scalar[]): GroupRule => ({ kind: "onlyWhen", at, path, other, values });
export const object = (at: string, about: string, hint: string, passes: (object: Values) => boolean): GroupRule => ({ kind: "object", at, about, hint, passes });

/** Names separated by white space: keeps long tables of names readable. */
export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
