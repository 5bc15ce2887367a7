/**
 * Growth: `pulumi preview` of prod 1, 4 and 16 times in one stack, and the exponent with which its time grows (docs/benchmarks.md).
 * Run: npm run bench:growth [-- --runs N] [-- --json] [-- --record]
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../sandbox/control/paths";
import { runBenchmark, say } from "./benchmark";
import { sizes, writeGrownProgram, type Size } from "./growth-program";
import { growth, growthTables, recorded, type GrowthMeasurement } from "./growth-report";
import { startRehearsal, stopRehearsal, type Rehearsal } from "./rehearsal";

const folder = join(repositoryRoot, ".chisan", "bench", "growth");
const sandbox = join(folder, "sandbox");
const programOf = (size: Size) => join(folder, `${size}-times`);

/** Also after a benchmark that was killed. */
async function clear(): Promise<void> {
  if (existsSync(sandbox)) await stopRehearsal(sandbox);
  rmSync(folder, { recursive: true, force: true });
}

/** A program per size on one sandbox, each run once: what is kept of the first run (transpiled files) is there for all. */
async function prepare(signal: AbortSignal): Promise<Map<Size, { rehearsal: Rehearsal; resources: number }>> {
  const ready = new Map<Size, { rehearsal: Rehearsal; resources: number }>();
  for (const size of sizes) {
    writeGrownProgram(programOf(size), size);
    const rehearsal = await startRehearsal(sandbox, programOf(size), signal);
    // The largest one would only cost time: it loads nothing that the others do not.
    const resources = size === 16 ? 0 : created((await rehearsal.run(["preview"])).output, size);
    ready.set(size, { rehearsal, resources });
  }
  const [empty = 0, one = 0] = [ready.get(0)?.resources, ready.get(1)?.resources];
  for (const [size, each] of ready) {
    // The stack's own resource is there once.
    const expected = empty + size * (one - empty);
    if (each.resources !== 0 && each.resources !== expected) throw new Error(`CHI-B012 prod ${size} times has ${each.resources} resources, ${expected} were expected: the sizes would not be comparable`);
    each.resources = expected;
  }
  return ready;
}

/** Interleaved, so that a noisy minute of the machine falls on all sizes. */
async function measure(ready: Awaited<ReturnType<typeof prepare>>, runs: number): Promise<GrowthMeasurement[]> {
  const measured = new Map([...ready].map(([size, { resources }]) => [size, { size, resources, runs: [] } as GrowthMeasurement]));
  for (let round = 1; round <= runs; round++) {
    for (const [size, { rehearsal, resources }] of ready) {
      const run = await rehearsal.run(["preview"], { watch: true });
      const seen = created(run.output, size);
      if (seen !== resources) throw new Error(`CHI-B012 prod ${size} times previewed ${seen} resources instead of ${resources}`);
      if (run.programPeak === 0) throw new Error(`CHI-B008 the program's process of prod ${size} times was not seen`);
      measured.get(size)?.runs.push(run);
      say(`run ${round} of ${runs}, ${size} times: ${run.seconds.toFixed(2)} s`);
    }
  }
  return [...measured.values()];
}

/**
 * How many resources a preview of the empty stack would create.
 *
 * @throws CHI-B013 when it would do anything else
 */
function created(output: string, size: Size): number {
  const summary = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
  const found = /^ {4}\+ (\d+) to create\n$/.exec(summary)?.[1];
  if (found === undefined) throw new Error(`CHI-B013 the preview of prod ${size} times does not only create:\n${output.trim().split("\n").slice(-40).join("\n")}`);
  return Number(found);
}

runBenchmark({
  runs: 3,
  clear,
  measure: async (runs, signal) => growth(await measure(await prepare(signal), runs)),
  json: (result) => result,
  table: growthTables,
  record: recorded,
});
