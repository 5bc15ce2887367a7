/**
 * One backup or one restore by our own code, as a process of its own so that its memory can be watched. Started by bench/backup.ts, with
 * what it needs as JSON on standard input (it holds credentials); prints one line of JSON.
 */
import { text } from "node:stream/consumers";
import type { BucketAccess, Connections } from "../ops/connections/connections";
import { findBackup } from "../ops/backup/list/find-backup";
import { ObjectStore } from "../ops/backup/object-store/object-store";
import { collectRarely } from "../ops/backup/restore/quiet-collector";
import { restoreBackup } from "../ops/backup/restore/restore";
import { runBackup } from "../ops/backup/run/backup-run";
import { objectsOf } from "../ops/backup/format/manifest";

export type OursRequest =
  | { readonly what: "backup"; readonly url: string; readonly access: BucketAccess; readonly recipients: readonly string[] }
  | { readonly what: "restore"; readonly url: string; readonly access: BucketAccess; readonly identity: string };

async function main(): Promise<void> {
  // As the commands do.
  collectRarely();
  const request = JSON.parse(await text(process.stdin)) as OursRequest;
  const result = request.what === "backup" ? await backup(request) : await restore(request);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function backup({ url, access, recipients }: Extract<OursRequest, { what: "backup" }>): Promise<{ storedBytes: number }> {
  const connections: Pick<Connections, "databaseUrl" | "backups" | "backupRecipients"> = {
    databaseUrl: () => Promise.resolve(url),
    backups: () => Promise.resolve(access),
    backupRecipients: () => Promise.resolve(recipients),
  };
  const { manifest } = await runBackup({ stack: "prod", kind: "manual", connections, signal: new AbortController().signal });
  return { storedBytes: objectsOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function restore({ url, access, identity }: Extract<OursRequest, { what: "restore" }>): Promise<{ storedBytes: number }> {
  const store = new ObjectStore(access);
  const { manifest, manifestSha256 } = await findBackup(store, "prod", "latest", "manual");
  const report = await restoreBackup({
    store,
    identity,
    manifest,
    manifestSha256,
    targetUrl: url,
    targetName: "the benchmark's database",
    mode: "project",
    connections: 2,
    enableJobs: false,
    onPhase: () => undefined,
    onBytes: () => undefined,
  });
  store.close();
  // A restore that is not the backup is not what is measured.
  if (report.doubts.length > 0) throw new Error(`CHI-B030 the restored database is not the backup: ${report.doubts.join("; ")}`);
  for (const { phase, seconds } of report.phases) process.stderr.write(`  ${phase}: ${seconds.toFixed(1)} s\n`);
  return { storedBytes: 0 };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
