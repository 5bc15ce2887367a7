import fc from "fast-check";
import { existingPart, formatPath, parsePath, valuesAt } from "./property-path";
import type { Value } from "./contract";

describe("property paths", () => {
  it("read what they write, whatever the names are", () => {
    const step = fc.oneof(fc.nat(50), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(step), (first, rest) =>
        expect(parsePath(formatPath([first, ...rest]))).toEqual([first, ...rest]),
      ),
    );
  });

  it("are written as the engine writes them, and read with dotted indexes too", () => {
    expect(formatPath(["rules", 0, "match", "a.b"])).toBe('rules[0].match["a.b"]');
    expect(parsePath("rules.0.match")).toEqual(["rules", 0, "match"]);
    expect(() => parsePath("rules[")).toThrow("CHI-S020");
  });

  it("find all values under a pattern", () => {
    const value: Value = { a: [{ b: 1 }, { b: null }, {}, { b: 2 }], c: { d: ["x", "y"] } };
    expect(valuesAt(value, "a[].b")).toEqual([1, 2]);
    expect(valuesAt(value, "c.d[]")).toEqual(["x", "y"]);
    expect(valuesAt(value, "c.none[].x")).toEqual([]);
  });

  it("give what is left of a path that does not exist", () => {
    expect(existingPart({ a: [{ b: 1 }] }, ["a", 0, "c"])).toEqual(["a", 0]);
    expect(existingPart({}, ["a"])).toBeUndefined();
  });
});
