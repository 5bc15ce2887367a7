import * as fc from "fast-check";
import { durationInWords, momentInWords, parseMoment } from "./moment";

const now = Date.parse("2026-11-23T05:15:00.700Z");

test.each([
  ["2026-11-23T05:05:00Z", "2026-11-23T05:05:00Z"],
  ["2026-11-23T14:05:00+09:00", "2026-11-23T05:05:00Z"],
  ["2026-11-23 14:05:00 +0900", "2026-11-23T05:05:00Z"],
  ["2026-11-23T14:05+09:00", "2026-11-23T05:05:00Z"],
  ["2026-11-23t05:05:00z", "2026-11-23T05:05:00Z"],
  ["2026-11-23T00:30:00-08:30", "2026-11-23T09:00:00Z"],
])("%s is one moment", (text, utc) => {
  expect(parseMoment(text, now)).toEqual({ seconds: Date.parse(utc) / 1000, relative: false, cut: false });
});

test.each([
  ["10m ago", "2026-11-23T05:05:00Z"],
  ["1 h ago", "2026-11-23T04:15:00Z"],
  ["90s ago", "2026-11-23T05:13:30Z"],
  ["2d ago", "2026-11-21T05:15:00Z"],
])("%s is counted from now, rounded down", (text, utc) => {
  expect(parseMoment(text, now)).toEqual({ seconds: Date.parse(utc) / 1000, relative: true, cut: false });
});

test("a fraction of a second is cut off downwards, and said", () => {
  expect(parseMoment("2026-11-23T05:05:00.999Z", now)).toEqual({ seconds: Date.parse("2026-11-23T05:05:00Z") / 1000, relative: false, cut: true });
  expect(parseMoment("2026-11-23T05:05:00.000Z", now).cut).toBe(false);
});

test.each([
  ["2026-11-23T05:05:00", "no zone"],
  ["2026-11-23 14:05", "no zone"],
  ["2026-11-23", "neither"],
  ["14:05", "neither"],
  ["yesterday", "neither"],
  ["10m", "neither"],
  ["-10m ago", "neither"],
  ["1764000000", "neither"],
  ["11/23/2026 14:05 KST", "neither"],
  ["2026-11-23T05:05:00 KST", "neither"],
  ["2026-02-30T05:05:00Z", "calendar"],
  ["2026-13-01T05:05:00Z", "calendar"],
  ["2026-11-23T25:05:00Z", "calendar"],
  ["2026-11-23T05:05:00+25:00", "calendar"],
  ["", "neither"],
])("%s is refused", (text, why) => {
  expect(() => parseMoment(text, now)).toThrow(new RegExp(`^CHI-A110 .*${why}.*say for example`));
});

test("a moment in words is the same moment in both zones", () => {
  fc.assert(
    fc.property(fc.integer({ min: 946_684_800, max: 4_102_444_800 }), (seconds) => {
      const [, utc, day, kst] = /^(.+) UTC \((?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d:\d\d) KST\)$/.exec(momentInWords(seconds)) ?? [];
      expect(parseMoment(`${utc}Z`, now).seconds).toBe(seconds);
      expect(parseMoment(`${day ?? utc?.slice(0, 10)}T${kst}+09:00`, now).seconds).toBe(seconds);
    }),
  );
});

test.each([
  [0, "0 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [125, "2 min 5 s"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
  [90_000, "1 d 1 h"],
])("%d seconds are %s", (seconds, words) => expect(durationInWords(seconds)).toBe(words));
