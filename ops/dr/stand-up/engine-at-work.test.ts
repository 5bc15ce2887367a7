import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxPaths } from "../../../sandbox/control/paths";
import { waitForEngine } from "./engine-at-work";

const directory = mkdtempSync(join(tmpdir(), "chisan-engine-"));
const paths = sandboxPaths(directory);
const folder = join(paths.state, ".pulumi", "locks", "organization", "chisan", "chisan-dr");
const lock = join(folder, "lock.json");
const hold = (pid: number) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(lock, JSON.stringify({ pid, hostname: hostname() }));
};

afterAll(() => rmSync(directory, { recursive: true }));

test("nobody holds it: nothing is said", async () => {
  const said: string[] = [];
  await waitForEngine(paths, "chisan-dr", (text) => said.push(text));
  expect(said).toEqual([]);
});

test("a dead one's lock is taken away", async () => {
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "exit");
  hold(gone.pid ?? 0);
  await waitForEngine(paths, "chisan-dr", () => undefined);
  expect(existsSync(lock)).toBe(false);
});

test("a living one is waited for, until it ends", async () => {
  // By its name it is an engine.
  const program = join(directory, "pulumi");
  copyFileSync("/bin/sleep", program);
  const engine = spawn(program, ["60"]);
  hold(engine.pid ?? 0);
  const said: string[] = [];
  let over = false;
  const waiting = waitForEngine(paths, "chisan-dr", (text) => said.push(text), 0.05).then(() => (over = true));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([over, existsSync(lock)]).toEqual([false, true]);
  engine.kill("SIGKILL");
  await waiting;
  expect(said).toHaveLength(1);
});
