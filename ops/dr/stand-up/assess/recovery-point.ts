/** The newest backup that can be restored now: every object there, as its manifest says, and readable with the key at hand. */
import { backupKinds, type Manifest } from "../../../backup/format/manifest";
import { findBackup, idsOf, readManifest, type FoundBackup } from "../../../backup/list/find-backup";
import { ageInWords, bytesInWords, proofInWords, sizeOf } from "../../../backup/list/list-backups";
import type { ObjectStore } from "../../../backup/object-store/object-store";
import { objectDoubts, requireRecipient } from "../../../backup/restore/preflight";
import { lastProof, readProofs, type Proof } from "../../../backup/verify/proof";

/** Section 3.2, complete disaster: less than 7 days. */
export const recoveryPointObjectiveSeconds = 7 * 86_400;

export type BackupShelf = Pick<ObjectStore, "get" | "folders" | "list">;

export interface RecoveryPoint extends FoundBackup {
  /** The deepest verification that left a proof; undefined when nobody has restored or read it since it was made. */
  readonly proof: Proof | undefined;
  /** Newer ones that cannot be restored, with the reason: `daily 20261123T180000Z: …`. */
  readonly passedOver: readonly string[];
}

/** What `--recovery-point` takes besides an id. */
export const latestVerified = "latest-verified";

/**
 * @param point an id, or `latest-verified`
 * @throws CHI-A01x when the bucket does not answer (nothing can be restored then), CHI-A064 for an id that is none, CHI-A071 and CHI-A072 for
 *   one that cannot be restored, CHI-H040 when there is none at all
 */
export async function chooseRecoveryPoint(shelf: BackupShelf, point: string, identity: string): Promise<RecoveryPoint> {
  const proofs = await readProofs(shelf);
  const proven = (found: FoundBackup) => lastProof(proofs, { kind: found.manifest.kind, id: found.manifest.id, manifestSha256: found.manifestSha256 });
  if (point !== latestVerified) {
    const found = await findBackup(shelf, "prod", point, undefined);
    const [problem] = await problemsOf(shelf, found.manifest, identity);
    if (problem !== undefined) throw new Error(`CHI-A072 ${point}: ${problem}: take another one: --recovery-point ${latestVerified}`);
    return { ...found, proof: proven(found), passedOver: [] };
  }
  const passedOver: string[] = [];
  for (const { kind, id } of await newestFirst(shelf)) {
    let found: FoundBackup | undefined;
    try {
      found = await readManifest(shelf, kind, id);
    } catch (error) {
      // Of the manifest; the bucket's own silence ends the search.
      if (!(error instanceof Error) || !error.message.startsWith("CHI-A063")) throw error;
      passedOver.push(`${kind} ${id}: its manifest cannot be understood`);
      continue;
    }
    // A run that is at work or was cut off, or a prune that was: no backup.
    if (found === undefined) continue;
    const [problem] = await problemsOf(shelf, found.manifest, identity);
    if (problem === undefined) return { ...found, proof: proven(found), passedOver };
    passedOver.push(`${kind} ${id}: ${problem}`);
  }
  if (passedOver.length === 0) {
    throw new Error("CHI-H040 prod's bucket has no finished backup: while prod's database answers, npx chisan backup run --stack prod; otherwise supabase's own backups in its dashboard, and docs/runbooks/bucket-emptied.md");
  }
  throw new Error(`CHI-H040 prod's bucket has no backup that can be restored (${passedOver.slice(0, 3).join("; ")}): npx chisan backup list --stack prod, and while prod's database answers, npx chisan backup run --stack prod`);
}

async function newestFirst(shelf: BackupShelf) {
  const all = await Promise.all(backupKinds.map(async (kind) => (await idsOf(shelf, kind)).map((id) => ({ kind, id }))));
  return all.flat().filter(({ id }) => /^\d{8}T\d{6}Z$/.test(id)).sort((a, b) => b.id.localeCompare(a.id));
}

/** Why a backup cannot be restored; empty when it can. */
async function problemsOf(shelf: BackupShelf, manifest: Manifest, identity: string): Promise<string[]> {
  if (manifest.stack !== "prod") return [`it is a backup of ${manifest.stack}`];
  try {
    await requireRecipient(manifest, identity);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [error.message.replace(/^CHI-A071 /, "")];
  }
  return objectDoubts(shelf, manifest);
}

/** Seconds of prod's life that a restore of this point loses, if prod ended now. */
export function lossWindowSeconds({ manifest }: Pick<FoundBackup, "manifest">, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(manifest.snapshotAt)) / 1000));
}

export function pointInWords(point: RecoveryPoint, now: Date): string {
  const { manifest, proof } = point;
  const loss = lossWindowSeconds(point, now);
  const within = loss <= recoveryPointObjectiveSeconds ? "within" : "BEYOND";
  return `${manifest.kind} ${manifest.id}, ${bytesInWords(sizeOf(manifest))}, all there as its manifest says, last verified: ${proofInWords(proof, now)}; lost is what was written in the last ${ageInWords(loss)}: ${within} the 7 days of section 3.2`;
}
