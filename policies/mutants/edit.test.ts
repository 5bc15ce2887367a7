import { changedAt, pathText, valueAt } from "./edit";

const value = { a: [{ b: 1 }, { b: 2 }], "c.d": { e: "x" } };
const untouched = JSON.stringify(value);

afterEach(() => expect(JSON.stringify(value)).toBe(untouched));

test.each([
  [["a", 0, "b"], 7, { ...value, a: [{ b: 7 }, { b: 2 }] }],
  [["a", 0], undefined, { ...value, a: [{ b: 2 }] }],
  [["c.d", "e"], undefined, { ...value, "c.d": {} }],
  [["new", "deep"], true, { ...value, new: { deep: true } }],
  [["a", 2], { b: 3 }, { ...value, a: [{ b: 1 }, { b: 2 }, { b: 3 }] }],
  [[], "whole", "whole"],
])("%j becomes %j, on a copy", (path, to, expected) => expect(changedAt(value, path, to)).toEqual(expected));

test("what is not on the way is shared, not copied", () =>
  expect((changedAt(value, ["a", 0, "b"], 7) as typeof value).a[1]).toBe(value.a[1]));

test.each([
  [["a", 1, "b"], 2],
  [["c.d", "e"], "x"],
  [["a", 5, "b"], undefined],
  [["a", 0, "b", "z"], undefined],
])("%j is read", (path, expected) => expect(valueAt(value, path)).toBe(expected));

test("a path as people write it", () =>
  expect(pathText(["template", "containers", 0, "image", "a.b"])).toBe('template.containers[0].image["a.b"]'));
