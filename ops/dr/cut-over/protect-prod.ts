/** The rebuilt prod's first own recovery point: its newest is of before the disaster until then, and a second loss would take all that came after. */
import { findPostgresClient } from "../../../supabase/postgres-binaries";
import { readManifest } from "../../backup/list/find-backup";
import { bytesInWords } from "../../backup/list/list-backups";
import { ObjectStore } from "../../backup/object-store/object-store";
import { runBackup } from "../../backup/run/backup-run";
import { progressInWords } from "../../backup/run/progress";
import { leaveReport, type Proof } from "../../backup/verify/proof";
import { verificationWords } from "../../backup/verify/report-words";
import { verifyBackup } from "../../backup/verify/verify-backup";
import type { Connections } from "../../connections/connections";
import type { Phase } from "../phases/phase";

const kind = "manual";
const depth = "decode";
const again = "the users are at prod already, but its newest recovery point is of before the disaster: type the same command again now, it makes another";

/**
 * Last, when the users are served: a backup of prod, every object of which is then read, decrypted and counted.
 *
 * @param prod asked when the phase runs: before, prod's answers are those of the lost one
 * @param identity the private key for backups (age)
 */
export function protectPhase(prod: () => Pick<Connections, "databaseUrl" | "backups" | "backupRecipients">, identity: () => Promise<string>): Phase {
  return {
    name: "protect-prod",
    title: "Back prod up, and verify it",
    estimateSeconds: 90,
    async run({ say, signal }) {
      const connections = prod();
      const { manifest } = await runBackup({ stack: "prod", kind, connections, signal, onProgress: (progress) => say(progressInWords(progress)) });
      // The writer, as the proof is left in the bucket.
      const store = new ObjectStore(await connections.backups("writer"), { signal });
      try {
        const found = await readManifest(store, kind, manifest.id);
        if (found === undefined) throw new Error(`CHI-H110 the backup ${kind} ${manifest.id} of prod is not in its bucket: ${again}`);
        const { manifestSha256 } = found;
        let doing = "";
        const result = await verifyBackup({
          store,
          ...found,
          depth,
          identity: await identity(),
          connections: 1,
          binaries: findPostgresClient(),
          signal,
          onPhase: (phase) => say((doing = phase)),
          onBytes: (done, all) => say(`${doing}: ${bytesInWords(done)} of ${bytesInWords(all)}`),
        });
        const { doubts, objects, bytes, seconds, notices } = result;
        const at = new Date();
        const proof: Proof = { formatVersion: 1, backup: { stack: "prod", kind, id: manifest.id, manifestSha256 }, depth, verifiedAt: at.toISOString(), seconds, objects, bytes, rows: null, notices: [...notices] };
        await leaveReport(store, proof, doubts, verificationWords(found.manifest, depth, result, at));
        if (doubts.length > 0) throw new Error(`CHI-H158 the backup ${kind} ${manifest.id} of prod is none (${doubts.slice(0, 3).join("; ")}): ${again}`);
        const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
        return {
          summary: `${kind} ${manifest.id}: ${rows} rows of ${Object.keys(manifest.tables).length} tables, ${objects} objects read and decoded`,
          facts: { id: manifest.id, manifestSha256, snapshotAt: manifest.snapshotAt, rows, objects, bytes, depth },
        };
      } finally {
        store.close();
      }
    },
  };
}
