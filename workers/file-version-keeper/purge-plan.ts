/** Which objects of one file's history may go. Pure. */
import type { HistoryEntry } from "../file-versions/history";
import { keptUntil, lockedUntil } from "../file-versions/periods";

export interface PurgePlan {
  /** To be deleted in this order, group by group, and not beyond a group that cannot be deleted. */
  readonly expired: readonly (readonly string[])[];
  /** Further copies of versions that stay; the newest copy of each stays. */
  readonly spare: readonly string[];
}

/**
 * A version goes `versionDays` after it was superseded, the last entry's never; a deletion goes when nothing before it is left, as long after it.
 * Only from the oldest on without a gap: were a version taken out from between two, the one before it would seem to have lasted longer.
 */
export function purgePlan(history: readonly HistoryEntry[], { now, versionDays }: { now: Date; versionDays: number }): PurgePlan {
  const expired: string[][] = [];
  const spare: string[] = [];
  let unbroken = true;
  const isUnlocked = ({ copied }: { copied: Date }) => lockedUntil(copied, versionDays) <= now;
  for (const entry of history) {
    const objects = entry.kind === "version" ? entry.copies : entry.markers;
    const ended = entry.kind === "version" ? entry.superseded : entry.time;
    unbroken &&= ended !== undefined && keptUntil(ended, versionDays) <= now && objects.every(isUnlocked);
    if (unbroken) expired.push(objects.map(({ name }) => name));
    else if (entry.kind === "version") spare.push(...objects.slice(1).filter(isUnlocked).map(({ name }) => name));
  }
  return { expired: expired.filter((group) => group.length > 0), spare };
}
