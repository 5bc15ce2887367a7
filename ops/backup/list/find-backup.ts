/** Finding backups in the bucket, and reading what they say of themselves. */
import { createHash } from "node:crypto";
import { type BackupKind, type Manifest, backupFolder, backupKinds, latestPointerKey, latestPointerSchema, manifestName, manifestSchema } from "../format/manifest";
import { withTodaysKeys } from "../format/manifest-keys";
import { isOfTheFuture } from "../format/point-time";
import type { ObjectStore } from "../object-store/object-store";

export type BackupFinder = Pick<ObjectStore, "get" | "folders">;

export interface FoundBackup {
  readonly manifest: Manifest;
  /** Of the manifest's own text: which backup it is, beyond its name. */
  readonly manifestSha256: string;
}

/**
 * The manifest of one backup; undefined where the folder has none.
 *
 * @throws CHI-A063 when it cannot be understood, or is another backup's
 */
export async function readManifest(store: Pick<ObjectStore, "get">, kind: BackupKind, id: string): Promise<FoundBackup | undefined> {
  const key = `${backupFolder(kind, id)}${manifestName}`;
  const found = await store.get(key);
  if (found === undefined) return undefined;
  const manifest = parsed(key, found.body);
  if (manifest.kind !== kind || manifest.id !== id) {
    throw new Error(`CHI-A063 ${key} is the manifest of ${manifest.kind} ${manifest.id}, another backup: take another one: npx chisan backup list --stack ${manifest.stack}`);
  }
  return { manifest, manifestSha256: createHash("sha256").update(found.body).digest("hex") };
}

function parsed(key: string, body: Buffer): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new Error(`CHI-A063 ${key} is no JSON (${body.length} bytes): take another backup: npx chisan backup list`);
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return withTodaysKeys(result.data);
  const [issue] = result.error.issues;
  throw new Error(`CHI-A063 ${key} is no manifest of the form that this version reads (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}): check out the version that wrote it`);
}

/** The ids of the folders of a kind, oldest first, whether they are backups or not. */
export async function idsOf(store: Pick<ObjectStore, "folders">, kind: BackupKind): Promise<string[]> {
  const folders = await store.folders(`database/${kind}/`);
  return folders.map((folder) => folder.split("/").at(-2) ?? "").sort();
}

/**
 * The backup at a recovery point.
 *
 * @param point an id, or `latest`: of a kind the newest that has a manifest, of any kind the one that `database/latest.json` names, which was verified when it was made.
 *   No lock can hold that one object, as it moves: without it, or with a time to come in it (a leaked key can do both), it is the newest of any kind that has a manifest
 * @throws CHI-A064 when there is none, or more than one
 */
export async function findBackup(store: BackupFinder, stack: string, point: string, kind: BackupKind | undefined): Promise<FoundBackup> {
  const list = `npx chisan backup list --stack ${stack}`;
  if (point === "latest") {
    const found = kind === undefined ? await latestVerified(store) : await newestOf(store, kind);
    if (found !== undefined) return found;
    throw new Error(`CHI-A064 there is no ${kind ?? "verified"} backup in the bucket: ${list}`);
  }
  if (!/^\d{8}T\d{6}Z$/.test(point)) throw new Error(`CHI-A064 "${point}" is no recovery point: give the id of a backup, as 20261123T030000Z, or latest: ${list}`);
  const kinds = kind === undefined ? backupKinds : [kind];
  const found = (await Promise.all(kinds.map((each) => readManifest(store, each, point)))).filter((each) => each !== undefined);
  const [only, second] = found;
  if (second !== undefined) throw new Error(`CHI-A064 there are ${found.length} backups of ${point} (${found.map(({ manifest }) => manifest.kind).join(", ")}): add --kind`);
  if (only === undefined) throw new Error(`CHI-A064 there is no ${kind === undefined ? "" : `${kind} `}backup ${point}, or it has no manifest and so is none: ${list}`);
  return only;
}

async function newestOf(store: BackupFinder, kind: BackupKind): Promise<FoundBackup | undefined> {
  for (const id of (await idsOf(store, kind)).reverse()) {
    if (isOfTheFuture(id, new Date())) continue;
    const found = await readManifest(store, kind, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function newestOfAll(store: BackupFinder): Promise<FoundBackup | undefined> {
  const newest = (await Promise.all(backupKinds.map((kind) => newestOf(store, kind)))).filter((found) => found !== undefined);
  return newest.sort((one, other) => (one.manifest.id < other.manifest.id ? 1 : -1))[0];
}

async function latestVerified(store: BackupFinder): Promise<FoundBackup | undefined> {
  const pointer = await store.get(latestPointerKey);
  if (pointer === undefined) return newestOfAll(store);
  const named = latestPointerSchema.safeParse(JSON.parse(pointer.body.toString("utf8")));
  if (!named.success) throw new Error(`CHI-A063 ${latestPointerKey} cannot be understood: name the backup instead of latest: npx chisan backup list`);
  const { kind, id, manifestSha256 } = named.data;
  if (isOfTheFuture(id, new Date())) return newestOfAll(store);
  const found = await readManifest(store, kind, id);
  if (found === undefined) throw new Error(`CHI-A064 ${latestPointerKey} names ${kind} ${id}, which has no manifest any more: name another backup: npx chisan backup list`);
  if (found.manifestSha256 !== manifestSha256) {
    throw new Error(`CHI-A063 ${latestPointerKey} names ${kind} ${id} with the manifest ${manifestSha256.slice(0, 12)}…, the one there is ${found.manifestSha256.slice(0, 12)}…: npx chisan backup verify, and name another backup`);
  }
  return found;
}
