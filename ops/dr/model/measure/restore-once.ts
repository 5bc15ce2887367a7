/**
 * One restore by our own code, as a process of its own so that its processor time can be told from the server's. What it needs comes as JSON on
 * standard input (it holds credentials); prints one line of JSON.
 */
import { text } from "node:stream/consumers";
import { findBackup } from "../../../backup/list/find-backup";
import { ObjectStore } from "../../../backup/object-store/object-store";
import { restoreBackup } from "../../../backup/restore/restore";
import type { BucketAccess } from "../../../connections/connections";
import { serverSeconds } from "./processor-time";

export interface RestoreRequest {
  readonly url: string;
  readonly access: BucketAccess;
  readonly identity: string;
  readonly postmaster: number;
}

/** Of one phase: processor seconds of the server and of this process, and the clock's. */
export interface MeasuredPhase {
  readonly phase: string;
  readonly server: number;
  readonly client: number;
  readonly clock: number;
}

async function main(): Promise<void> {
  const { url, access, identity, postmaster } = JSON.parse(await text(process.stdin)) as RestoreRequest;
  const store = new ObjectStore(access);
  const phases: MeasuredPhase[] = [];
  let current: { phase: string; at: ReturnType<typeof now> } | undefined;
  const now = () => ({ server: serverSeconds(postmaster), client: process.cpuUsage(), clock: Date.now() });
  const end = () => {
    if (current === undefined) return;
    const [before, after] = [current.at, now()];
    const client = (after.client.user + after.client.system - before.client.user - before.client.system) / 1e6;
    phases.push({ phase: current.phase, server: after.server - before.server, client, clock: (after.clock - before.clock) / 1000 });
  };
  const found = await findBackup(store, "prod", "latest", "manual");
  const report = await restoreBackup({
    store,
    identity,
    ...found,
    targetUrl: url,
    targetName: "the measurement's database",
    mode: "project",
    connections: 2,
    enableJobs: false,
    onPhase(phase) {
      end();
      current = { phase, at: now() };
    },
    onBytes: () => undefined,
  });
  end();
  store.close();
  if (report.doubts.length > 0) throw new Error(`CHI-H201 the restored database is not the backup: ${report.doubts.join("; ")}`);
  process.stdout.write(`${JSON.stringify(phases)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
