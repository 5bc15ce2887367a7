/**
 * What the policies add to `pulumi preview` of prod: none, together as `npx chisan preview` runs them, and as three packs of the plain CLI (docs/benchmarks.md).
 * Run: npm run bench:policies [-- --runs N] [-- --json] [-- --record]
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packNames } from "../policies/framework/packs";
import { repositoryRoot } from "../sandbox/control/paths";
import { runBenchmark, say } from "./benchmark";
import { policiesTable, policyComparison, recordedPolicies, variantsOfPolicies, type PolicyMeasurements, type PolicyVariant } from "./policies-report";
import { startRehearsal, stopRehearsal, type Rehearsal } from "./rehearsal";
import { copyProgram } from "./variants";

const folder = join(repositoryRoot, ".chisan", "bench", "policies");
const sandbox = join(folder, "sandbox");
const program = join(folder, "program");

const packsOf: Readonly<Record<PolicyVariant, readonly string[]>> = { none: [], together: ["together"], three: packNames };

/** Also after a benchmark that was killed. */
async function clear(): Promise<void> {
  if (existsSync(sandbox)) await stopRehearsal(sandbox);
  rmSync(folder, { recursive: true, force: true });
}

async function bringUp(signal: AbortSignal): Promise<Rehearsal> {
  say("bringing prod up");
  copyProgram("ours", program);
  // The packs, and what the comparison of the environments runs and looks through (ops/parity).
  for (const name of ["policies", "sandbox"]) cpSync(join(repositoryRoot, name), join(program, name), { recursive: true });
  const rehearsal = await startRehearsal(sandbox, program, signal);
  await rehearsal.run(["up", "--yes", "--skip-preview"]);
  // Once each beforehand: what is kept of a first run (transpiled files) is there for all.
  for (const variant of variantsOfPolicies) await preview(rehearsal, variant);
  return rehearsal;
}

/** Interleaved, so that a noisy minute of the machine falls on all. */
async function measure(rehearsal: Rehearsal, runs: number): Promise<PolicyMeasurements> {
  const measured: PolicyMeasurements = { none: [], together: [], three: [] };
  for (let round = 1; round <= runs; round++) {
    for (const variant of variantsOfPolicies) {
      const { seconds, processorSeconds } = await preview(rehearsal, variant);
      measured[variant].push({ seconds, processorSeconds });
      say(`run ${round} of ${runs}, ${variant}: ${seconds.toFixed(2)} s`);
    }
  }
  return measured;
}

function preview(rehearsal: Rehearsal, variant: PolicyVariant): ReturnType<Rehearsal["run"]> {
  return rehearsal.run(["preview", ...packsOf[variant].flatMap((pack) => ["--policy-pack", join("policies", pack)])], { watch: true });
}

runBenchmark({
  runs: 5,
  clear,
  measure: async (runs, signal) => measure(await bringUp(signal), runs),
  json: policyComparison,
  table: policiesTable,
  record: recordedPolicies,
});
