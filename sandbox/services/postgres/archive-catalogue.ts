/** What a WAL archive holds: base backups, and the timelines that were live, each since when. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One copy of a data directory, consistent from the end of the copying on. */
export interface BaseBackup {
  /** Its folder under `base/`. */
  readonly id: string;
  readonly timeline: number;
  /** The oldest WAL file that it needs: 24 hexadecimal digits. */
  readonly startSegment: string;
  /** Milliseconds since 1970: the earliest moment that can be recovered from it. */
  readonly consistentAt: number;
}

/** A branch of the history. Each recovery starts one. */
export interface Timeline {
  readonly timeline: number;
  /** Milliseconds since 1970: when the database began to be written on it. */
  readonly liveFrom: number;
  /** Where it comes from: absent for the first. `at` is the target of the recovery, in milliseconds. */
  readonly from?: { readonly timeline: number; readonly at: number };
}

export interface Catalogue {
  readonly bases: readonly BaseBackup[];
  /** By `liveFrom`. */
  readonly timelines: readonly Timeline[];
}

/** From where to recover to a moment. */
export interface RecoverySource {
  readonly base: BaseBackup;
  /** The timeline that the database was written on at that moment. */
  readonly timeline: number;
}

const emptyCatalogue: Catalogue = { bases: [], timelines: [] };

/** The catalogue of an archive; an empty one when there is none yet. */
export function readCatalogue(directory: string): Catalogue {
  const path = catalogueFile(directory);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Catalogue) : emptyCatalogue;
}

/** A reader sees the old catalogue or the new one, never half. */
export function writeCatalogue(directory: string, catalogue: Catalogue): void {
  const draft = `${catalogueFile(directory)}.draft`;
  writeFileSync(draft, JSON.stringify(catalogue, null, 2), { mode: 0o600 });
  renameSync(draft, catalogueFile(directory));
}

function catalogueFile(directory: string): string {
  return join(directory, "catalogue.json");
}

/**
 * The newest base backup from which a moment can be reached, and the timeline that was live then: after a recovery to 12:00 at 13:00, a
 * recovery to 12:30 brings back what the database held at 12:30, which is not part of the branch that began at 13:00.
 *
 * @param at milliseconds since 1970
 * @returns undefined when no base backup is old enough
 */
export function recoverySource(catalogue: Catalogue, at: number): RecoverySource | undefined {
  const live = catalogue.timelines.filter(({ liveFrom }) => liveFrom <= at).at(-1);
  if (live === undefined) return undefined;
  const reachable = catalogue.bases.filter((base) => base.consistentAt <= at && isOnTheWayTo(catalogue, base, live));
  const base = reachable.reduce<BaseBackup | undefined>((best, other) => (best === undefined || other.consistentAt > best.consistentAt ? other : best), undefined);
  return base && { base, timeline: live.timeline };
}

/** Whether replaying from a base backup can end on a timeline: it was taken on it, or on an ancestor before the branch. */
function isOnTheWayTo(catalogue: Catalogue, base: BaseBackup, timeline: Timeline): boolean {
  if (base.timeline === timeline.timeline) return true;
  const { from } = timeline;
  if (from === undefined || base.consistentAt > from.at) return false;
  const parent = catalogue.timelines.find((other) => other.timeline === from.timeline);
  return parent !== undefined && isOnTheWayTo(catalogue, base, parent);
}

/**
 * The base backups that no moment of a retention is recovered from. From which one a moment is recovered changes only where a timeline or
 * a base backup begins.
 *
 * @param since milliseconds since 1970: the earliest moment that must stay recoverable
 */
export function expiredBases(catalogue: Catalogue, since: number): BaseBackup[] {
  const moments = [since, ...catalogue.timelines.map(({ liveFrom }) => liveFrom).filter((at) => at > since)];
  const needed = new Set(moments.map((at) => recoverySource(catalogue, at)?.base));
  return catalogue.bases.filter((base) => base.consistentAt <= since && !needed.has(base));
}
