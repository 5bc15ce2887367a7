/** Writes into the version vault. Every step may be repeated, and may be done by the gateway and the keeper at once. */
import type { R2Bucket, R2Condition, R2Metadata, R2Object, R2Part } from "../runtime";
import { type VaultObject, readHistory } from "./history";
import { freshFor, keptUntil, lockedUntil } from "./periods";
import { type Version, againName, chainPrefix, deletedName, parseVaultName, versionName } from "./vault-name";

export interface Buckets {
  readonly FILES: R2Bucket;
  readonly VAULT: R2Bucket;
}

/** Creates, and never overwrites. */
export const onlyNew = { etagDoesNotMatch: "*" } as const satisfies R2Condition;

/** The object is not the one any more that was to be copied. */
export class ChangedMeanwhile extends Error {}

/** 4 GiB: R2 takes up to 5 GiB in one piece. Larger ones are copied in parts of a quarter of that. */
export const largestPut = 4 * 2 ** 30;

/**
 * Copies an object with its metadata, streaming. R2 compares the content with the source's MD5 where that is known.
 *
 * @returns null when `onlyIf` does not hold
 * @throws ChangedMeanwhile when the source is not `source` any more
 */
export async function copyObject(
  from: R2Bucket,
  source: R2Object,
  to: { bucket: R2Bucket; name: string; onlyIf?: R2Condition },
  pieceSize = largestPut,
): Promise<R2Object | null> {
  const { httpMetadata, customMetadata, checksums } = source;
  if (source.size > pieceSize) return copyInParts(from, source, to, { httpMetadata, customMetadata }, Math.ceil(pieceSize / 4));
  const body = await read(from, source);
  return to.bucket.put(to.name, body, { onlyIf: to.onlyIf, httpMetadata, customMetadata, ...(checksums?.md5 === undefined ? {} : { md5: checksums.md5 }) });
}

async function copyInParts(
  from: R2Bucket,
  source: R2Object,
  { bucket, name, onlyIf }: { bucket: R2Bucket; name: string; onlyIf?: R2Condition },
  metadata: R2Metadata,
  partSize: number,
): Promise<R2Object | null> {
  if (onlyIf !== undefined && !holds(onlyIf, await bucket.head(name))) return null;
  const upload = await bucket.createMultipartUpload(name, metadata);
  const parts: R2Part[] = [];
  for (let offset = 0; offset < source.size; offset += partSize) {
    const range = { offset, length: Math.min(partSize, source.size - offset) };
    parts.push(await upload.uploadPart(parts.length + 1, await read(from, source, range)));
  }
  // R2 has no condition on completing an upload: looked at again as late as can be. Whoever needs more serialises (the gateway does).
  if (onlyIf !== undefined && !holds(onlyIf, await bucket.head(name))) {
    await upload.abort();
    return null;
  }
  return upload.complete(parts);
}

function holds(condition: R2Condition, found: R2Object | null): boolean {
  if ("etagMatches" in condition) return found?.etag === condition.etagMatches;
  return found === null || (condition.etagDoesNotMatch !== "*" && found.etag !== condition.etagDoesNotMatch);
}

async function read(from: R2Bucket, source: R2Object, range?: { offset: number; length: number }): Promise<ReadableStream<Uint8Array>> {
  const found = await from.get(source.key, { onlyIf: { etagMatches: source.etag }, ...(range === undefined ? {} : { range }) });
  if (found === null || !("body" in found) || found.body === undefined) throw new ChangedMeanwhile(`${source.key} is not ${source.etag} any more`);
  return found.body;
}

/** All entries of one file in the vault from a name on, with one call to R2 per 1,000. */
export async function listChain(vault: R2Bucket, key: string, startAfter?: string): Promise<VaultObject[]> {
  return listAll(vault, chainPrefix(key), startAfter);
}

