import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { writeAtomically } from "./atomic-file";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-atomic-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("whoever reads while it is written, and after the writer was killed, finds a whole content", async () => {
  const path = join(directory, "new", "file");
  const whole = () => expect(readFileSync(path, "latin1")).toMatch(/^(\d)\1{1999999}$/);
  const child = spawn(process.execPath, ["--require", join(repositoryRoot, "toolchain/typescript.cjs"), join(__dirname, "test-support/writer-process.ts"), path], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    for (let turn = 0; turn < 100; turn += 1) whole();
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  whole();
});

test("it is for its owner alone, whatever was there before", () => {
  const path = join(directory, "new", "file");
  const mask = process.umask(0);
  try {
    writeAtomically(path, "one");
    expect([statSync(join(directory, "new")).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  } finally {
    process.umask(mask);
  }
  const other = join(directory, "other");
  writeFileSync(other, "before", { mode: 0o644 });
  writeFileSync(`${other}.draft`, "left by a killed one", { mode: 0o644 });
  writeAtomically(other, "after");
  expect([readFileSync(other, "utf8"), statSync(other).mode & 0o777]).toEqual(["after", 0o600]);
});
