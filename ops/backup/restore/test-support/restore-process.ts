/** A restore as a process of its own, for tests that kill it: what to do as JSON on standard input, which holds secrets. */
import { text } from "node:stream/consumers";
import { ObjectStore } from "../../object-store/object-store";
import { findBackup } from "../../list/find-backup";
import { restoreBackup } from "../restore";
import type { BucketAccess } from "../../../connections/connections";

export interface RestoreOrder {
  readonly bucket: BucketAccess;
  readonly identity: string;
  readonly targetUrl: string;
}

async function main(): Promise<void> {
  const { bucket, identity, targetUrl } = JSON.parse(await text(process.stdin)) as RestoreOrder;
  const store = new ObjectStore(bucket);
  const found = await findBackup(store, "staging", "latest", undefined);
  const report = await restoreBackup({
    store,
    ...found,
    identity,
    targetUrl,
    targetName: "the target",
    mode: "project",
    connections: 2,
    enableJobs: false,
    onPhase: (phase) => process.stderr.write(`${phase}\n`),
    onBytes: () => undefined,
  });
  store.close();
  process.stdout.write(JSON.stringify(report));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
