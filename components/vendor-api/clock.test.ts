import fc from "fast-check";
import { type Clock, delayAfter, pollUntil, systemClock } from "./clock";

test("the delay doubles from half a second to 20 seconds, its upper half at random", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => delayAfter(attempts, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (attempts, random, retryAfter) => {
      const delay = delayAfter(attempts, random, retryAfter);
      expect(delay).toBeGreaterThanOrEqual(retryAfter + 250);
      expect(delay).toBeLessThanOrEqual(retryAfter + 20_000);
    }),
  );
});

test("polls until there is an answer, or the deadline would pass", async () => {
  let now = 0;
  const clock: Clock = { now: () => now, sleep: async (milliseconds) => void (now += milliseconds), random: () => 1 };
  let asked = 0;
  expect(await pollUntil(clock, 10_000, async () => (++asked === 3 ? "yes" : undefined))).toBe("yes");
  expect([asked, now]).toEqual([3, 1500]);
  expect(await pollUntil(clock, 10_000, async () => undefined)).toBeUndefined();
  expect(now).toBeLessThanOrEqual(11_500);
  expect(await pollUntil(clock, 0, async () => false)).toBe(false);
});

test("the system's clock runs", async () => {
  const before = systemClock.now();
  await systemClock.sleep(5);
  expect(systemClock.now()).toBeGreaterThan(before);
  expect(systemClock.random()).toBeLessThan(1);
});
