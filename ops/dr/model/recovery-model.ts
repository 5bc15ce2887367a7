/** How long a complete rebuild takes at a size: phases, and in each the resource that decides. Pure. */
import { fileBytes, secondsPerFile, sharedCoreShare, type FixedSeconds, type Setting } from "./assumptions";
import type { Rates } from "./rates";
import { computeLimits, newDisk } from "./vendor-limits";

/** Section 3.3: complete rebuild. */
export const objectiveSeconds = 4 * 3600;

/** Sizes in bytes. */
export interface Amount {
  readonly database: number;
  readonly files: number;
}

export interface ResourceTime {
  readonly resource: string;
  /** That this resource alone would need. */
  readonly seconds: number;
}

export interface PhaseEstimate {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  /** The resource that needs the longest: the others wait for it. */
  readonly bottleneck: string;
  readonly resources: readonly ResourceTime[];
}

export interface Estimate {
  readonly amount: Amount;
  readonly phases: readonly PhaseEstimate[];
  readonly seconds: number;
  /** The longest phase. */
  readonly longest: PhaseEstimate;
  readonly met: boolean;
}

/** @param fixed seconds of what does not depend on the size */
export function estimate(amount: Amount, setting: Setting, rates: Rates, fixed: FixedSeconds): Estimate {
  const stands = setting.way === "standby";
  const people = "people";
  const vendors = "the vendors' APIs";
  const phases = [
    phase("people", "Alarm, call, decision", [{ resource: people, seconds: fixed.people }]),
    phase("assess", "Assess", [{ resource: vendors, seconds: fixed.assess }]),
    phase("provision", "Provision chisan-dr", [{ resource: vendors, seconds: stands ? 0 : fixed.provision }]),
    phase("grow-disk", "Wait for the disk to grow", [{ resource: "Amazon's 6 hours between two changes of a disk", seconds: setting.way === "backup" && !setting.diskReady ? diskWaits(amount.database) * newDisk.waitSeconds : 0 }]),
    ...databasePhases(amount.database, setting, rates),
    phase("restore-files", "Restore the files", stands ? before : fileResources(amount.files, setting)),
    phase("switch", "Switch the configuration", [{ resource: vendors, seconds: fixed.switch }]),
    ...verification(amount.database, setting, rates, fixed),
    phase("cutover", "Cut over", [{ resource: people, seconds: fixed.cutover }]),
  ];
  const seconds = phases.reduce((sum, each) => sum + each.seconds, 0);
  const longest = phases.reduce((most, each) => (each.seconds > most.seconds ? each : most));
  return { amount, phases, seconds, longest, met: seconds < objectiveSeconds };
}

/** Resources work side by side: the slowest decides. */
function phase(name: string, title: string, resources: readonly ResourceTime[]): PhaseEstimate {
  const slowest = resources.reduce((most, each) => (each.seconds > most.seconds ? each : most));
  return { name, title, seconds: slowest.seconds, bottleneck: slowest.resource, resources };
}

const databaseCores = ({ compute }: Setting) => computeLimits[compute].cores * (computeLimits[compute].shared ? sharedCoreShare : 1);
const diskRate = ({ compute, diskMegabytesPerSecond }: Setting) => Math.min(computeLimits[compute].diskMegabytesPerSecond, diskMegabytesPerSecond) * 1e6;

const words = {
  line: "the restoring machine's line",
  restorer: "the restoring machine's cores",
  cores: "the database's cores",
  disk: "the database's disk",
  largest: "the largest index, which one core builds",
} as const;

/** Of a standby. */
const before: readonly ResourceTime[] = [{ resource: "nothing: done before", seconds: 0 }];

function databasePhases(bytes: number, setting: Setting, rates: Rates): PhaseEstimate[] {
  const title = "Restore the database";
  if (setting.way === "standby") return [phase("restore-database", title, before), phase("compare", "Compare with the backup", before)];
  // The vendor tells no rate: the new disk is written once.
  if (setting.way === "clone") {
    const nothing = [{ resource: "nothing: a clone is the same bytes", seconds: 0 }];
    return [phase("restore-database", title, [{ resource: words.disk, seconds: bytes / diskRate(setting) }]), phase("compare", "Compare with the backup", nothing)];
  }
  const { data, processor, fixed } = rates;
  const times = bytes / data.databaseBytes;
  const sorting = times * sortGrowth(times, data.rows);
  const busy = Math.min(databaseCores(setting), setting.connections);
  const oneCore = Math.min(1, databaseCores(setting));
  // Written: table, index, log, each index once more while it is sorted; read: the sorted index, and tables once for each build.
  const diskBytes = data.heapBytes + data.indexBytes + data.walBytes + 2 * data.indexBytes + data.buildReadBytes;
  return [
    phase("restore-database", title, [
      { resource: words.line, seconds: (times * data.storedBytes) / (setting.restorerMegabytesPerSecond * 1e6) },
      { resource: words.restorer, seconds: (times * processor.decode) / setting.restorerCores },
      { resource: words.cores, seconds: fixed.before + fixed.after + (times * processor.load + sorting * processor.indexes) / busy },
      { resource: words.disk, seconds: (times * diskBytes) / diskRate(setting) },
      { resource: words.largest, seconds: (sorting * processor.largestIndex) / oneCore },
    ]),
    phase("compare", "Compare with the backup", counting(bytes, setting, rates)),
  ];
}

/** Reading every row once. */
function counting(bytes: number, setting: Setting, { data, processor }: Rates): ResourceTime[] {
  const times = bytes / data.databaseBytes;
  return [
    { resource: words.cores, seconds: (times * processor.comparison) / Math.min(databaseCores(setting), setting.connections) },
    { resource: words.disk, seconds: (times * data.heapBytes) / diskRate(setting) },
  ];
}

function verification(bytes: number, setting: Setting, rates: Rates, fixed: FixedSeconds): PhaseEstimate[] {
  const counted = setting.way === "standby" ? before : counting(bytes, setting, rates);
  return [phase("verify", "Verify", [{ resource: "checks from outside", seconds: fixed.verify }]), phase("verify-rows", "Verify the row counts", counted)];
}

function fileResources(bytes: number, { restorerMegabytesPerSecond, filesAtOnce }: Setting): ResourceTime[] {
  return [
    // There and back: each file is read from prod's gateway and written to chisan-dr's.
    { resource: words.line, seconds: (2 * bytes) / (restorerMegabytesPerSecond * 1e6) },
    { resource: "the gateway's answer for each file", seconds: ((bytes / fileBytes) * secondsPerFile) / filesAtOnce },
  ];
}

/** n log n: how much longer a row takes to be sorted among `times` as many. Never less than what was measured. */
function sortGrowth(times: number, rows: number): number {
  return Math.max(1, Math.log2(Math.max(2, rows * times)) / Math.log2(Math.max(2, rows)));
}

/** How often a new project's disk has to grow beyond the first time, which needs no waiting. @param bytes of the database */
export function diskWaits(bytes: number): number {
  const needed = (bytes + Math.min(bytes, newDisk.logGigabytes * 1e9)) / 1e9 / newDisk.fullAt;
  if (needed <= newDisk.gigabytes) return 0;
  // A hair less: 12 GB exactly are reached by growing once.
  return Math.max(0, Math.ceil(Math.log(needed / newDisk.gigabytes) / Math.log(newDisk.growth) - 1e-9) - 1);
}
