/** Which of the differences between two environments are declared, with the reason, and which declarations explain nothing. */
import { isDeepStrictEqual } from "node:util";
import type { EnvironmentSpecification, EnvironmentTraits } from "../../config/environment-specification";
import type { DeclaredDifference, OwnValue, ShapeRule } from "../../config/shape-parity-rule";
import { compareShapes, sameValue, type ShapeDifference } from "./compare-shapes";
import { canonicaliser, type Canonicaliser } from "./canonical";
import { ownTexts } from "./environment-identity";
import type { EnvironmentShape } from "./shape";

export interface Declarations {
  readonly traits: { readonly [T in keyof EnvironmentTraits]: readonly ShapeRule[] };
  readonly differences: readonly DeclaredDifference[];
  /** Of what is deployed. */
  readonly own?: readonly OwnValue[];
}

export interface JudgedDifference extends ShapeDifference {
  /** Undefined: nothing declares it. */
  readonly declared: Declaration | undefined;
  /** Of an undeclared one: a declaration of the same place that expects other values. */
  readonly almost?: { readonly declaredIn: string; readonly a: unknown; readonly b: unknown };
}

export interface Declaration {
  /** `minimumInstances of stacks/staging.ts`, `config/shape-parity.ts`. */
  readonly declaredIn: string;
  readonly because: string;
}

export interface UnusedDeclaration extends Declaration {
  readonly resources: string;
  readonly property: string | undefined;
}

export interface Comparison {
  readonly a: EnvironmentSpecification["stack"];
  readonly b: EnvironmentSpecification["stack"];
  readonly resources: { readonly a: number; readonly b: number };
  readonly differences: readonly JudgedDifference[];
  /** Judged where one of the two is the reference: between two others, a declaration may cancel out. */
  readonly unused: readonly UnusedDeclaration[];
  /** Of what is deployed: names of secrets whose value both have (section 2.5). Absent where only programs were compared. */
  readonly sharedSecrets?: readonly { readonly a: string; readonly b: string }[];
}

/** Whether there is nothing to do: every difference is declared, every declaration explains one, and no secret is in both. */
export function isClean({ differences, unused, sharedSecrets = [] }: Comparison): boolean {
  return sharedSecrets.length === 0 && unused.length === 0 && differences.every(({ declared }) => declared !== undefined);
}

interface Candidate {
  readonly rule: ShapeRule;
  readonly declaration: Declaration;
  readonly anyValue: boolean;
  /** Need not explain anything. */
  readonly occasional: boolean;
  matches(difference: ShapeDifference): boolean;
  used: boolean;
}

/** @throws the errors of compareShapes */
export function judgeShapes(a: EnvironmentShape, b: EnvironmentShape, declarations: Declarations): Comparison {
  const canonical = canonicalisers(a, b);
  const candidates = [...traitCandidates(a.specification, b.specification, declarations, canonical), ...otherCandidates(a.specification, b.specification, declarations), ...ownCandidates(declarations)];
  const holds = holder(a, b, canonical);
  const found = compareShapes(a, b);
  const differences = found.map((difference): JudgedDifference => {
    const placed = candidates.filter((candidate) => candidate.matches(difference));
    const holding = placed.filter(({ rule, anyValue }) => anyValue || holds(rule, difference));
    for (const candidate of holding) candidate.used = true;
    const [first] = holding;
    if (first !== undefined) return { ...difference, declared: first.declaration };
    const near = placed.find(({ rule }) => rule.value !== undefined);
    const expected = near?.rule.value;
    return {
      ...difference,
      declared: undefined,
      ...(near === undefined || expected === undefined
        ? {}
        : { almost: { declaredIn: near.declaration.declaredIn, a: expected(a.specification), b: expected(b.specification) } }),
    };
  });
  const shared = sharedNames(a, b, canonical);
  const withReference = [a, b].some(({ specification }) => specification.differences.length === 0);
  return {
    a: a.stack,
    b: b.stack,
    resources: { a: a.resources.length, b: b.resources.length },
    differences,
    unused: candidates
      .filter((candidate) => withReference && !candidate.used && !candidate.occasional && !lacksTwins(candidate, found, shared))
      .map(({ rule, declaration }) => ({ ...declaration, resources: rule.resources, property: rule.property })),
  };
}

