import { absent } from "../../config/shape-parity-rule";
import { compareShapes } from "./compare-shapes";
import { shape, urnOf, type Part } from "./test-support/shapes";

const brief = (a: readonly Part[], b: readonly Part[]) =>
  compareShapes(shape("staging", ...a), shape("prod", ...b)).map(({ resource, property, a: one, b: other }) => [resource, property, one, other]);
const inputs = (a: Record<string, unknown>, b: Record<string, unknown>) => brief([{ name: "x", inputs: a }], [{ name: "x", inputs: b }]).map(([, ...rest]) => rest);

test("environments that differ by their names alone do not differ", () => {
  const of = (stack: string): Part[] => [
    { name: `api-asia-northeast3`, inputs: { name: `chisan-${stack}-api`, labels: { environment: stack } } },
    { name: `in-${stack}`, inputs: { [`key-${stack}`]: [stack, 1, null] }, options: { protect: true } },
  ];
  expect(brief(of("staging"), of("prod"))).toEqual([]);
});

test("where both say the same, it is told what it means in each", () => {
  const means = (dest: unknown) => compareShapes(shape("staging", { name: "x", inputs: { dest } }), shape("prod", { name: "x", inputs: { dest } })).map(({ a, b, means: told }) => [a, b, told]);
  expect(means("https://prod.example/1")).toEqual([["https://prod.example/1", "https://prod.example/1", { a: "https://‹prod's environment›.example/1", b: "https://‹environment›.example/1" }]]);
  expect(means(["staging", 1])).toEqual([[["staging", 1], ["staging", 1], { a: ["‹environment›", 1], b: ["‹staging's environment›", 1] }]]);
  const different = compareShapes(shape("staging", { name: "x", inputs: { dest: 1 } }), shape("prod", { name: "x", inputs: { dest: 2 } }));
  expect(different[0]).not.toHaveProperty("means");
});

test("a resource of one environment only", () => {
  expect(brief([{ name: "a" }, { name: "b-asia-northeast3" }], [{ name: "a" }, { name: "c" }])).toEqual([
    ["b-‹region›", undefined, true, false],
    ["c", undefined, false, true],
  ]);
});

test("twins have the same type and the same parents' types", () => {
  expect(brief([{ name: "a", type: "t:i:A" }], [{ name: "a", type: "t:i:B" }])).toHaveLength(2);
  expect(brief([{ name: "a", parents: "t:i:P" }], [{ name: "a", parents: "t:i:Q" }])).toHaveLength(2);
  expect(brief([{ name: "a", parents: "t:i:P" }], [{ name: "a", parents: "t:i:P" }])).toEqual([]);
});

test("a property at any depth, with the values as they are", () => {
  expect(inputs({ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } })).toEqual([["a.b.c", 1, 2]]);
  expect(inputs({ a: "staging-1" }, { a: "prod-2" })).toEqual([["a", "staging-1", "prod-2"]]);
  expect(inputs({ a: 1 }, {})).toEqual([["a", 1, absent]]);
  expect(inputs({ a: undefined }, {})).toEqual([["a", undefined, absent]]);
  expect(inputs({ a: 1 }, { a: "1" })).toEqual([["a", 1, "1"]]);
  expect(inputs({ a: null }, { a: {} })).toEqual([["a", null, {}]]);
  expect(inputs({ a: {} }, { a: [] })).toEqual([["a", {}, []]]);
  expect(inputs({ a: [] }, { a: [{ b: 1 }] })).toEqual([["a", [], [{ b: 1 }]]]);
});

test("items with names are compared by them, and their order counts", () => {
  const one = { name: "ONE", value: "1" };
  const two = { name: "TWO", value: "2" };
  expect(inputs({ envs: [one, two] }, { envs: [one, { ...two, value: "3" }] })).toEqual([["envs[TWO].value", "2", "3"]]);
  expect(inputs({ envs: [two] }, { envs: [one, two] })).toEqual([["envs[ONE]", absent, one]]);
  expect(inputs({ envs: [two, one] }, { envs: [one, two] })).toEqual([["envs (order)", ["TWO", "ONE"], ["ONE", "TWO"]]]);
  expect(inputs({ envs: [{ name: "of-staging" }] }, { envs: [{ name: "of-prod" }] })).toEqual([]);
});

test("items without names, or with one name twice, are compared by place", () => {
  expect(inputs({ l: [{ a: 1 }, { a: 2 }] }, { l: [{ a: 1 }, { a: 3 }, { a: 4 }] })).toEqual([
    ["l[1].a", 2, 3],
    ["l[2]", absent, { a: 4 }],
  ]);
  expect(inputs({ l: [{ name: "n", a: 1 }, { name: "n", a: 2 }] }, { l: [{ name: "n", a: 1 }, { name: "n", a: 3 }] })).toEqual([["l[1].a", 2, 3]]);
});

test("a list of plain values is one value, in its order", () => {
  expect(inputs({ l: ["staging", 1] }, { l: ["prod", 1] })).toEqual([]);
  expect(inputs({ l: [1, 2] }, { l: [2, 1] })).toEqual([["l", [1, 2], [2, 1]]]);
});

test("options are compared", () => {
  expect(brief([{ name: "x", options: { protect: false, ignoreChanges: [] } }], [{ name: "x", options: { protect: true, ignoreChanges: ["a"] } }])).toEqual([
    ["x", "options.protect", false, true],
    ["x", "options.ignoreChanges", [], ["a"]],
  ]);
});

test("what a resource belongs to, waits for and takes its values from", () => {
  const others = [{ name: "a" }, { name: "b" }];
  const of = (stack: "staging" | "prod", name: string): Part => ({ name: "x", parent: urnOf(stack, name), dependencies: [urnOf(stack, name)], origins: { account: [urnOf(stack, name)] } });
  expect(brief([...others, of("staging", "a")], [...others, of("prod", "a")])).toEqual([]);
  expect(brief([...others, of("staging", "a")], [...others, of("prod", "b")])).toEqual([
    ["x", "options.parent", ["a"], ["b"]],
    ["x", "options.dependsOn", ["a"], ["b"]],
    ["x", "origin of account", ["a"], ["b"]],
  ]);
});

test("what has no twin is told once, and not again by everything near it", () => {
  const near: Part = { name: "x", dependencies: [urnOf("prod", "a"), urnOf("prod", "b")], origins: { p: [urnOf("prod", "b")] } };
  expect(brief([{ name: "a" }, { name: "x", dependencies: [urnOf("staging", "a")] }], [{ name: "a" }, { name: "b" }, near])).toEqual([["b", undefined, false, true]]);
});

test("two resources that become one are refused", () => {
  const twice = shape("prod", { name: "x-prod" }, { name: "x-‹environment›" });
  expect(() => compareShapes(twice, shape("staging"))).toThrow("CHI-Y003 prod: x-prod and x-‹environment› have the same name without the environment's own: give one of them another name");
});

test("a text that looks like a placeholder is refused, as it would hide a difference", () => {
  const forged = shape("staging", { name: "x", inputs: { deep: [{ a: "‹environment›" }] } });
  expect(() => compareShapes(forged, shape("prod", { name: "x", inputs: { deep: [{ a: "prod" }] } }))).toThrow("CHI-Y002 staging: x has the character ‹");
});
