/** One run of one contestant: its time, memory and temporary disk, and what it keeps. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { commandLine, access, contestants, type CommandLine, type Contestant, type Sources } from "./backup-contestants";
import type { Machine } from "./backup-machine";
import type { BackupRun } from "./backup-report";
import { watchTree } from "./process-tree";
import { ObjectStore } from "../ops/backup/object-store/object-store";

/** Of age: what ours encrypts for, and decrypts with. */
export interface Keys {
  readonly identity: string;
  readonly recipients: readonly string[];
}

/** A restore gets an empty database, which is dropped afterwards. @throws CHI-B033 when the contestant fails */
export async function contest(name: Contestant, of: Machine, sources: Sources, keys: Keys, signal: AbortSignal): Promise<BackupRun> {
  rmSync(of.scratch, { recursive: true });
  mkdirSync(of.scratch);
  const isOurs = name === "ours" || name === "oursRestore";
  const database = contestants[name].what === "backup" ? of.source : `restored_${name.toLowerCase()}`;
  if (database !== of.source) await of.emptyDatabase(database, isOurs ? "project" : "nothing");
  const url = isOurs ? of.urlOf(database) : of.superuserUrlOf(database);
  await of.settle();
  const { output, ...run } = await timed(commandLine(name, of, sources, url, keys), of.scratch, signal);
  if (database !== of.source) await of.dropDatabase(database);
  return { ...run, storedBytes: await keptBy(name, of, sources, output) };
}

async function keptBy(name: Contestant, of: Machine, sources: Sources, output: string): Promise<number> {
  if (name === "ours") return (JSON.parse(output) as { storedBytes: number }).storedBytes;
  if (name === "custom") return statSync(sources.customFile).size;
  if (name !== "document") return 0;
  const store = new ObjectStore(access(of));
  const found = await store.head(sources.documentKey);
  store.close();
  return found?.bytes ?? 0;
}

/** @throws CHI-B033 with its last words when it fails */
export async function timed({ program, args, environment, input }: CommandLine, scratch: string, signal: AbortSignal): Promise<Omit<BackupRun, "storedBytes"> & { output: string }> {
  signal.throwIfAborted();
  const started = process.hrtime.bigint();
  const child = spawn(program, [...args], { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "pipe"], detached: true });
  // Its whole group: a shell's children too.
  const cancel = () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM");
  signal.addEventListener("abort", cancel, { once: true });
  const tree = watchTree(child.pid ?? 0);
  let peakDisk = 0;
  const disk = setInterval(() => (peakDisk = Math.max(peakDisk, bytesIn(scratch))), 100);
  let [output, words] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-4000)));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve)).finally(() => {
    clearInterval(disk);
    signal.removeEventListener("abort", cancel);
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { treePeak } = tree.stop();
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`CHI-B033 ${program} ended with code ${code}: ${words.trim().split("\n").slice(-3).join(" / ")}`);
  return { seconds, peakMemory: treePeak, peakDisk, output };
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
