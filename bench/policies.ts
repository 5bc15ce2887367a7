/**
 * What the policies add to `pulumi preview` of prod: none, together as `npx chisan preview` runs them, and as three packs of the plain CLI (docs/benchmarks.md).
 * Run: npm run bench:policies [-- --runs N] [-- --json] [-- --record]
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packNames } from "../policies/framework/packs";
import { repositoryRoot } from "../sandbox/control/paths";
import { policiesTable, policyComparison, recordedPolicies, variantsOfPolicies, type PolicyMeasurements, type PolicyVariant } from "./policies-report";
import { startRehearsal, stopRehearsal, type Rehearsal } from "./rehearsal";
import { copyProgram } from "./variants";

const folder = join(repositoryRoot, ".chisan", "bench", "policies");
const sandbox = join(folder, "sandbox");
const program = join(folder, "program");
const document = join(repositoryRoot, "docs", "benchmarks.md");
const interruption = "CHI-B005 interrupted";
const say = (text: string) => process.stderr.write(`${text}\n`);

const packsOf: Readonly<Record<PolicyVariant, readonly string[]>> = { none: [], together: ["together"], three: packNames };

async function main(): Promise<void> {
  const boolean = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, json: boolean, record: boolean } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`CHI-B004 --runs is "${values.runs}": give a whole number from 1`);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error(interruption));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    await clear();
    const measured = await measure(await bringUp(interrupted.signal), runs);
    process.stdout.write(values.json ? `${JSON.stringify(policyComparison(measured), null, 2)}\n` : policiesTable(measured));
    if (values.record) {
      const about = { date: new Date().toISOString().slice(0, 10), processors: cpus().length };
      writeFileSync(document, recordedPolicies(readFileSync(document, "utf8"), measured, about));
    }
  } finally {
    await clear();
  }
}

/** Also after a benchmark that was killed. */
async function clear(): Promise<void> {
  if (existsSync(sandbox)) await stopRehearsal(sandbox);
  rmSync(folder, { recursive: true, force: true });
}

async function bringUp(signal: AbortSignal): Promise<Rehearsal> {
  say("bringing prod up");
  copyProgram("ours", program);
  cpSync(join(repositoryRoot, "policies"), join(program, "policies"), { recursive: true });
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

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  // The shell's convention for Ctrl-C.
  process.exitCode = message === interruption ? 130 : 1;
});
