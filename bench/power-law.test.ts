import fc from "fast-check";
import { exponentOf } from "./power-law";

const points = (sizes: number[], cost: (size: number) => number) => sizes.map((size) => ({ size, cost: cost(size) }));

test("finds the exponent of whatever follows a power law, whatever its factor", () => {
  const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(sizes, fc.double({ min: 0.1, max: 3, noNaN: true }), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (all, exponent, factor) => {
      expect(exponentOf(points(all, (size) => factor * size ** exponent))).toBeCloseTo(exponent, 6);
    }),
  );
});

test("tells linear growth from quadratic, and hides neither behind a constant start-up that was subtracted", () => {
  const sizes = [100, 400, 1600];
  expect(exponentOf(points(sizes, (size) => size))).toBeCloseTo(1, 10);
  expect(exponentOf(points(sizes, (size) => size ** 2))).toBeCloseTo(2, 10);
  // With the start-up in it, the growth looks smaller than it is: why both are printed.
  expect(exponentOf(points(sizes, (size) => 1000 + size))).toBeLessThan(0.5);
});

test("two sizes at least, and nothing without a logarithm", () => {
  expect(() => exponentOf([])).toThrow("CHI-B010");
  expect(() => exponentOf(points([100, 100], (size) => size))).toThrow(/^CHI-B010 an exponent needs two sizes/);
  expect(() => exponentOf(points([1, 2], () => 0))).toThrow(/^CHI-B010 a size or a cost is not above zero/);
  expect(() => exponentOf(points([1, 2], () => NaN))).toThrow("CHI-B010");
});
