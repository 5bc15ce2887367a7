import fc from "fast-check";
import { type StatementCounters, type StatementReading, activityBetween, longestInterval } from "./statement-activity";

/** As PostgreSQL keeps it. */
function counters(times: readonly number[]): StatementCounters {
  const meanMs = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { calls: times.length, meanMs, deviationMs: Math.sqrt(times.reduce((sum, time) => sum + (time - meanMs) ** 2, 0) / times.length) };
}

function reading(at: number, statements: Record<string, StatementCounters>, countersSince = "2026-01-01"): StatementReading {
  return { at, countersSince, statements: new Map(Object.entries(statements)) };
}

const times = fc.array(fc.double({ min: 0.001, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 50 });

test("what comes out is what was called in between, whatever came before", () => {
  fc.assert(
    fc.property(times, times, (before, between) => {
      const activity = activityBetween(reading(0, { a: counters(before) }), reading(60_000, { a: counters([...before, ...between]) }));
      const expected = counters(between);
      if (typeof activity === "string") throw new Error(activity);
      expect(activity).toHaveLength(1);
      expect(activity[0]?.calls).toBe(expected.calls);
      const scale = Math.max(...before, ...between);
      expect(Math.abs((activity[0]?.meanMs as number) - expected.meanMs)).toBeLessThan(scale * 1e-9);
      expect(Math.abs((activity[0]?.varianceMs2 as number) - expected.deviationMs ** 2)).toBeLessThan(scale ** 2 * 1e-9);
    }),
  );
});

test("a statement that was not called is left out; a new one and one that began again count whole", () => {
  const same = counters([5, 6, 7]);
  const earlier = reading(0, { same, evicted: counters([1, 2, 3]), slower: counters([100, 100]) });
  const later = reading(60_000, { same, evicted: counters([9]), fresh: counters([4, 4]), slower: counters([1, 1, 1]) });
  expect(activityBetween(earlier, later)).toEqual([
    { calls: 1, meanMs: 9, varianceMs2: 0 },
    { calls: 2, meanMs: 4, varianceMs2: 0 },
    { calls: 3, meanMs: 1, varianceMs2: 0 },
  ]);
});

test("a first reading, a reset and a long pause give nothing to compare", () => {
  const now = reading(longestInterval + 1, { a: counters([1]) });
  expect(activityBetween(undefined, now)).toBe("first reading");
  expect(activityBetween(reading(longestInterval, {}, "2025-01-01"), now)).toBe("counters were reset");
  expect(activityBetween(reading(0, {}), now)).toBe("the previous reading is too old");
  expect(activityBetween(reading(1, {}), now)).toHaveLength(1);
});
