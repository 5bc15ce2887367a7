import type { DeclaredDifference, ShapeRule } from "../../config/shape-parity-rule";
import { traitRules } from "../../config/shape-parity-traits";
import { isClean, judgeShapes, type Declarations } from "./judged-differences";
import { shape, type Part } from "./test-support/shapes";

const none = Object.fromEntries(Object.keys(traitRules).map((trait) => [trait, []])) as unknown as Declarations["traits"];
const minimum = (rule: Partial<ShapeRule> = {}): Declarations => ({
  traits: { ...none, minimumInstances: [{ resources: "api-*", property: "min", value: (environment) => environment.minimumInstances, ...rule }] },
  differences: [],
});
const other = (rule: Partial<DeclaredDifference>): Declarations => ({
  traits: none,
  differences: [{ resources: "x", property: "p", environments: ["staging"], because: "a reason for readers", ...rule }],
});
const api = (min: unknown): Part => ({ name: "api-asia-northeast3", inputs: { min } });
const judged = (a: Part[], b: Part[], declarations: Declarations) => judgeShapes(shape("staging", ...a), shape("prod", ...b), declarations);

test("a trait's difference is declared, with the reason of the stack's file", () => {
  const comparison = judged([api(0)], [api(1)], minimum());
  expect(comparison.differences.map(({ declared }) => declared)).toEqual([
    { declaredIn: "minimumInstances of stacks/staging.ts", because: "idle at night and at weekends; a cold start is acceptable to testers" },
  ]);
  expect(isClean(comparison)).toBe(true);
});

test.each([
  [5, 1],
  [0, 3],
  ["0", 1],
])("a value that the trait does not have is undeclared: %j and %j", (a, b) => {
  const { differences } = judged([api(a)], [api(b)], minimum());
  expect(differences).toMatchObject([{ declared: undefined, almost: { declaredIn: "minimumInstances of stacks/staging.ts", a: 0, b: 1 } }]);
});

test("another property, another resource and another type are undeclared", () => {
  expect(judged([{ name: "api-1", inputs: { max: 0 } }], [{ name: "api-1", inputs: { max: 1 } }], minimum()).differences[0]?.declared).toBeUndefined();
  expect(judged([{ name: "web", inputs: { min: 0 } }], [{ name: "web", inputs: { min: 1 } }], minimum()).differences[0]?.declared).toBeUndefined();
  expect(judged([api(0)], [api(1)], minimum({ type: "another:index:Type" })).differences[0]?.declared).toBeUndefined();
  expect(judged([api(0)], [api(1)], minimum({ type: "test:index:Thing" })).differences[0]?.declared).toBeDefined();
});

test("a trait in which the two are equal declares nothing", () => {
  const twins = judgeShapes(shape("chisan-dr", { name: "api-1", inputs: { min: 0 } }), shape("prod", { name: "api-1", inputs: { min: 1 } }), minimum());
  expect(twins.differences[0]?.declared).toBeUndefined();
  expect(twins.unused).toEqual([]);
});

test("a rule that explains nothing is unused, and then the comparison is not clean", () => {
  const comparison = judged([api(1)], [api(1)], minimum());
  expect(comparison.differences).toEqual([]);
  expect(comparison.unused).toMatchObject([{ declaredIn: "minimumInstances of stacks/staging.ts", resources: "api-*", property: "min" }]);
  expect(isClean(comparison)).toBe(false);
});

test("a rule for a property is not unused where its resources have no twin, and is where there are none at all", () => {
  expect(judged([], [api(1)], minimum()).unused).toEqual([]);
  expect(judged([], [], minimum()).unused).toHaveLength(1);
});

test("between two environments that both depart from the reference, nothing is unused", () => {
  expect(judgeShapes(shape("staging", api(1)), shape("chisan-dr", api(1)), minimum()).unused).toEqual([]);
});

test("existence: whether a resource is there is its value", () => {
  const there = { resources: "zone", property: undefined, value: (environment: { ownsZoneSettings: boolean }) => environment.ownsZoneSettings };
  const declarations: Declarations = { traits: { ...none, ownsZoneSettings: [there] }, differences: [] };
  expect(judged([], [{ name: "zone" }], declarations).differences[0]?.declared).toBeDefined();
  expect(judged([{ name: "zone" }], [], declarations).differences[0]?.declared).toBeUndefined();
});

test("other differences hold for the environments that they name", () => {
  const [a, b]: [Part, Part] = [{ name: "x", inputs: { p: 1 } }, { name: "x", inputs: { p: 2 } }];
  const values = { value: ({ stack }: { stack: string }) => (stack === "prod" ? 2 : 1) };
  expect(judged([a], [b], other(values)).differences[0]?.declared).toEqual({ declaredIn: "config/shape-parity.ts", because: "a reason for readers" });
  expect(judged([a], [b], other({ ...values, environments: ["chisan-dr"] })).differences[0]?.declared).toBeUndefined();
  // Of neither: no values are expected.
  expect(judged([a], [b], other({})).differences[0]?.declared).toBeUndefined();
});

test("a fragment may differ, the rest of the text may not", () => {
  const fragment = { fragment: ({ stack }: { stack: string }) => (stack === "prod" ? "main" : "any branch") };
  const texts = (one: string, two: string) => judged([{ name: "x", inputs: { p: one } }], [{ name: "x", inputs: { p: two } }], other(fragment)).differences[0]?.declared;
  expect(texts("staging from any branch!", "prod from main!")).toBeDefined();
  expect(texts("staging from any branch", "prod from main!")).toBeUndefined();
  expect(texts("staging from all", "prod from main")).toBeUndefined();
  expect(texts("any branch any branch", "main main")).toBeUndefined();
});

test("what differs only after something has happened is declared then, and no error before", () => {
  const own: Declarations = { traits: none, differences: [], own: [{ resources: "key-*", because: "it came with the data", occasional: true }] };
  const made = judged([], [{ name: "key-1" }], own);
  expect(made.differences).toMatchObject([{ resource: "key-1", declared: { because: "it came with the data" } }]);
  expect(isClean(made)).toBe(true);
  expect(isClean(judged([{ name: "key-1" }], [{ name: "key-1" }], own))).toBe(true);
  // A resource that is not named by it, and a property of one that is, stay undeclared.
  expect(isClean(judged([], [{ name: "lock-1" }], own))).toBe(false);
  expect(isClean(judged([{ name: "key-1", inputs: { length: 32 } }], [{ name: "key-1", inputs: { length: 16 } }], own))).toBe(false);
});