type Pair = readonly [Canonicaliser, Canonicaliser];

function canonicalisers(a: EnvironmentShape, b: EnvironmentShape): Pair {
  const own = ownTexts(a.identity, b.identity);
  return [canonicaliser(own.a), canonicaliser(own.b)];
}

/** Canonical names that both have. */
function sharedNames(a: EnvironmentShape, b: EnvironmentShape, [left, right]: Pair): readonly string[] {
  const others = new Set(b.resources.map(({ name }) => right.text(name)));
  return a.resources.map(({ name }) => left.text(name)).filter((name) => others.has(name));
}

/** A rule for a property has nothing to explain where its resources are in one of the two only. */
function lacksTwins({ rule }: Candidate, found: readonly ShapeDifference[], shared: readonly string[]): boolean {
  if (rule.property === undefined) return false;
  const resources = glob(rule.resources);
  return found.some(({ resource, property }) => property === undefined && resources.test(resource)) && !shared.some((name) => resources.test(name));
}

/** The rules of the traits in which the two differ, where they expect a difference. */
function traitCandidates(a: EnvironmentSpecification, b: EnvironmentSpecification, { traits }: Declarations, [left, right]: Pair): Candidate[] {
  return (Object.keys(traits) as (keyof EnvironmentTraits)[]).flatMap((trait) => {
    if (isDeepStrictEqual(a[trait], b[trait])) return [];
    const recorded = [a, b].flatMap(({ stack, differences }) => differences.filter((one) => one.trait === trait).map(({ because }) => ({ stack, because })));
    const declaration = {
      declaredIn: `${trait} of ${recorded.map(({ stack }) => `stacks/${stack}.ts`).join(" and ")}`,
      because: recorded.map(({ because }) => because).join("; "),
    };
    return traits[trait].filter(({ value }) => value === undefined || !sameValue(left.value(value(a)), right.value(value(b)))).map((rule) => candidate(rule, declaration));
  });
}

/** The other declarations of which one of the two departs from the reference and the other does not. */
function otherCandidates(a: EnvironmentSpecification, b: EnvironmentSpecification, { differences }: Declarations): Candidate[] {
  return differences
    .filter(({ environments }) => environments.includes(a.stack) !== environments.includes(b.stack))
    .map((rule) => candidate(rule, { declaredIn: "config/shape-parity.ts", because: rule.because }));
}

function ownCandidates({ own = [] }: Declarations): Candidate[] {
  return own.map(({ because, occasional = false, ...rule }) => ({ ...candidate(rule, { declaredIn: "config/shape-parity.ts", because }, true), occasional }));
}

function candidate(rule: ShapeRule, declaration: Declaration, anyValue = false): Candidate {
  const [resources, property] = [glob(rule.resources), rule.property === undefined ? undefined : glob(rule.property)];
  return {
    rule,
    declaration,
    anyValue,
    occasional: false,
    used: false,
    matches: (difference) =>
      (rule.type === undefined || rule.type === difference.type) &&
      resources.test(difference.resource) &&
      (property === undefined || difference.property === undefined ? property === difference.property : property.test(difference.property)),
  };
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
}

/** Whether both sides of a difference say what a rule expects of them. */
function holder(a: EnvironmentShape, b: EnvironmentShape, [left, right]: Pair): (rule: ShapeRule, difference: ShapeDifference) => boolean {
  return ({ value, fragment }, difference) => {
    if (value !== undefined) return isDeepStrictEqual(difference.a, value(a.specification)) && isDeepStrictEqual(difference.b, value(b.specification));
    if (fragment === undefined || typeof difference.a !== "string" || typeof difference.b !== "string") return false;
    const [one, other] = [difference.a.split(fragment(a.specification)), difference.b.split(fragment(b.specification))];
    return one.length === 2 && other.length === 2 && sameValue(left.value(one), right.value(other));
  };
}
