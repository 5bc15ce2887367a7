import fc from "fast-check";
import { shortenedPair, shownPair } from "./shown-values";

test("values are shown as they are, and what they mean where they are the same", () => {
  expect(shownPair({ a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
  expect(shownPair({ a: "x", b: "x", means: { a: "‹prod's region›", b: "‹region›" } })).toEqual({ a: "‹prod's region›", b: "‹region›" });
});

test("texts that begin alike are cut where they differ", () => {
  expect(shortenedPair("short", "shore", 40)).toEqual(["short", "shore"]);
  const [a, b] = shortenedPair(`${"x".repeat(50)}left`, `${"x".repeat(50)}right`, 20);
  expect([a, b]).toEqual(["…xxxxxleft", "…xxxxxright"]);
});

test("different texts never look alike, and are as short as they must be", () => {
  const long = fc.string({ maxLength: 80 });
  fc.assert(
    fc.property(long, long, long, (begin, one, other) => {
      fc.pre(one !== other);
      const [a, b] = shortenedPair(begin + one, begin + other, 40);
      expect(a).not.toBe(b);
      expect(Math.max(a.length, b.length)).toBeLessThanOrEqual(40);
    }),
  );
});
