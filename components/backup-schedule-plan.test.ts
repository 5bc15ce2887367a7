import { Cron } from "croner";
import { scheduledKinds, type ScheduledKind } from "../config/exported-metrics";
import { scheduledRuns } from "./backup-schedule-plan";
import { longestRunSeconds, scheduleTimeZone } from "./scheduled-job-inputs";

/** The times of a schedule in a span, by a program that is not ours. */
function timesOf(kind: ScheduledKind, from: string, until: string): Date[] {
  const cron = new Cron(scheduledRuns[kind].schedule.cron, { timezone: scheduleTimeZone });
  const times: Date[] = [];
  for (let next = cron.nextRun(from); next !== null && next < new Date(until); next = cron.nextRun(next)) times.push(next);
  return times;
}

const inKorea = (time: Date) =>
  new Intl.DateTimeFormat("en-US", {
    hourCycle: "h23",
    timeZone: scheduleTimeZone,
    weekday: "short",
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(time);

test("daily at 03:00 in Korea, which is 18:00 of the day before in UTC, in winter and in summer", () => {
  expect(timesOf("daily", "2026-11-23T00:00:00Z", "2026-11-26T00:00:00Z").map((time) => time.toISOString())).toEqual([
    "2026-11-23T18:00:00.000Z",
    "2026-11-24T18:00:00.000Z",
    "2026-11-25T18:00:00.000Z",
  ]);
  expect(timesOf("daily", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")).toHaveLength(365);
  for (const time of timesOf("daily", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")) expect(time.toISOString()).toMatch(/T18:00:00/);
});

test("weekly on Sundays", () => {
  const times = timesOf("weekly", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z");
  expect(times).toHaveLength(52);
  for (const time of times) expect(inKorea(time)).toMatch(/^Sun.* 07:00$/);
});

test("the restore test once in each month, the drill once in each quarter", () => {
  const months = timesOf("restore-test", "2026-12-31T15:00:00Z", "2027-12-31T15:00:00Z").map(inKorea);
  expect(months).toHaveLength(12);
  for (const time of months) expect(time).toMatch(/^\w{3}, \w{3} 01, 11:00$/);
  const quarters = timesOf("drill", "2026-12-31T15:00:00Z", "2027-12-31T15:00:00Z").map(inKorea);
  expect(quarters.map((time) => time.slice(5))).toEqual(["Jan 15, 11:00", "Apr 15, 11:00", "Jul 15, 11:00", "Oct 15, 11:00"]);
});

test("in four years, leap year included, no run can still be at work when another one's time comes", () => {
  const runs = scheduledKinds
    .flatMap((kind) => timesOf(kind, "2026-12-31T15:00:00Z", "2030-12-31T15:00:00Z").map((start) => ({ kind, start: start.getTime() })))
    .sort((one, other) => one.start - other.start)
    .map(({ kind, start }) => ({ kind, start, end: start + longestRunSeconds(scheduledRuns[kind].schedule) * 1000 }));
  expect(runs.length).toBeGreaterThan(4 * (365 + 52 + 12 + 4) - 2);
  const collisions = runs.slice(1).filter(({ start }, at) => start < (runs[at]?.end ?? 0));
  expect(collisions.map(({ kind, start }) => `${kind} ${new Date(start).toISOString()}`)).toEqual([]);
});

test("the daily one is over before the working day, and the restore test has the recovery time objective and no more", () => {
  expect(longestRunSeconds(scheduledRuns.daily.schedule)).toBeLessThan(6 * 3600);
  expect(scheduledRuns["restore-test"].schedule).toMatchObject({ timeoutSeconds: 4 * 3600, retries: 0 });
});

test("day of the month and day of the week are never both given: cron would run on either", () => {
  for (const { schedule } of Object.values(scheduledRuns)) {
    const [, , day, , weekday] = schedule.cron.split(" ");
    expect([day, weekday]).toContain("*");
  }
});

test("the commands", () => {
  expect(scheduledKinds.map((kind) => scheduledRuns[kind].command("prod").join(" "))).toEqual([
    "backup run --stack prod --kind daily",
    "backup run --stack prod --kind weekly",
    "backup verify --stack prod --depth restore --report",
    "dr drill --stack prod",
  ]);
});
