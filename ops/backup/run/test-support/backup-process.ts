/** A backup as a process of its own, so that a test can kill it. The order comes through stdin. */
import { text } from "node:stream/consumers";
import { runBackup } from "../backup-run";

export interface BackupOrder {
  readonly url: string;
  readonly bucket: { endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: string };
  readonly recipient: string;
  readonly jobs?: number;
  readonly partBytes?: number;
}

async function main(): Promise<void> {
  const { url, bucket, recipient, jobs = 2, partBytes = 1_000_000 } = JSON.parse(await text(process.stdin)) as BackupOrder;
  const interruption = new AbortController();
  process.on("SIGINT", () => interruption.abort(new Error("SIGINT")));
  await runBackup({
    stack: "staging",
    kind: "manual",
    signal: interruption.signal,
    jobs,
    partBytes,
    connections: { databaseUrl: () => Promise.resolve(url), backups: () => Promise.resolve(bucket), backupRecipients: () => Promise.resolve([recipient]) },
    onSnapshot: ({ folder }) => process.stdout.write(`${folder}\n`),
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
