/** Limits of Supabase's compute sizes. Its page "Interpreting Supabase Grafana IO charts" (throughput) and "Compute and Disk" (cores), read 2026-11. */
import type { EnvironmentTraits } from "../../../config/environment-specification";

export type ComputeSize = EnvironmentTraits["databaseCompute"];

export interface ComputeLimits {
  readonly cores: number;
  /** Cores that others use as well: no more than a share of them can be counted on for hours. */
  readonly shared: boolean;
  /** Sustained, MB/s. Smaller sizes exceed it for half an hour a day at most; that is not counted on. */
  readonly diskMegabytesPerSecond: number;
}

export const computeLimits: Readonly<Record<ComputeSize, ComputeLimits>> = {
  micro: { cores: 2, shared: true, diskMegabytesPerSecond: 11 },
  small: { cores: 2, shared: true, diskMegabytesPerSecond: 22 },
  medium: { cores: 2, shared: true, diskMegabytesPerSecond: 43 },
  large: { cores: 2, shared: false, diskMegabytesPerSecond: 79 },
  xlarge: { cores: 4, shared: false, diskMegabytesPerSecond: 149 },
  "2xlarge": { cores: 8, shared: false, diskMegabytesPerSecond: 297 },
  "4xlarge": { cores: 16, shared: false, diskMegabytesPerSecond: 594 },
};

export const computeSizes = Object.keys(computeLimits) as ComputeSize[];

/** A General Purpose disk as a project has it, and the most that it can be set to (page "Compute and Disk"). */
export const usualDiskMegabytesPerSecond = 125;
export const mostDiskMegabytesPerSecond = 1000;

/**
 * Of a new project, gigabytes. It grows by half when 90 % are used, and then not again for six hours (Amazon EBS, ModifyVolume). The log takes
 * up to `logGigabytes` before it is archived and removed.
 */
export const newDisk = { gigabytes: 8, growth: 1.5, waitSeconds: 6 * 3600, fullAt: 0.9, logGigabytes: 4 } as const;