async function listAll(vault: R2Bucket, prefix: string, startAfter?: string): Promise<VaultObject[]> {
  const found: VaultObject[] = [];
  for (let after = startAfter; ; after = found.at(-1)?.name) {
    const { objects, truncated } = await vault.list({ prefix, ...(after === undefined ? {} : { startAfter: after }) });
    found.push(...objects.map(({ key: name, uploaded: copied, size }) => ({ name, copied, size })));
    if (!truncated) return found;
  }
}

/**
 * Makes sure that the file's present version is in the vault under a lock that will cover its period, before it is superseded.
 *
 * @param now taken before the call; the version must be superseded within half a day
 */
export async function keepBeforeSuperseding({ FILES, VAULT }: Buckets, present: R2Object, now: Date): Promise<void> {
  const version = versionOf(present);
  const copies = (await listAll(VAULT, versionName(version))).filter(({ name }) => isCopyOf(name, version));
  if (copies.some(({ copied }) => copied.getTime() >= now.getTime() - freshFor)) return;
  const name = copies.length === 0 ? versionName(version) : againName(version, now);
  await copyObject(FILES, present, { bucket: VAULT, name, onlyIf: onlyNew });
}

function isCopyOf(name: string, { uploaded, etag }: Version): boolean {
  const parsed = parseVaultName(name);
  return parsed?.kind === "version" && parsed.etag === etag && parsed.uploaded.getTime() === uploaded.getTime();
}

/** Copies the present version into the vault unless it is there. Gives whether it was copied now. */
export async function keepPresent({ FILES, VAULT }: Buckets, present: R2Object): Promise<boolean> {
  const name = versionName(versionOf(present));
  if ((await VAULT.head(name)) !== null) return false;
  return (await copyObject(FILES, present, { bucket: VAULT, name, onlyIf: onlyNew })) !== null;
}

export async function recordDeletion(vault: R2Bucket, key: string, time: Date): Promise<void> {
  await vault.put(deletedName(key, time), "", { onlyIf: onlyNew });
}

/**
 * Makes sure that the version before `time`, which was superseded then, has a copy whose lock covers its period.
 * What was superseded within half a day of its own upload has: that copy is its first one.
 */
export async function holdVersionBefore(vault: R2Bucket, key: string, time: Date, period: { now: Date; versionDays: number }): Promise<void> {
  const recent = `${chainPrefix(key)}${new Date(time.getTime() - freshFor).toISOString()}`;
  const isBefore = ({ name }: VaultObject) => entryTime(name) < time.getTime();
  if ((await listChain(vault, key, recent)).some(isBefore)) return;
  const before = (await listChain(vault, key)).filter(isBefore);
  const last = readHistory(before).at(-1);
  if (last?.kind === "version") await holdVersion(vault, { key, uploaded: last.time, etag: last.etag }, last.copies, { superseded: time, ...period });
}

function entryTime(name: string): number {
  const parsed = parseVaultName(name);
  if (parsed === undefined) return Number.POSITIVE_INFINITY;
  return (parsed.kind === "version" ? parsed.uploaded : parsed.time).getTime();
}

/** Copies a superseded version again when no copy's lock covers its period. Gives whether it did. */
export async function holdVersion(
  vault: R2Bucket,
  version: Version,
  copies: readonly VaultObject[],
  { superseded, now, versionDays }: { superseded: Date; now: Date; versionDays: number },
): Promise<boolean> {
  const until = keptUntil(superseded, versionDays);
  const [newest] = copies;
  if (newest === undefined || until <= now || copies.some(({ copied }) => lockedUntil(copied, versionDays) >= until)) return false;
  // Superseded in the future, by a clock that is wrong: another copy would not last longer.
  if (newest.copied.getTime() >= now.getTime() - freshFor) return false;
  const source = await vault.head(newest.name);
  if (source === null) throw new ChangedMeanwhile(`${newest.name} is not in the vault any more`);
  await copyObject(vault, source, { bucket: vault, name: againName(version, now), onlyIf: onlyNew });
  return true;
}

export function versionOf({ key, uploaded, etag }: R2Object): Version {
  return { key, uploaded, etag };
}
