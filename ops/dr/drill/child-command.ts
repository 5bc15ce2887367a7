/** The tool's own commands, as a person types them, in a process group of their own. */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { startOf } from "../../../sandbox/world/process-start";
import { plain } from "../../engine/watched-run";
import { writeAtomically } from "../phases/atomic-file";
import { withoutSecrets } from "../phases/without-secrets";

export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Where the running program is noted. */
  readonly note: string;
  readonly signal: AbortSignal;
  /** Each line of progress. */
  say(text: string): void;
}

/** How a command ended; what it printed may hold what a secret output is, and is for this process only. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  /** The line with its error; without secrets. */
  readonly failure: string;
}

/** What a program started here has in its environment, with its run. */
export const runVariable = "CHISAN_DRILL_RUN";

/** Seconds that a program gets between being asked and being made to end: the engine finishes its step and saves its state. */
const patience = 30;

/** Runs `chisan …` to its end, whatever that is. @throws the signal's reason when it was interrupted, after the program has ended */
export async function runCommand(args: readonly string[], { environment, note, signal, say }: CommandOptions): Promise<CommandEnd> {
  signal.throwIfAborted();
  // Noted before it exists: a kill right after the start would otherwise leave a program that nobody knows of.
  const run = randomUUID();
  writeAtomically(note, JSON.stringify({ run }));
  const child = spawn(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), ...args], { cwd: repositoryRoot, env: { ...environment, [runVariable]: run }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`CHI-H124 \`npx chisan ${args.join(" ")}\` did not start: run the same command again`);
  writeAtomically(note, JSON.stringify({ run, pid, started: startOf(pid) ?? "" }));
  let stdout = "";
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8");
  let rest = "";
  child.stderr.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = plain(part).trim();
      if (line === "") continue;
      lines.push(line);
      if (lines.length > 400) lines.shift();
      say(line);
    }
  });
  const stop = () => void endGroup(pid);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (signal.aborted) throw signal.reason;
    if (rest.trim() !== "") lines.push(plain(rest).trim());
    return { code, stdout, failure: withoutSecrets(failureIn(lines, stdout)) };
  } finally {
    signal.removeEventListener("abort", stop);
    rmSync(note, { force: true });
  }
}

/** The line that says what is wrong: with a code of ours, or the engine's, also as its JSON has it; otherwise the last. */
export function failureIn(lines: readonly string[], stdout = ""): string {
  const [first] = /^\{.*"errors":\["/.test(stdout) ? (JSON.parse(stdout) as { errors: string[] }).errors : [];
  if (first !== undefined) return first.replace(/\s+/g, " ").trim();
  return lines.findLast((line) => /\bCHI-[A-Z]\d{3}\b/.test(line)) ?? lines.findLast((line) => /^error:/i.test(line)) ?? lines.at(-1) ?? "nothing was printed";
}

/**
 * Ends the program that a killed drill has left running, with all that it started, and waits for it. Programs of others are left alone: the
 * group's ID may have been given to another program since.
 *
 * @param mark what every program of this drill has in its environment
 */
export async function endLeftover(note: string, mark: string): Promise<boolean> {
  if (!existsSync(note)) return false;
  const { run, pid: noted, started } = readNote(note);
  const pid = noted ?? startedBy(run);
  const members = pid === undefined ? [] : groupMembers(pid).filter((member) => (member === pid && startOf(member) === started) || environmentOf(member).includes(mark));
  if (pid !== undefined && members.length > 0) await endGroup(pid);
  rmSync(note, { force: true });
  return members.length > 0;
}

/** The program of a run whose number could not be noted any more: it leads its group. */
function startedBy(run: string | undefined): number | undefined {
  if (run === undefined) return undefined;
  return processes().find(({ pid, group }) => pid === group && environmentOf(pid).includes(`${runVariable}=${run}`))?.pid;
}

async function endGroup(group: number): Promise<void> {
  kill(group, "SIGINT");
  for (let waited = 0; waited < patience * 10 && groupMembers(group).length > 0; waited += 1) await sleep(100);
  if (groupMembers(group).length > 0) kill(group, "SIGKILL");
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Living processes of a group. */
function groupMembers(group: number): number[] {
  return processes().filter((each) => each.group === group).map(({ pid }) => pid);
}

/** All that live. */
function processes(): { readonly pid: number; readonly group: number }[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,stat="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , state]) => pid !== "" && state?.startsWith("Z") !== true)
    .map(([pid, group]) => ({ pid: Number(pid), group: Number(group) }));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // Gone meanwhile, another user's, or a system without /proc: not known to be ours.
    return "";
  }
}

interface Note {
  readonly run?: string;
  readonly pid?: number;
  readonly started?: string;
}

function readNote(note: string): Note {
  try {
    return JSON.parse(readFileSync(note, "utf8")) as Note;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
