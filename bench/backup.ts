/**
 * Backup and restore of a database like CHISAN's, side by side with the document's own script, with PostgreSQL's programs and with the floor.
 * Run: npm run bench:backup [-- --runs N] [-- --json] [-- --record]; CHISAN_BENCH_ORDERS=4000000 for a database of about 5 GB.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { contestantNames, contestants, commandLine, access, type CommandLine, type Contestant, type Sources } from "./backup-contestants";
import { startMachine, type Machine } from "./backup-machine";
import { backupComparison, backupTables, recordedBackup, type BackupMeasurement, type BackupRun } from "./backup-report";
import { runBenchmark, say } from "./benchmark";
import { watchTree } from "./process-tree";
import { ObjectStore } from "../ops/backup/object-store/object-store";

const ordersVariable = "CHISAN_BENCH_ORDERS";
let machine: Machine | undefined;

async function clear(): Promise<void> {
  await machine?.stop();
  machine = undefined;
}

/** @throws CHI-B032 */
function ordersWanted(): number {
  const text = process.env[ordersVariable] ?? "1000000";
  const orders = Number(text);
  if (!Number.isInteger(orders) || orders < 1000) throw new Error(`CHI-B032 ${ordersVariable} is "${text}": give a whole number from 1000`);
  return orders;
}

/** Interleaved, so that a noisy minute of the machine falls on all. */
async function measure(runs: number, signal: AbortSignal): Promise<BackupMeasurement> {
  const orders = ordersWanted();
  machine = await startMachine(orders, say);
  const sources: Sources = { dumpDirectory: join(dirname(machine.scratch), "directory"), customFile: join(dirname(machine.scratch), "custom.dump"), documentKey: "database/chisan_backup.sql.gz" };
  await prepare(machine, sources, signal);
  const identity = await generateIdentity();
  const keys = { identity, recipients: [await identityToRecipient(identity)] };
  const measured = Object.fromEntries(contestantNames.map((name) => [name, [] as BackupRun[]])) as unknown as Record<Contestant, BackupRun[]>;
  for (let round = 1; round <= runs; round++) {
    for (const name of contestantNames) {
      const run = await contest(name, machine, sources, keys, signal);
      measured[name].push(run);
      say(`run ${round} of ${runs}, ${contestants[name].says}: ${run.seconds.toFixed(1)} s`);
    }
  }
  return { databaseBytes: machine.databaseBytes, orders, runs: measured };
}

/** What the floor's restores read. */
async function prepare({ cluster, superuserUrlOf, source }: Machine, { dumpDirectory, customFile }: Sources, signal: AbortSignal): Promise<void> {
  const pgDump = join(cluster.binaries, "pg_dump");
  say("preparing the dumps that PostgreSQL's own restores read …");
  for (const args of [["-Fd", "-Z0", "-j2", "-f", dumpDirectory], ["-Fc", "-f", customFile]]) {
    await timed({ program: pgDump, args: [...args, superuserUrlOf(source)], environment: {}, input: "" }, dumpDirectory, signal);
  }
}

async function contest(name: Contestant, of: Machine, sources: Sources, keys: { identity: string; recipients: readonly string[] }, signal: AbortSignal): Promise<BackupRun> {
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
async function timed({ program, args, environment, input }: CommandLine, scratch: string, signal: AbortSignal): Promise<Omit<BackupRun, "storedBytes"> & { output: string }> {
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

runBenchmark({
  runs: 3,
  clear,
  measure: async (runs, signal) => backupComparison(await measure(runs, signal)),
  json: (result) => result,
  table: backupTables,
  record: recordedBackup,
});
