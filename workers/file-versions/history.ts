/** What one file was at any time, read from its entries in the vault and from the file itself. Pure: the same in Workers and in commands. */
import { type VaultName, parseVaultName } from "./vault-name";

/** An object of the vault. */
export interface VaultObject {
  readonly name: string;
  /** When this copy was written: the lock counts from it. */
  readonly copied: Date;
  /** Bytes. */
  readonly size: number;
}

export interface KeptVersion {
  readonly kind: "version";
  readonly time: Date;
  readonly etag: string;
  readonly size: number;
  /** The newest first; empty for the present content of a file that was not copied yet. */
  readonly copies: readonly VaultObject[];
  /** When the next entry begins; undefined for the last one. */
  readonly superseded?: Date;
}

export interface Deletion {
  readonly kind: "deleted";
  readonly time: Date;
  readonly markers: readonly VaultObject[];
}

export type HistoryEntry = KeptVersion | Deletion;

/** The file as it lies in its bucket. */
export interface PresentFile {
  readonly etag: string;
  readonly uploaded: Date;
  readonly size: number;
}

/**
 * The entries of one file in the order of time. Deletions in a row are one, at the time of the first: the gateway and the keeper both write a
 * marker. At the same millisecond a deletion comes before a version: R2 takes one write a second of a key, so it can only be a replacement.
 *
 * @param present of the same file; undefined where it is not known or there is none
 */
export function readHistory(objects: readonly VaultObject[], present?: PresentFile): HistoryEntry[] {
  const versions = new Map<string, FoundVersion>();
  const deletions: { time: Date; marker: VaultObject }[] = [];
  for (const object of objects) {
    const name: VaultName | undefined = parseVaultName(object.name);
    if (name === undefined) continue;
    if (name.kind === "deleted") deletions.push({ time: name.time, marker: object });
    else add(versions, name.uploaded, name.etag, object.size).copies.push(object);
  }
  if (present !== undefined) add(versions, present.uploaded, present.etag, present.size);

  const sorted = [
    ...[...versions.values()].map((version) => ({ kind: "version" as const, ...version })),
    ...deletions.map(({ time, marker }) => ({ kind: "deleted" as const, time, marker })),
  ].sort((one, other) => one.time.getTime() - other.time.getTime() || order(one).localeCompare(order(other)));
  const entries: HistoryEntry[] = [];
  for (const [index, entry] of sorted.entries()) {
    const last = entries.at(-1);
    if (entry.kind === "version") {
      const copies = [...entry.copies].sort((one, other) => other.copied.getTime() - one.copied.getTime());
      const next = sorted[index + 1];
      entries.push({ ...entry, copies, ...(next === undefined ? {} : { superseded: next.time }) });
    } else if (last?.kind === "deleted") entries[entries.length - 1] = { ...last, markers: [...last.markers, entry.marker] };
    else entries.push({ kind: "deleted", time: entry.time, markers: [entry.marker] });
  }
  return entries;
}

interface FoundVersion {
  readonly time: Date;
  readonly etag: string;
  readonly size: number;
  readonly copies: VaultObject[];
}

/** The version of that time and content, added when it is new. */
function add(versions: Map<string, FoundVersion>, time: Date, etag: string, size: number): FoundVersion {
  const id = `${time.toISOString()}-${etag}`;
  const found = versions.get(id) ?? { time, etag, size, copies: [] };
  versions.set(id, found);
  return found;
}

/** Of entries at the same millisecond. */
function order(entry: { kind: "deleted" } | { kind: "version"; etag: string }): string {
  return entry.kind === "deleted" ? "0" : `1${entry.etag}`;
}

/** What a file was at a time. */
export type StateAt =
  | { readonly kind: "version"; readonly version: KeptVersion }
  | { readonly kind: "deleted"; readonly since: Date }
  /** Nothing is kept from then: the file did not exist yet, or what it was is purged. */
  | { readonly kind: "before first"; readonly first: Date }
  | { readonly kind: "never" };

/** The last entry not after `time`. */
export function stateAt(history: readonly HistoryEntry[], time: Date): StateAt {
  const entry = history.findLast((each) => each.time.getTime() <= time.getTime());
  if (entry !== undefined) return entry.kind === "version" ? { kind: "version", version: entry } : { kind: "deleted", since: entry.time };
  const [first] = history;
  return first === undefined ? { kind: "never" } : { kind: "before first", first: first.time };
}
