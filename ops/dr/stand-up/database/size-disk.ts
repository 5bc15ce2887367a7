/**
 * A new project's disk is small and grows while it fills, by half and then not for hours, read-only meanwhile: it is made large enough before the
 * first row. What the vendor refuses does not stop a recovery: the restore may fit all the same, and waits where it does not.
 */
import { type Clock, pollUntil, systemClock } from "../../../../components/vendor-api/clock";
import { VendorApiError } from "../../../../components/vendor-api/client";
import { diskGigabytesFor } from "../../model/disk-size";
import type { Phase, PhaseResult } from "../../phases/phase";
import type { Disk, DiskApi } from "./disk-api";

/** A larger disk is told by the vendor within minutes; how soon is in none of its documents. */
const visibleSeconds = 600;

export interface SizeDiskInput {
  /** Known once the project is provisioned. */
  readonly api: () => Promise<Pick<DiskApi, "disk" | "grow">>;
  /** Of the backup's source. */
  readonly databaseBytes: number;
  readonly estimateSeconds: number;
  readonly clock?: Clock;
}

export function sizeDiskPhase({ api, databaseBytes, estimateSeconds, clock = systemClock }: SizeDiskInput): Phase {
  return {
    name: "size-disk",
    title: "Size the database's disk",
    estimateSeconds,
    // What was refused may be granted now; what is large enough is left as it is.
    always: true,
    async run({ say, signal }) {
      const needed = diskGigabytesFor(databaseBytes);
      try {
        const disks = await api();
        const before = await disks.disk();
        if (before.attributes.size_gb >= needed) return result(`${before.attributes.size_gb} GB are enough for it, ${needed} GB are needed`, { before, needed });
        say(`from ${before.attributes.size_gb} to ${needed} GB`);
        await disks.grow(before, needed);
        signal.throwIfAborted();
        const after = await pollUntil(clock, visibleSeconds * 1000, async () => {
          signal.throwIfAborted();
          const disk = await disks.disk();
          return disk.attributes.size_gb >= needed ? disk : undefined;
        });
        if (after === undefined) return result(`${needed} GB were accepted, but are not there after ${visibleSeconds / 60} minutes`, { before, needed, refused: "accepted, and not there yet" });
        return result(`from ${before.attributes.size_gb} to ${after.attributes.size_gb} GB`, { before, after, needed });
      } catch (error) {
        if (!(error instanceof VendorApiError)) throw error;
        say(error.message);
        return result(`NOT sized (${error.message}): the restore goes on, and may have to wait until the vendor makes it larger`, { needed, refused: error.message });
      }
    },
  };
}

interface Sized {
  readonly before?: Disk;
  readonly after?: Disk;
  readonly needed: number;
  readonly refused?: string;
}

function result(summary: string, { before, after, needed, refused }: Sized): PhaseResult {
  const facts = { neededGigabytes: needed, beforeGigabytes: before?.attributes.size_gb ?? null, gigabytes: (after ?? before)?.attributes.size_gb ?? null, refused: refused ?? null };
  return { summary, facts };
}
