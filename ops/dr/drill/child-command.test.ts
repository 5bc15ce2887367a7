import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOf } from "../../../sandbox/world/process-start";
import { endLeftover, failureIn, runCommand, runVariable } from "./child-command";

const directory = mkdtempSync(join(tmpdir(), "chisan-child-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const note = join(directory, "child.json");
const quiet = { environment: process.env, note, say: () => undefined };

test("of what a program says, the line that tells what is wrong", () => {
  expect(failureIn(["CHI-H061 it is broken: mend it", "elapsed 00:00:03"])).toBe("CHI-H061 it is broken: mend it");
  expect(failureIn(["a", "error: no stack", "b"])).toBe("error: no stack");
  expect(failureIn(["only this"])).toBe("only this");
  expect(failureIn([])).toBe("nothing was printed");
  expect(failureIn(["12 delete a", "13 delete b"], '{"stack":"chisan-dr","errors":["the bucket is\\n  not empty"]}')).toBe("the bucket is not empty");
});

test("runs the tool itself, and leaves no note", async () => {
  const { code, stdout } = await runCommand(["dr", "--help"], { ...quiet, signal: new AbortController().signal });
  expect([code, existsSync(note)]).toEqual([0, false]);
  expect(stdout).toContain("Usage: chisan dr");
  const refused = await runCommand(["dr", "nonsense"], { ...quiet, signal: new AbortController().signal });
  expect(refused.code).not.toBe(0);
  expect(refused.failure).toMatch(/^CHI-O002 /);
});

test("what a killed drill has left running is ended, with what it started", async () => {
  const mark = `CHISAN_TEST_MARK=${directory}`;
  const script = `const { spawn } = require("node:child_process"); spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" }); setInterval(() => undefined, 1000); process.stdout.write("up")`;
  const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, CHISAN_TEST_MARK: directory } });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const pid = child.pid as number;
  writeFileSync(note, JSON.stringify({ pid, started: startOf(pid) }));
  expect(await endLeftover(note, mark)).toBe(true);
  expect([startOf(pid), existsSync(note)]).toEqual([undefined, false]);
});

test("and also what was started so shortly before the kill that its number was not noted", async () => {
  const environment = { ...process.env, CHISAN_TEST_MARK: directory, [runVariable]: "this-very-run" };
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000); process.stdout.write('up')"], { detached: true, stdio: ["ignore", "pipe", "ignore"], env: environment });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  writeFileSync(note, JSON.stringify({ run: "another-run" }));
  expect(await endLeftover(note, `CHISAN_TEST_MARK=${directory}`)).toBe(false);
  writeFileSync(note, JSON.stringify({ run: "this-very-run" }));
  expect(await endLeftover(note, `CHISAN_TEST_MARK=${directory}`)).toBe(true);
  expect(startOf(child.pid as number)).toBeUndefined();
});

test("a group's number that somebody else has by now is left alone", async () => {
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000); process.stdout.write('up')"], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  try {
    await new Promise((resolve) => stranger.stdout.once("data", resolve));
    writeFileSync(note, JSON.stringify({ pid: stranger.pid, started: "another" }));
    expect(await endLeftover(note, `CHISAN_TEST_MARK=${directory}`)).toBe(false);
    expect(startOf(stranger.pid as number)).toBeDefined();
  } finally {
    process.kill(stranger.pid as number, "SIGKILL");
  }
});

test("a note that was cut off is no program's", async () => {
  writeFileSync(note, '{"pi');
  expect(await endLeftover(note, "X=1")).toBe(false);
});
