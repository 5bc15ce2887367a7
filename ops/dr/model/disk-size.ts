/** How large a database's disk has to be for a restore that is not stopped by it. */
import { newDisk } from "./vendor-limits";

/** Room for what is written after the restore, and for indexes while they are sorted: of the database's own size. */
const headroom = 1.25;

/**
 * Gigabytes, as `config/disk` counts them. Larger than the disk at which the vendor would begin to grow it (90 % used), so that it does not: a disk
 * that has just been changed cannot be for hours.
 *
 * @param databaseBytes of the source, as PostgreSQL told them (the manifest's `database.bytes`)
 */
export function diskGigabytesFor(databaseBytes: number): number {
  return Math.ceil((databaseBytes * headroom + newDisk.logGigabytes * 1e9) / 1e9 / newDisk.fullAt);
}
