/** The environments of this repository, alike but for what is declared. This test is what enforces it (policies/environment-parity/policies.ts). */
import fc from "fast-check";
import { declaredDifferences } from "../../config/shape-parity";
import { traitRules } from "../../config/shape-parity-traits";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { declaredShape } from "./declared-shape";
import { isClean, judgeShapes } from "./judged-differences";
import { defaultPairs } from "./parity";
import { comparisonText } from "./report";
import type { EnvironmentShape, ShapeResource } from "./shape";

const declarations = { traits: traitRules, differences: declaredDifferences };
const shapes = new Map<CloudStack, EnvironmentShape>();
const of = (stack: CloudStack) => shapes.get(stack) as EnvironmentShape;

beforeAll(async () => {
  for (const stack of ["prod", "staging", "chisan-dr"] as const) shapes.set(stack, await declaredShape(stack));
  // Jest transpiles the whole program, and Pulumi's SDK is not the lean one here.
}, 240_000);

test.each([...defaultPairs, ["staging", "chisan-dr"] as const])("%s and %s: every difference is declared, and every declaration explains one", (a, b) => {
  const comparison = judgeShapes(of(a), of(b), declarations);
  const undeclared = { ...comparison, differences: comparison.differences.filter(({ declared }) => declared === undefined) };
  // As text, so that a failure reads as the command's output.
  expect(isClean(comparison) ? "clean" : comparisonText(undeclared, { all: true })).toBe("clean");
  expect(comparison.differences.length).toBeGreaterThan(50);
});

test("by default staging and chisan-dr are compared with prod", () => {
  expect(defaultPairs).toEqual([
    ["staging", "prod"],
    ["chisan-dr", "prod"],
  ]);
});

/** An environment with one of its resources changed. */
function changed(shape: EnvironmentShape, at: number, change: (resource: ShapeResource) => ShapeResource): EnvironmentShape {
  return { ...shape, resources: shape.resources.map((resource, index) => (index === at ? change(resource) : resource)) };
}

test("a probe's path that differs in staging alone is undeclared", () => {
  const at = of("staging").resources.findIndex(({ type, name }) => type === "gcp:cloudrunv2/service:Service" && name.startsWith("api-"));
  const staging = changed(of("staging"), at, (resource) => ({
    ...resource,
    inputs: JSON.parse(JSON.stringify(resource.inputs).replace("/health/live", "/health/alive")) as Record<string, unknown>,
  }));
  const { differences } = judgeShapes(staging, of("prod"), declarations);
  expect(differences.filter(({ declared }) => declared === undefined)).toMatchObject([
    { resource: "api-‹region›", property: "template.containers[0].livenessProbe.httpGet.path", a: "/health/alive", b: "/health/live" },
  ]);
});

const environments = fc.constantFrom(...(["staging", "chisan-dr"] as const));

test("a resource that is added, or whose twin is taken away, is undeclared or leaves a declaration unused", () => {
  fc.assert(
    fc.property(environments, fc.nat(), (stack, seed) => {
      const { resources } = of(stack);
      const at = seed % resources.length;
      const renamed = changed(of(stack), at, (resource) => ({ ...resource, name: `${resource.name}-new`, urn: `${resource.urn}-new` }));
      expect(isClean(judgeShapes(renamed, of("prod"), declarations))).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("a value that is changed, anywhere in any resource, is undeclared", () => {
  fc.assert(
    fc.property(environments, fc.nat(), fc.nat(), fc.constantFrom("x", "/other", "production", 1234, null), (stack, seed, place, value) => {
      const { resources } = of(stack);
      const twins = new Set(of("prod").resources.map(({ name }) => name));
      const candidates = resources.flatMap((resource, index) => (twins.has(resource.name) && leaves(resource.inputs).length > 0 ? [index] : []));
      const at = candidates[seed % candidates.length] ?? 0;
      const paths = leaves(resources[at]?.inputs);
      const path = paths[place % paths.length] ?? [];
      const staging = changed(of(stack), at, (resource) => ({ ...resource, inputs: withLeaf(resource.inputs, path, value) as Record<string, unknown> }));
      expect([path.join("."), isClean(judgeShapes(staging, of("prod"), declarations))]).toEqual([path.join("."), false]);
    }),
    { numRuns: 100 },
  );
});

function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

function withLeaf(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? withLeaf(item, rest, leaf) : item));
  return { ...(value as object), [key]: withLeaf((value as Record<string, unknown>)[key], rest, leaf) };
}
