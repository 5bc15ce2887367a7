import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { repositoryRoot } from "../../../sandbox/control/paths";
import type { IncidentRecord } from "./incident-record";
import { appendRecord, beginJournal, readJournal } from "./journal-file";

let folder: string;
let path: string;
const opened: IncidentRecord = { at: "2026-11-23T05:00:00.000Z", by: "somebody@here", kind: "opened", title: "it is down", severity: "high", stack: "prod" };
const note = (text: string, at = "2026-11-23T05:01:00.000Z"): IncidentRecord => ({ at, by: "somebody@here", kind: "note", text });
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chisan-journal-"));
  path = join(folder, "one.jsonl");
  beginJournal(path, opened);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** A process that appends notes, one after the other, once it is told to; it says on its standard output which of them are written. */
function writer(name: string, count: number): ChildProcess {
  const program = `
    const { appendRecord } = require("./ops/incident/journal/journal-file.ts");
    require("node:fs").writeSync(1, "ready\\n");
    require("node:fs").readSync(0, Buffer.alloc(1));
    for (let number = 0; number < ${count}; number += 1) {
      appendRecord(process.env.JOURNAL, { at: new Date().toISOString(), by: "${name}", kind: "note", text: "${name} " + number + " " + "x".repeat(number % 5000) }, false);
      require("node:fs").writeSync(1, "${name} " + number + "\\n");
    }`;
  const child = spawn(process.execPath, ["--require", "./toolchain/typescript.cjs", "--eval", program], { cwd: repositoryRoot, env: { ...process.env, JOURNAL: path }, stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  return child;
}

const noted = () => readJournal(path).records.flatMap((record) => (record.kind === "note" ? [record.text.split(" ").slice(0, 2).join(" ")] : []));

test("two writers at once lose and mix nothing", async () => {
  const both = [writer("first", 400), writer("second", 400)];
  await Promise.all(both.map((child) => once(child.stdout ?? child, "data")));
  const ends = both.map((child) => {
    child.stdout?.resume();
    child.stdin?.end("g");
    return once(child, "close");
  });
  expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0]);
  const expected = ["first", "second"].flatMap((name) => Array.from({ length: 400 }, (_, number) => `${name} ${number}`));
  expect(noted().sort()).toEqual(expected.sort());
  expect(readJournal(path).unreadableLines).toEqual([]);
});

test("what a writer said to be written is there after it was killed, and the next one writes on", async () => {
  const child = writer("killed", 1_000_000);
  child.stdin?.end("g");
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  for await (const line of lines) {
    if (line !== "ready") told.push(line);
    if (told.length === 300) child.kill("SIGKILL");
  }
  appendRecord(path, note("after the kill"), true);
  const { records, unreadableLines } = readJournal(path);
  expect(noted()).toEqual(expect.arrayContaining(told));
  expect(records).toContainEqual(note("after the kill"));
  expect(unreadableLines).toEqual([]);
});

test("a record that was cut off is told by its line, and swallows none of the others", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.nat(), (text, cut) => {
      rmSync(path);
      beginJournal(path, opened);
      const whole = JSON.stringify(note(text));
      appendFileSync(path, `\n${whole.slice(0, 1 + (cut % (whole.length - 1)))}`);
      appendRecord(path, note("next"), false);
      const { records, unreadableLines } = readJournal(path);
      expect(records).toEqual([opened, note("next")]);
      expect(unreadableLines).toHaveLength(1);
    }),
    { numRuns: 50 },
  );
});

test("any text comes back as it was said", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      rmSync(path);
      beginJournal(path, opened);
      appendRecord(path, note(text), false);
      expect(readJournal(path)).toEqual({ records: [opened, note(text)], unreadableLines: [] });
    }),
    { numRuns: 50 },
  );
});

test("records are in the order of their times, not of their lines", () => {
  appendRecord(path, note("later", "2026-11-23T05:09:00.000Z"), false);
  appendRecord(path, note("earlier", "2026-11-23T05:02:00.000Z"), false);
  expect(readJournal(path).records.map((record) => (record.kind === "note" ? record.text : record.kind))).toEqual(["opened", "earlier", "later"]);
});

test("a journal that is there is not begun again", () => {
  const before = readFileSync(path, "utf8");
  expect(beginJournal(path, { ...opened, title: "another" })).toBe(false);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(readdirSync(folder)).toEqual(["one.jsonl"]);
});

test("no journal is made by adding to it", () => {
  expect(() => appendRecord(join(folder, "none.jsonl"), note("lost"), true)).toThrow(/ENOENT/);
});

test.each([
  ["no JSON", "hello"],
  ["an unknown kind", JSON.stringify({ at: opened.at, by: "x", kind: "constructor" })],
  ["a text that is no text", JSON.stringify({ at: opened.at, by: "x", kind: "note", text: 7 })],
  ["no time", JSON.stringify({ at: "soon", by: "x", kind: "closed" })],
  ["a severity that there is not", JSON.stringify({ ...opened, severity: "tiny" })],
  ["a list", "[]"],
  ["nothing", "null"],
])("%s is no record", (_what, line) => {
  appendFileSync(path, `${line}\n`);
  expect(readJournal(path)).toMatchObject({ records: [opened], unreadableLines: [3] });
});
