/** The display as text: what a person sees in the end, of a terminal that interprets what was written. */
import { clock, eventLine, type Heading, type Moment, secondsToGo, standing, tableLines } from "./display-lines";
import { createDisplay } from "./display";
import { LiveArea } from "./live-area";
import type { PhaseRecord } from "./phase";
import { FakeTerminal } from "./test-support/fake-terminal";

const phases = [
  { name: "assess", title: "Assess", estimateSeconds: 10 },
  { name: "restore", title: "Restore the database", estimateSeconds: 600 },
  { name: "verify", title: "Verify", estimateSeconds: 60 },
];
const start = new Date("2026-11-23T03:00:00Z");
const waiting = (name: string, title: string): PhaseRecord => ({ name, title, state: "waiting", seconds: 0, attempts: 0 });
const records: PhaseRecord[] = [
  { ...waiting("assess", "Assess"), state: "done", seconds: 12.9, attempts: 1, result: { summary: "backup of 03:00, 2 min old", facts: {} } },
  { ...waiting("restore", "Restore the database"), state: "running", seconds: 30, attempts: 2 },
  waiting("verify", "Verify"),
];
const heading: Heading = { operation: "stand-up", id: "20261123T030000.000Z", startedAt: start, resumed: true, phases, records };
const moment = (more: Partial<Moment> = {}): Moment => ({ ...heading, said: "3 of 21 tables, 80 MB/s", runningSeconds: 100, now: new Date(start.getTime() + 145_000), objectiveSeconds: 14_400, since: start, ...more });

test("the table: state, elapsed, estimate, what it does, and what is left of the objective", () => {
  expect(tableLines(moment())).toEqual([
    "stand-up 20261123T030000.000Z, carried on",
    "  ✔ Assess                00:00:12  backup of 03:00, 2 min old",
    "  ▶ Restore the database  00:02:10  of about 00:10:00: 3 of 21 tables, 80 MB/s",
    "  · Verify                          about 00:01:00",
    "  elapsed 00:02:25, about 00:09:20 to go",
    "  RTO: 03:57:35 of 04:00:00 left",
  ]);
  const failed = records.map((record) => (record.state === "running" ? { ...record, state: "failed" as const, failure: "CHI-X001 no" } : record));
  expect(tableLines(moment({ records: failed }))[2]).toBe("  ✖ Restore the database  00:00:30  CHI-X001 no");
  expect(tableLines(moment({ runningSeconds: 700 }))[2]).toContain("of about 00:10:00, longer than expected: 3 of 21");
});

test("an objective that will be missed, or is, is said aloud; it counts from the outage where that is known", () => {
  expect(standing(moment({ objectiveSeconds: 600 }))).toMatch(/; RTO: 00:07:35 of 00:10:00 left, EXPECTED TO MISS IT by 00:01:45$/);
  expect(standing(moment({ objectiveSeconds: 100 }))).toMatch(/; RTO: 00:01:40 EXCEEDED by 00:00:45$/);
  expect(standing(moment({ since: new Date(start.getTime() - 3_600_000) }))).toContain("RTO: 02:57:35 of 04:00:00 left");
  expect(standing(moment({ objectiveSeconds: undefined }))).toBe("elapsed 00:02:25, about 00:09:20 to go");
});

test("what is done is not to go; what runs for longer than expected is nearly done", () => {
  expect(secondsToGo(moment({ runningSeconds: 0 }))).toBe(660);
  expect(secondsToGo(moment({ runningSeconds: 10_000 }))).toBe(60);
  expect(secondsToGo(moment({ records: records.map((record) => ({ ...record, state: "done" as const })) }))).toBe(0);
  expect([clock(0), clock(3661.9), clock(360_000), clock(-5)]).toEqual(["00:00:00", "01:01:01", "100:00:00", "00:00:00"]);
});

