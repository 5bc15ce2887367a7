import { Unknown, type Values } from "../contract";
import { atLeastOne, conflicts, exactlyOne, object, onlyWhen, requires } from "./facts";
import { brokenGroupRule } from "./group-rules";

const unknown = Unknown.value;

it.each<[string, ReturnType<typeof conflicts>, Values[], Values[]]>([
  ["conflicts", conflicts("", "a", "b", "c"), [{}, { a: 1 }, { b: 1, c: 1 }, { a: unknown, b: 1 }, { a: 1, b: unknown }, { a: 1, b: null }], [{ a: 1, b: 1 }, { a: 1, c: 1 }]],
  ["exactlyOne", exactlyOne("", "a", "b"), [{ a: 1 }, { b: 1 }, { a: unknown }, { a: 1, b: unknown }], [{}, { a: 1, b: 1 }, { a: null }]],
  ["atLeastOne", atLeastOne("", "a", "b"), [{ a: 1 }, { a: 1, b: 1 }, { b: unknown }], [{}]],
  ["requires", requires("", "a", "b"), [{}, { b: 1 }, { a: 1, b: 1 }, { a: 1, b: unknown }, { a: unknown }], [{ a: 1 }]],
  ["onlyWhen", onlyWhen("", "a.x", "b", "on"), [{}, { a: { x: 1 }, b: "on" }, { a: { x: 1 }, b: unknown }, { a: {}, b: "off" }], [{ a: { x: 1 }, b: "off" }, { a: { x: 1 } }]],
  ["object", object("", "a", "a is more than b", ({ a, b }) => Number(a) > Number(b)), [{ a: 2, b: 1 }, { a: unknown, b: 9 }], [{ a: 1, b: 2 }]],
])("%s", (_, rule, good, bad) => {
  for (const inputs of good) expect([inputs, brokenGroupRule(rule, inputs)]).toEqual([inputs, undefined]);
  for (const inputs of bad) expect([inputs, brokenGroupRule(rule, inputs)]).toEqual([inputs, { about: expect.any(String), reason: expect.any(String) }]);
});

it("looks through lists for a path below them", () => {
  expect(brokenGroupRule(conflicts("", "list.a", "b"), { list: [{}, { a: 1 }], b: 1 })).toBeDefined();
});
