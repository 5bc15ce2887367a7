/**
 * Edit → `pulumi preview` of prod: ours against Pulumi's default TypeScript runtime and against flat JavaScript (docs/benchmarks.md).
 * Run: npm run bench:preview [-- --runs N] [-- --json]
 */
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../sandbox/control/paths";
import { runBenchmark, say } from "./benchmark";
import { flattened, vendorResources, type Deployment } from "./deployment";
import { flatProgram } from "./flat-program";
import { comparison, table, type Measurement } from "./report";
import { startRehearsal, stopRehearsal, type Rehearsal } from "./rehearsal";
import { copyProgram, edit, variantNames, writeFlatProgram, type VariantName } from "./variants";

const folder = join(repositoryRoot, ".chisan", "bench", "preview");
const programOf = (variant: VariantName) => join(folder, variant, "program");
const sandboxOf = (variant: VariantName) => join(folder, variant, "sandbox");

/** Also after a benchmark that was killed. */
async function clear(): Promise<void> {
  for (const variant of variantNames) if (existsSync(sandboxOf(variant))) await stopRehearsal(sandboxOf(variant));
  rmSync(folder, { recursive: true, force: true });
}

interface Ready {
  rehearsal: Rehearsal;
  /** All resources in the state, and those that stand for something at a vendor. */
  resources: number;
  vendor: number;
}

/** Brings prod up once per variant. The two others start from what ours made, so that all three preview the same vendors' side. */
async function bringUp(signal: AbortSignal): Promise<Record<VariantName, Ready>> {
  const start = (variant: VariantName) => startRehearsal(sandboxOf(variant), programOf(variant), signal);
  say("bringing prod up");
  copyProgram("ours", programOf("ours"));
  const first = await start("ours");
  await first.run(["up", "--yes", "--skip-preview"]);
  const state = JSON.parse((await first.run(["stack", "export"])).output) as Deployment;
  const plain = JSON.parse((await first.run(["stack", "export", "--show-secrets"])).output) as Deployment;
  await first.stop();
  for (const variant of ["default", "flat"] as const) cpSync(sandboxOf("ours"), sandboxOf(variant), { recursive: true });

  copyProgram("default", programOf("default"));
  writeFlatProgram(programOf("flat"), flatProgram(plain));
  const flatState = join(folder, "flat", "state.json");
  writeFileSync(flatState, JSON.stringify(flattened(state)), { mode: 0o600 });

  const ready: Partial<Record<VariantName, Ready>> = {};
  for (const variant of variantNames) {
    say(`settling ${variant}`);
    const rehearsal = await start(variant);
    if (variant === "flat") await rehearsal.run(["stack", "import", "--file", flatState]);
    await rehearsal.run(["up", "--yes", "--skip-preview"]);
    const settled = JSON.parse((await rehearsal.run(["stack", "export"])).output) as Deployment;
    // The engine counts what the program declares; providers that it makes by itself are not among it.
    const resources = unchanged((await rehearsal.run(["preview"])).output, variant);
    ready[variant] = { rehearsal, resources, vendor: vendorResources(settled).length };
  }
  const vendor = vendorResources(state).length;
  for (const variant of variantNames) {
    const has = ready[variant]?.vendor;
    if (has !== vendor) throw new Error(`CHI-B006 ${variant} declares ${has} vendors' resources and ours ${vendor}: the comparison would be unfair`);
  }
  return ready as Record<VariantName, Ready>;
}

/** Interleaved, so that a noisy minute of the machine falls on all three. */
async function measure(ready: Record<VariantName, Ready>, runs: number): Promise<Record<VariantName, Measurement>> {
  const measured = Object.fromEntries(variantNames.map((variant) => [variant, { vendor: ready[variant].vendor, resources: ready[variant].resources, runs: [] }])) as unknown as Record<VariantName, Measurement>;
  for (let round = 1; round <= runs; round++) {
    for (const variant of variantNames) {
      edit(variant, programOf(variant), `${round} of ${runs}`);
      const run = await ready[variant].rehearsal.run(["preview"], { watch: true });
      const seen = unchanged(run.output, variant);
      if (seen !== ready[variant].resources) throw new Error(`CHI-B007 ${variant} previewed ${seen} resources instead of ${ready[variant].resources}`);
      if (run.programPeak === 0) throw new Error(`CHI-B008 the program's process of ${variant} was not seen`);
      measured[variant].runs.push(run);
      say(`run ${round} of ${runs}, ${variant}: ${run.seconds.toFixed(2)} s`);
    }
  }
  return measured;
}

/**
 * How many resources a preview found unchanged.
 *
 * @throws CHI-B009 when it found any change
 */
function unchanged(output: string, variant: VariantName): number {
  const summary = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
  const found = /^ {4}(\d+) unchanged\n$/.exec(summary)?.[1];
  if (found === undefined) throw new Error(`CHI-B009 the preview of ${variant} is not one without changes:\n${output.trim().split("\n").slice(-40).join("\n")}`);
  return Number(found);
}

runBenchmark({
  runs: 5,
  clear,
  measure: async (runs, signal) => measure(await bringUp(signal), runs),
  json: comparison,
  table,
});
