import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How a program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Both streams, as a person at the terminal would have seen them. */
  text: string;
}

/** A program that runs. */
export interface Started {
  pid: number;
  ended: Promise<Ended>;
  /** What it has printed so far, both streams. */
  text(): string;
  /** To the program and all that it started, as Ctrl-C in a terminal does. */
  interrupt(): void;
}

export interface Where {
  environment: NodeJS.ProcessEnv;
  directory: string;
}

/** Starts a program in a process group of its own, without a terminal. */
export function start(program: string, args: readonly string[], { environment, directory }: Where): Started {
  const child = spawn(program, args, { env: environment, cwd: directory, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const seen = { stdout: "", stderr: "", text: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      seen[stream] += text;
      seen.text += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...seen }));
  });
  if (child.pid === undefined) throw new Error(`${program} did not start`);
  const pid = child.pid;
  return { pid, ended, text: () => seen.text, interrupt: () => process.kill(-pid, "SIGINT") };
}

/** Runs a program to its end, whatever that is. */
export function run(program: string, args: readonly string[], where: Where): Promise<Ended> {
  return start(program, args, where).ended;
}

/** Waits until `condition` gives something. @throws after `seconds`, naming what was awaited */
export async function until<T>(what: string, seconds: number, condition: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(20)) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`);
}

/** The process's environment as it was started with, and its command line; "" when it is gone or another user's. */
export function startedWith(pid: number): string {
  if (process.platform !== "linux") return spawnSync("ps", ["eww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  try {
    return ["cmdline", "environ"].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", "\n")).join("\n");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

/** Processes other than this one that were started with `text` on their command line or in their environment. */
export function processesStartedWith(text: string): number[] {
  const all = spawnSync("ps", ["-A", "-o", "pid="], { encoding: "utf8" }).stdout.trim().split(/\s+/).map(Number);
  return all.filter((pid) => pid !== process.pid && startedWith(pid).includes(text));
}
