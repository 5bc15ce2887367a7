/**
 * Whether the memory of a backup and of a restore depends on the database's size: ours at 1 and at 4 million orders (about 1 and 4 GB).
 * Run: npm run bench:backup-memory [-- --runs N] [-- --json] [-- --record]
 */
import { generateIdentity, identityToRecipient } from "age-encryption";
import { contest } from "./backup-contest";
import type { Sources } from "./backup-contestants";
import { startMachine, type Machine } from "./backup-machine";
import { backupMemory, memoryTable, recordedMemory, type MemoryAtSize } from "./backup-memory-report";
import { runBenchmark, say } from "./benchmark";

const sizes = [1_000_000, 4_000_000];
/** Only ours runs, which needs none of them. */
const sources: Sources = { dumpDirectory: "", customFile: "", documentKey: "" };
let machine: Machine | undefined;

async function clear(): Promise<void> {
  await machine?.stop();
  machine = undefined;
}

async function measure(runs: number, signal: AbortSignal): Promise<MemoryAtSize[]> {
  const identity = await generateIdentity();
  const keys = { identity, recipients: [await identityToRecipient(identity)] };
  const measured: MemoryAtSize[] = [];
  for (const orders of sizes) {
    machine = await startMachine(orders, say);
    const { databaseBytes } = machine;
    const at: MemoryAtSize = { orders, databaseBytes, backup: [], restore: [] };
    for (let round = 1; round <= runs; round++) {
      for (const [what, name] of [["backup", "ours"], ["restore", "oursRestore"]] as const) {
        const run = await contest(name, machine, sources, keys, signal);
        at[what].push(run);
        say(`${orders} orders, run ${round} of ${runs}, ${what}: ${run.seconds.toFixed(1)} s, ${(run.peakMemory / 1e6).toFixed(0)} MB`);
      }
    }
    measured.push(at);
    await clear();
  }
  return measured;
}

runBenchmark({
  runs: 1,
  clear,
  measure: async (runs, signal) => backupMemory(await measure(runs, signal)),
  json: (result) => result,
  table: memoryTable,
  record: recordedMemory,
});
