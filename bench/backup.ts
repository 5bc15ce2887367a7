/**
 * Backup and restore of a database like CHISAN's, side by side with the document's own script, with PostgreSQL's programs and with the floor.
 * Run: npm run bench:backup [-- --runs N] [-- --json] [-- --record]; CHISAN_BENCH_ORDERS=4000000 for a database of about 5 GB.
 */
import { dirname, join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { contest, timed } from "./backup-contest";
import { contestantNames, contestants, type Contestant, type Sources } from "./backup-contestants";
import { startMachine, type Machine } from "./backup-machine";
import { backupComparison, backupTables, recordedBackup, type BackupMeasurement, type BackupRun } from "./backup-report";
import { runBenchmark, say } from "./benchmark";

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

runBenchmark({
  runs: 3,
  clear,
  measure: async (runs, signal) => backupComparison(await measure(runs, signal)),
  json: (result) => result,
  table: backupTables,
  record: recordedBackup,
});
