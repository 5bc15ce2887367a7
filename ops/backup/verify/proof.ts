/** What a verification leaves in the bucket: read by `backup list` and `prune`, and by the exporter as the age of the last restore test. */
import { z } from "zod";
import { proofName, proofPrefixes } from "../../../config/exported-metrics";
import { backupKinds, type BackupKind } from "../format/manifest";
import type { ObjectStore } from "../object-store/object-store";

/** Each includes those before it. */
export const depths = ["hashes", "decode", "restore"] as const;
export type Depth = (typeof depths)[number];

/** Of what is no restore test; below `reports/`, so the same lock holds it. */
export const verificationPrefix = "reports/verify/";

export const proofSchema = z.strictObject({
  formatVersion: z.literal(1),
  backup: z.strictObject({ stack: z.string(), kind: z.enum(backupKinds), id: z.string(), manifestSha256: z.string() }),
  depth: z.enum(depths),
  /** ISO 8601, UTC. */
  verifiedAt: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  objects: z.number().int(),
  bytes: z.number().int(),
  /** Restored and counted; null where nothing was restored. */
  rows: z.number().int().nullable(),
  notices: z.array(z.string()),
});
export type Proof = z.infer<typeof proofSchema>;

function folderOf(depth: Depth, at: Date): string {
  const prefix = depth === "restore" ? proofPrefixes["restore-test"] : verificationPrefix;
  return `${prefix}${at.toISOString().replace(/[-:]|\.\d+/g, "")}/`;
}

/**
 * Leaves the report, and last the proof, which only a verification without a doubt has: the exporter counts from it.
 *
 * @returns the folder
 */
export async function leaveReport(store: Pick<ObjectStore, "put">, proof: Proof, doubts: readonly string[], words: string): Promise<string> {
  const folder = folderOf(proof.depth, new Date(proof.verifiedAt));
  await store.put(`${folder}report.md`, words);
  if (doubts.length === 0) await store.put(`${folder}${proofName}`, `${JSON.stringify(proof, null, 2)}\n`);
  else await store.put(`${folder}failed.json`, `${JSON.stringify({ ...proof, doubts }, null, 2)}\n`);
  return folder;
}

/** Every proof in the bucket, oldest first. One that cannot be understood proves nothing, and is passed over. */
export async function readProofs(store: Pick<ObjectStore, "get" | "folders">): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const prefix of [proofPrefixes["restore-test"], verificationPrefix]) {
    for (const folder of await store.folders(prefix)) {
      const found = await store.get(`${folder}${proofName}`);
      const proof = found === undefined ? undefined : parsed(found.body);
      if (proof !== undefined) proofs.push(proof);
    }
  }
  return proofs.sort((a, b) => a.verifiedAt.localeCompare(b.verifiedAt));
}

function parsed(body: Buffer): Proof | undefined {
  try {
    return proofSchema.safeParse(JSON.parse(body.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** The last proof of a backup: of this very manifest, not of one that has its name. The deepest, and of those the newest. */
export function lastProof(proofs: readonly Proof[], backup: { kind: BackupKind; id: string; manifestSha256: string }): Proof | undefined {
  return proofs
    .filter((proof) => proof.backup.kind === backup.kind && proof.backup.id === backup.id && proof.backup.manifestSha256 === backup.manifestSha256)
    .sort((a, b) => depths.indexOf(a.depth) - depths.indexOf(b.depth) || a.verifiedAt.localeCompare(b.verifiedAt))
    .at(-1);
}
