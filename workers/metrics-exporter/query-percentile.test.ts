import fc from "fast-check";
import { type StatementActivity, minimumCalls, queryTimeP95 } from "./query-percentile";

function moments(times: readonly number[]): StatementActivity {
  const meanMs = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { calls: times.length, meanMs, varianceMs2: times.reduce((sum, time) => sum + (time - meanMs) ** 2, 0) / times.length };
}

function trueP95(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] as number;
}

const time = fc.double({ min: 0, max: 60_000, noNaN: true });
const statements = fc
  .array(fc.array(time, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 12 })
  .filter((lists) => lists.flat().length >= minimumCalls);

test("estimate and truth lie within Cantelli's bounds over all calls, whatever the statements do", () => {
  fc.assert(
    fc.property(statements, (lists) => {
      const { meanMs, varianceMs2 } = moments(lists.flat());
      const deviation = Math.sqrt(varianceMs2);
      const estimate = queryTimeP95(lists.map(moments)) as number;
      const slack = 1e-3 + meanMs * 1e-3 + deviation * 1e-2;
      for (const value of [estimate, trueP95(lists.flat())]) {
        expect(value).toBeGreaterThanOrEqual(meanMs - deviation * Math.sqrt(0.05 / 0.95) - slack);
        expect(value).toBeLessThanOrEqual(meanMs + deviation * Math.sqrt(0.95 / 0.05) + slack);
      }
    }),
  );
});

test("it is exact when each statement takes the same time at each call", () => {
  const constant = fc.tuple(time, fc.integer({ min: 1, max: 500 }));
  fc.assert(
    fc.property(fc.array(constant, { minLength: 1, maxLength: 12 }), (kinds) => {
      fc.pre(kinds.reduce((sum, [, calls]) => sum + calls, 0) >= minimumCalls);
      const times = kinds.flatMap(([each, calls]) => Array.from({ length: calls }, () => each));
      const activities = kinds.map(([meanMs, calls]) => ({ calls, meanMs, varianceMs2: 0 }));
      expect(queryTimeP95(activities)).toBeCloseTo(trueP95(times), 4);
    }),
  );
});

test("it does not depend on the order of the statements, and grows with the times", () => {
  fc.assert(
    fc.property(statements, fc.double({ min: 1, max: 100, noNaN: true }), (lists, factor) => {
      const activities = lists.map(moments);
      const estimate = queryTimeP95(activities) as number;
      expect(queryTimeP95([...activities].reverse())).toBeCloseTo(estimate, 3);
      const slower = activities.map((each) => ({ ...each, meanMs: each.meanMs * factor, varianceMs2: each.varianceMs2 * factor ** 2 }));
      expect(Math.abs((queryTimeP95(slower) as number) - estimate * factor)).toBeLessThan(1e-3 + estimate * factor * 1e-3);
    }),
  );
});

// The docstring's numbers, each against the exact percentile of the distribution.
test.each([
  ["log-normal", Math.exp(0.5), (Math.E - 1) * Math.E, Math.exp(1.6448536), 0],
  ["exponential", 1, 1, -Math.log(0.05), -0.07],
  ["uniform from 0", 0.5, 1 / 12, 0.95, 0.1],
  ["90 % at 1 ms, 10 % at 1,000 ms", 100.9, 0.09 * 999 ** 2, 1000, 387 / 1000 - 1],
  ["96 % at 1 ms, 4 % at 1,000 ms", 40.96, 0.96 * 0.04 * 999 ** 2, 1, 156],
])("one statement, %s: the error is what the documentation says", (_, meanMs, varianceMs2, truth, error) => {
  const estimate = queryTimeP95([{ calls: 100_000, meanMs, varianceMs2 }]) as number;
  expect(estimate / truth - 1).toBeCloseTo(error, error > 1 ? 0 : 2);
});

test("a slow statement counts by its calls: 4 % of them do not show, 6 % do", () => {
  const fast = { meanMs: 1, varianceMs2: 0 };
  const slow = { meanMs: 900, varianceMs2: 0 };
  expect(
    queryTimeP95([
      { ...fast, calls: 96 },
      { ...slow, calls: 4 },
    ]),
  ).toBeCloseTo(1);
  expect(
    queryTimeP95([
      { ...fast, calls: 94 },
      { ...slow, calls: 6 },
    ]),
  ).toBeCloseTo(900);
});

test("fewer than 20 calls say nothing", () => {
  expect(queryTimeP95([])).toBeUndefined();
  expect(queryTimeP95([{ calls: 19, meanMs: 900, varianceMs2: 0 }])).toBeUndefined();
  expect(queryTimeP95([{ calls: 20, meanMs: 900, varianceMs2: 0 }])).toBe(900);
});
