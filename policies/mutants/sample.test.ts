import fc from "fast-check";
import { sampleOfEach, shuffled } from "./sample";

const groups = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 10 });

test("a shuffle loses nothing, and is the same for a seed", () =>
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (values, seed) => {
      expect(shuffled(values, seed)).toEqual(shuffled(values, seed));
      expect(shuffled(values, seed).sort()).toEqual([...values].sort());
    }),
  ));

test("another seed gives another order", () => {
  const values = Array.from({ length: 50 }, (_, at) => at);
  expect(shuffled(values, 1)).not.toEqual(shuffled(values, 2));
});

test("so many in all, no group twice before each had its turn", () =>
  fc.assert(
    fc.property(groups, fc.nat(120), fc.integer(), (all, count, seed) => {
      const drawn = sampleOfEach(all, count, seed);
      const sizes = drawn.map(({ length }) => length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(Math.min(count, all.flat().length));
      const most = Math.max(...sizes);
      for (const [at, size] of sizes.entries()) expect(size).toBeGreaterThanOrEqual(Math.min(all[at]?.length ?? 0, most - 1));
    }),
  ));
