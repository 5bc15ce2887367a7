/** All backups in the bucket with what is known of each, and where one is missing. */
import type { ScheduledKind } from "../../../config/exported-metrics";
import { type BackupKind, type Manifest, backupKinds, objectsOf } from "../format/manifest";
import { isOfTheFuture, timeOfId } from "../format/point-time";
import type { ObjectStore } from "../object-store/object-store";
import { lastProof, readProofs, type Depth, type Proof } from "../verify/proof";
import { idsOf, readManifest, type FoundBackup } from "./find-backup";
import { gapsOf } from "./schedule-gaps";

/** `incomplete` has no manifest: a run that is at work, was cut off, or a prune that was. `unreadable` has one that is not a manifest of it. */
export type ListedBackup =
  | { readonly state: "complete"; readonly kind: BackupKind; readonly id: string; readonly found: FoundBackup; readonly bytes: number; readonly proof: Proof | undefined }
  | { readonly state: "incomplete"; readonly kind: BackupKind; readonly id: string }
  | { readonly state: "unreadable"; readonly kind: BackupKind; readonly id: string; readonly why: string };

export interface BackupList {
  /** Newest first. */
  readonly backups: readonly ListedBackup[];
  /** In words; empty: every scheduled one is there. */
  readonly gaps: readonly string[];
}

export interface ListInput {
  readonly store: Pick<ObjectStore, "get" | "folders">;
  /** Of the stack's specification. */
  readonly kinds: readonly ScheduledKind[];
  readonly days: Readonly<Record<"daily" | "weekly", number>>;
  readonly now: Date;
}

/** Requests at once: a year's listing has a hundred manifests. */
const atOnce = 8;

export async function listBackups({ store, kinds, days, now }: ListInput): Promise<BackupList> {
  const proofs = await readProofs(store);
  const folders = (await Promise.all(backupKinds.map(async (kind) => (await idsOf(store, kind)).map((id) => ({ kind, id }))))).flat();
  const backups: ListedBackup[] = [];
  for (let at = 0; at < folders.length; at += atOnce) {
    backups.push(...(await Promise.all(folders.slice(at, at + atOnce).map(({ kind, id }) => look(store, kind, id, proofs, now)))));
  }
  backups.sort((a, b) => b.id.localeCompare(a.id) || a.kind.localeCompare(b.kind));
  const gaps = (["daily", "weekly"] as const).filter((kind) => kinds.includes(kind)).flatMap((kind) => {
    const complete = backups.filter((backup) => backup.state === "complete" && backup.kind === kind).map(({ id }) => timeOfId(id));
    return gapsOf(kind, complete, now, days[kind]);
  });
  return { backups, gaps };
}

async function look(store: Pick<ObjectStore, "get">, kind: BackupKind, id: string, proofs: readonly Proof[], now: Date): Promise<ListedBackup> {
  try {
    const found = await readManifest(store, kind, id);
    if (found === undefined) return { state: "incomplete", kind, id };
    if (isOfTheFuture(id, now)) return { state: "unreadable", kind, id, why: `CHI-A063 ${kind} ${id} is of the future: either this machine's clock (${now.toISOString()}) is behind, or no run made it; then find out who wrote it, and with which key` };
    const proof = lastProof(proofs, { kind, id, manifestSha256: found.manifestSha256 });
    return { state: "complete", kind, id, found, bytes: sizeOf(found.manifest), proof };
  } catch (error) {
    // Of the manifest, not of the bucket: that one ends the listing.
    if (!(error instanceof Error) || !error.message.startsWith("CHI-A063")) throw error;
    return { state: "unreadable", kind, id, why: error.message };
  }
}

/** As they lie in the bucket. */
export function sizeOf(manifest: Manifest): number {
  return objectsOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** `restore, 3 d ago` */
export function proofInWords(proof: { depth: Depth; verifiedAt: string } | undefined, now: Date): string {
  return proof === undefined ? "never" : `${proof.depth}, ${ageInWords((now.getTime() - Date.parse(proof.verifiedAt)) / 1000)} ago`;
}

export function ageInWords(seconds: number): string {
  if (seconds < 0) return "in the future";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

/** In powers of 1000, as R2's bill counts. */
export function bytesInWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
