import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptInformation } from "./kept-information";

let folder: string;
let file: string;
let source: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-"));
  file = join(folder, "cache", "pack.json");
  source = join(folder, "policy.ts");
  writeFileSync(source, "one");
});
afterEach(() => rmSync(folder, { recursive: true }));

const told = Buffer.from([1, 2, 3]);
const keeping = (day = "2026-11-23", program = source) => new KeptInformation(file, program, () => [program, source], () => new Date(`${day}T12:00:00Z`));

test("what was written is read by a later run", () => {
  keeping().write(told);
  expect(Buffer.from(keeping().read() ?? []).equals(told)).toBe(true);
});

test.each<[string, () => void]>([
  ["changed, with the same size and the same time", () => { writeFileSync(source, "two"); utimesSync(source, 1, 1); }],
  ["replaced by another with the same content", () => { writeFileSync(`${source}.new`, "one"); renameSync(`${source}.new`, source); }],
  ["removed", () => rmSync(source)],
])("nothing is read when a source was %s", (_, change) => {
  utimesSync(source, 1, 1);
  keeping().write(told);
  expect(keeping().read()).toBeDefined();
  change();
  expect(keeping().read()).toBeUndefined();
});

test("nothing is read on another day: an exemption may have ended", () => {
  keeping().write(told);
  expect(keeping("2026-11-24").read()).toBeUndefined();
});

test("nothing is read by another pack, such as a copy of the folder", () => {
  keeping().write(told);
  const copy = join(folder, "copy.ts");
  writeFileSync(copy, "one");
  expect(keeping(undefined, copy).read()).toBeUndefined();
});

test("what names no source of the pack counts as none", () => {
  keeping().write(told);
  const kept = JSON.parse(readFileSync(file, "utf8")) as { files: object };
  writeFileSync(file, JSON.stringify({ ...kept, files: {} }));
  expect(keeping().read()).toBeUndefined();
});

test("what turned out not to be true is not read again", () => {
  keeping().write(told);
  keeping().forget();
  expect(keeping().read()).toBeUndefined();
});

test.each(["", "{", "null", "{}", '{"made":"x"}'])("a file that holds %j counts as none", (text) => {
  keeping().write(told);
  writeFileSync(file, text);
  expect(keeping().read()).toBeUndefined();
});

test("nothing is written, and nothing left behind, when a source is gone before", () => {
  rmSync(source);
  keeping().write(told);
  expect(() => readFileSync(file)).toThrow();
});
