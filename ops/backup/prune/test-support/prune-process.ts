/** A prune as a process of its own, for tests that kill it: where the bucket is as JSON on standard input; a line for each backup deleted. */
import { text } from "node:stream/consumers";
import type { BucketAccess } from "../../../connections/connections";
import { listBackups } from "../../list/list-backups";
import { ObjectStore } from "../../object-store/object-store";
import { pruneBackups, readLatest } from "../prune-backups";
import { planPrune } from "../prune-plan";

async function main(): Promise<void> {
  const store = new ObjectStore(JSON.parse(await text(process.stdin)) as BucketAccess, { attempts: 2 });
  const [days, now] = [{ daily: 30, weekly: 90 }, new Date()];
  const { backups } = await listBackups({ store, kinds: ["daily"], days, now });
  const decisions = planPrune(backups, { days, manualDays: undefined, latest: await readLatest(store), now });
  process.stdout.write("begins\n");
  await pruneBackups(store, decisions, ({ id, result }) => process.stdout.write(`${result} ${id}\n`));
  store.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
