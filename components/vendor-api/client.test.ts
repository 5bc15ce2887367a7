import { retryAfter } from "./client";

test("Retry-After in seconds, as a date, and as nonsense", () => {
  const now = Date.parse("2026-11-23T00:00:00Z");
  expect(retryAfter("7", now)).toBe(7000);
  expect(retryAfter("Mon, 23 Nov 2026 00:00:05 GMT", now)).toBe(5000);
  expect(retryAfter("Mon, 23 Nov 2020 00:00:05 GMT", now)).toBe(0);
  expect([retryAfter("soon", now), retryAfter(null, now), retryAfter("-5", now)]).toEqual([0, 0, 0]);
});
