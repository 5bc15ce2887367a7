import { Unknown, type Value } from "../contract";
import { items, length, match, oneOf, oneOfAnyCase, range, test as predicate, type ValueRule } from "./facts";
import { brokenValueRule } from "./value-rules";

const broken = (rule: ValueRule, value: Value) => brokenValueRule(rule, value, false);

it.each<[string, ValueRule, Value[], Value[]]>([
  ["oneOf", oneOf("a", 1, true), ["a", 1, true, "1"], ["A", 2, ""]],
  ["oneOfAnyCase", oneOfAnyCase("Age", "Date"), ["age", "DATE"], ["Agee"]],
  ["match", match(/^[a-z]+$/, "letters"), ["abc"], ["", "a1"]],
  ["range", range(1, 5), [1, 5, "3"], [0, 6, "-1"]],
  ["range without an upper end", range(1), [1, 1e12], [0]],
  ["range without a lower end", range(-Infinity, 5), [-9, 5], [6]],
  ["length", length(2, 3), ["ab", "abc", "日本"], ["a", "abcd"]],
  ["items of a list", items(1, 2), [["a"], ["a", "b"], "lone"], [[], ["a", "b", "c"]]],
  ["items of a map", items(0, 1), [{}, { a: "b" }], [{ a: "b", c: "d" }]],
  ["test", predicate("short", (value) => String(value).length < 3), ["ab"], ["abc"]],
])("%s", (_, rule, good, bad) => {
  for (const value of good) expect([value, broken(rule, value)]).toEqual([value, undefined]);
  for (const value of bad) expect([value, broken(rule, value)]).toEqual([value, expect.any(String)]);
});

it("says what is allowed and what it got", () => {
  expect(broken(oneOf("a", "b"), "c")).toBe('must be one of "a", "b", got "c"');
  expect(broken(range(1, 5), 7)).toBe("must be 1 to 5, got 7");
  expect(broken(length(32), "hunter2")).toBe("must have at least 32 characters, got 7");
});

it("keeps a sensitive value out of the message", () => {
  expect(brokenValueRule(oneOf("a"), "hunter2", true)).not.toContain("hunter2");
  expect(brokenValueRule(match(/^x$/, "x"), "hunter2", true)).not.toContain("hunter2");
});

it("does not judge a value that holds an unknown by a predicate", () => {
  expect(broken(predicate("never", () => false), { a: [Unknown.value] })).toBeUndefined();
});
