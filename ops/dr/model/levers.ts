/** What to change where the objective is missed, each with its effect in the model. Pure. */
import type { FixedSeconds, Setting } from "./assumptions";
import type { Rates } from "./rates";
import { estimate, type Amount, type Estimate } from "./recovery-model";
import { computeLimits, computeSizes, mostDiskMegabytesPerSecond, type ComputeSize } from "./vendor-limits";

export interface Lever {
  readonly name: string;
  /** What is done, exactly. */
  readonly what: string;
  /** What it costs, or when it does not help. */
  readonly but: string;
  /** Whether it is there when prod's project or region is lost altogether. */
  readonly forCompleteLoss: boolean;
  readonly setting: Setting;
}

export interface LeverEffect extends Lever {
  readonly estimate: Estimate;
  /** Seconds less than without it. */
  readonly savedSeconds: number;
}

/** Each change alone, then together. All of them but the first have the disk made large enough: nothing else helps before that. */
export function levers(from: Setting): Lever[] {
  const larger = computeSizes.slice(computeSizes.indexOf(from.compute) + 1).filter((size) => !computeLimits[size].shared);
  const largest: ComputeSize = larger.at(-1) ?? from.compute;
  const parallel = {
    restorerCores: Math.max(16, from.restorerCores),
    restorerMegabytesPerSecond: Math.max(1250, from.restorerMegabytesPerSecond),
    connections: Math.max(16, from.connections),
    filesAtOnce: Math.max(64, from.filesAtOnce),
  };
  const fast = (compute: ComputeSize) => ({ compute, diskMegabytesPerSecond: Math.max(from.diskMegabytesPerSecond, Math.min(mostDiskMegabytesPerSecond, computeLimits[compute].diskMegabytesPerSecond)) });
  const ready: Setting = { ...from, diskReady: true };
  const all: Omit<Lever, "forCompleteLoss">[] = [
    ...(from.diskReady ? [] : [{ name: "disk", what: "make chisan-dr's disk large enough before the first row (Management API, config/disk), as `dr stand-up` does", but: "billed by the gigabyte; a disk never shrinks", setting: ready }]),
    ...larger.map((compute) => ({
      name: `compute ${compute}`,
      what: `chisan-dr's databaseCompute "${compute}" during the restore, its disk set to what that size can do: ${computeLimits[compute].diskMegabytesPerSecond} MB/s`,
      but: "billed by the hour; back to prod's size afterwards, with a restart",
      setting: { ...ready, ...fast(compute) },
    })),
    { name: "parallel", what: "restore from a machine of 16 cores and 10 Gbit/s: 16 connections, 64 files at once", but: "helps only where the database itself is not the bottleneck", setting: { ...ready, ...parallel } },
    { name: "compute and parallel", what: `"${largest}" and the larger machine together`, but: "as above", setting: { ...ready, ...fast(largest), ...parallel } },
    {
      name: "physical clone",
      what: 'Supabase\'s "Restore to a new project" instead of our backup; files 64 at once from the larger machine',
      but: "in the source's region only, while Supabase still has the source's backups, by hand in the dashboard; Supabase tells no rate, the disk's is taken",
      setting: { ...ready, ...parallel, way: "clone" },
    },
    {
      name: "prewarmed standby",
      what: "keep chisan-dr standing; restore each backup into it as it is made, files too, and count its rows then",
      but: "its monthly cost all the time; lost is what came after the last restore",
      setting: { ...ready, way: "standby" },
    },
  ];
  return all.map((lever) => ({ ...lever, forCompleteLoss: lever.setting.way !== "clone" }));
}

/** All levers at a size, in the order above. */
export function effects(amount: Amount, from: Setting, rates: Rates, fixed: FixedSeconds): LeverEffect[] {
  const before = estimate(amount, from, rates, fixed).seconds;
  return levers(from).map((lever) => {
    const after = estimate(amount, lever.setting, rates, fixed);
    return { ...lever, estimate: after, savedSeconds: before - after.seconds };
  });
}

/** The first that meets the objective after a complete loss, in the order above; none when nothing does. */
export function advice(all: readonly LeverEffect[]): LeverEffect | undefined {
  return all.find(({ forCompleteLoss, estimate: { met } }) => forCompleteLoss && met);
}