test("elsewhere than on a terminal: a line per event, and one every ten seconds", () => {
  jest.useFakeTimers({ now: start });
  try {
    const log = new FakeTerminal({ tty: false });
    const display = createDisplay({ objectiveSeconds: 14_400, stream: log });
    display.begin({ ...heading, records: [records[0] as PhaseRecord, waiting("restore", "Restore the database"), waiting("verify", "Verify")] });
    display.show(records[1] as PhaseRecord);
    display.say("restore", "3 of 21 tables\nand more");
    jest.advanceTimersByTime(25_000);
    display.show({ ...(records[1] as PhaseRecord), state: "done", seconds: 55, result: { summary: "21 tables", facts: {} } });
    display.end();
    jest.advanceTimersByTime(60_000);
    expect(log.written).not.toContain("\u001b");
    expect(log.written.split("\n")).toEqual([
      "stand-up 20261123T030000.000Z, carried on: elapsed 00:00:00, about 00:11:00 to go; RTO: 04:00:00 of 04:00:00 left",
      "  ✔ Assess, done before: backup of 03:00, 2 min old",
      "[00:00:00] ▶ Restore the database: begins (about 00:10:00, attempt 2)",
      "[00:00:10]   Restore the database for 00:00:10: 3 of 21 tables; elapsed 00:00:10, about 00:10:50 to go; RTO: 03:59:50 of 04:00:00 left",
      "[00:00:20]   Restore the database for 00:00:20: 3 of 21 tables; elapsed 00:00:20, about 00:10:40 to go; RTO: 03:59:40 of 04:00:00 left",
      "[00:00:25] ✔ Restore the database: 21 tables (00:00:55)",
      "elapsed 00:00:25, about 00:01:00 to go; RTO: 03:59:35 of 04:00:00 left",
      "",
    ]);
  } finally {
    jest.useRealTimers();
  }
  expect(eventLine(moment(), { ...waiting("verify", "Verify"), state: "failed", failure: "CHI-X001 no" })).toBe("[00:02:25] ✖ Verify: CHI-X001 no (00:00:00)");
});

test("on a terminal one table is redrawn in place, and other lines come out above it", () => {
  const terminal = new FakeTerminal({ columns: 80, rows: 24 });
  terminal.write("$ npx chisan dr stand-up\n");
  const display = createDisplay({ objectiveSeconds: 14_400, stream: terminal });
  display.begin(heading);
  for (let turn = 0; turn < 5; turn += 1) display.show({ ...(records[1] as PhaseRecord), attempts: turn });
  terminal.write("a note of ");
  terminal.write("somebody else\nprogress 1 %");
  terminal.write("\rprogress 2 %");
  terminal.write("\rprogress 100 %\n");
  display.show({ ...(records[1] as PhaseRecord), state: "done", seconds: 61, result: { summary: "21 tables", facts: {} } });
  display.end();
  terminal.write("the result\n");
  expect(terminal.screen().map((line) => line.replace(/(elapsed|RTO:) .*/, "$1 …"))).toEqual([
    "$ npx chisan dr stand-up",
    "a note of somebody else",
    "progress 100 %",
    "stand-up 20261123T030000.000Z, carried on",
    "  ✔ Assess                00:00:12  backup of 03:00, 2 min old",
    "  ✔ Restore the database  00:01:01  21 tables",
    "  · Verify                          about 00:01:00",
    "  elapsed …",
    "  RTO: …",
    "the result",
  ]);
  // As before it began.
  expect(Object.hasOwn(terminal, "write")).toBe(false);
});

test("lines are cut at the width, a low terminal gets the last ones, a narrower one is cleaned as well", () => {
  const terminal = new FakeTerminal({ columns: 20, rows: 4 });
  const area = new LiveArea(terminal, []);
  area.show(["one", "two", "three", "four is longer than twenty letters", "five"]);
  expect(terminal.screen()).toEqual(["three", "four is longer tha…", "five"]);
  terminal.resize(10);
  area.show(["one", "two"]);
  expect(terminal.screen()).toEqual(["one", "two"]);
  area.end();
});

test("a prompt that somebody left without an end of line is not lost", () => {
  const terminal = new FakeTerminal({ columns: 40, rows: 10 });
  const other = new FakeTerminal({ columns: 40, rows: 10 });
  const area = new LiveArea(terminal, [other]);
  area.show(["table"]);
  other.write("first\nhalf");
  area.end();
  expect(other.screen()).toEqual(["first"]);
  expect(terminal.screen()).toEqual(["table", "half"]);
});
