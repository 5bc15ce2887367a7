/** What the model takes for granted, because nothing here can measure it. Each is printed with its reason. */
import { prod } from "../../../stacks/prod";
import { usualDiskMegabytesPerSecond, type ComputeSize } from "./vendor-limits";

/** How a recovery is carried out: what the levers change. */
export interface Setting {
  /** Of chisan-dr's database while it is restored. */
  readonly compute: ComputeSize;
  /** What the disk is set to; the compute's own limit may be lower. */
  readonly diskMegabytesPerSecond: number;
  /** The disk was made large enough before the first row; otherwise it grows by half, then waits six hours. */
  readonly diskReady: boolean;
  /** Cores and line of the machine that restores. */
  readonly restorerCores: number;
  readonly restorerMegabytesPerSecond: number;
  /** Rows and indexes at once. */
  readonly connections: number;
  readonly filesAtOnce: number;
  /** `backup`: ours, from R2. `clone`: the vendor's own physical copy into a new project. `standby`: chisan-dr stands and is restored already. */
  readonly way: "backup" | "clone" | "standby";
}

/** As it is: chisan-dr has prod's compute (stacks/chisan-dr.ts), `dr stand-up` sizes its disk (disk-size.ts) and runs on one machine. */
export const currentSetting: Setting = {
  compute: prod.databaseCompute,
  diskMegabytesPerSecond: usualDiskMegabytesPerSecond,
  diskReady: true,
  restorerCores: 4,
  restorerMegabytesPerSecond: 125,
  connections: 4,
  filesAtOnce: 4,
  way: "backup",
};

/** Seconds of what does not depend on the size. */
export interface FixedSeconds {
  readonly people: number;
  readonly assess: number;
  readonly provision: number;
  readonly switch: number;
  readonly verify: number;
  readonly cutover: number;
}

export const assumedSeconds: FixedSeconds = { people: 900, assess: 60, provision: 1200, switch: 300, verify: 300, cutover: 600 };

/** Of a shared core what can be counted on for hours: the baseline of the burstable machines that such sizes are (20 % on AWS's t4g.small and t4g.medium). */
export const sharedCoreShare = 0.2;

/** A file through chisan-dr's gateway: read, signed, written and looked at; seconds, whatever its size. */
export const secondsPerFile = 0.5;

/** Bytes of a file on average, and of all files where nobody says how many. */
export const fileBytes = 1_000_000;
export const usualFileBytes = 10e9;

/** In words, in the order of the phases. */
export function assumptionsInWords(setting: Setting, fixed: FixedSeconds): string[] {
  const minutes = (seconds: number) => `${Math.round((seconds / 60) * 10) / 10} min`;
  return [
    `alarm, call and decision: ${minutes(fixed.people)}; nothing can measure people`,
    `provisioning: ${minutes(fixed.provision)} for project, network and services at the vendors; the certificate is not waited for (chisan-dr proves the host by DNS)`,
    `assessment ${minutes(fixed.assess)}, configuration ${minutes(fixed.switch)}, verification ${minutes(fixed.verify)} and its row counts, cut-over ${minutes(fixed.cutover)} with the typed confirmation`,
    `the restoring machine has ${setting.restorerCores} cores and a line of ${setting.restorerMegabytesPerSecond} MB/s (1 Gbit/s: a Cloud Run instance's limit with direct VPC egress)`,
    "a core of Supabase's does as much as one of the machine that was measured; of a shared core (micro to medium) 20 % can be counted on, bursts are not",
    "the database is read from its disk wherever it is larger than memory: once for each index and each foreign key; each index is sorted on the disk once",
    "sizes are of the database as PostgreSQL tells them; rows, indexes and compression are in the proportions that were measured; sorting grows as n log n",
    `files: through the gateway, ${setting.filesAtOnce} at once, ${fileBytes / 1e6} MB each on average, ${secondsPerFile} s each besides the line`,
    setting.diskReady
      ? "`dr stand-up` makes the disk large enough before the first row, which takes minutes (in provisioning): a new project's has 8 GB, grows by half at 90 %, and then not for 6 hours; where the vendor refuses, see `--new-disk`"
      : "the disk is a new project's: 8 GB, grows by half at 90 %, and then not for 6 hours",
  ];
}
