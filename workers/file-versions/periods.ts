/**
 * For how long a version is kept, and how the vault's lock covers it.
 *
 * A version's period starts when it is superseded; the vault's lock counts from when a copy was written. So whoever supersedes a version,
 * or sees that it was, makes sure of a copy that is not older than a day. The lock lasts a day longer than the period, so it covers the
 * period whole (docs/adr/0011-file-versions.md).
 */
const day = 86_400_000;

/** Days that the vault's lock lasts. */
export function lockDays(versionDays: number): number {
  return versionDays + 1;
}

/** Milliseconds before a version is superseded that its copy may be made: half of the day that the lock is longer, for slow uploads and clocks. */
export const freshFor = day / 2;

/** When a version or a deletion need not be kept any more. */
export function keptUntil(superseded: Date, versionDays: number): Date {
  return new Date(superseded.getTime() + versionDays * day);
}

/** When the lock on a copy ends. */
export function lockedUntil(copied: Date, versionDays: number): Date {
  return new Date(copied.getTime() + lockDays(versionDays) * day);
}
