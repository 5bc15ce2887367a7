/** Compares the files' bucket with the vault and copies what is missing: events that were lost, and a keeper that stood still. */
import { type Buckets, holdVersionBefore, keepPresent, versionOf } from "../file-versions/archive";
import type { LedgerClient } from "../file-versions/ledger";
import { keyBytes, longestKeyBytes, versionName } from "../file-versions/vault-name";
import type { R2Object } from "../runtime";
import { type Budget, WalkLog, report } from "./walk";

/** Milliseconds that the keeper may take before the sweep counts a copy as late. */
const patience = 60_000;

/** Each file costs one call to R2, and a few more when it is missing. */
export async function sweep(
  buckets: Buckets,
  ledger: LedgerClient,
  budget: Budget,
  { now, versionDays }: { now: () => Date; versionDays: number },
): Promise<void> {
  const log = await WalkLog.resume(ledger, "sweep", now());
  let [latest, ended] = [0, false];
  while (!budget.spent && !ended) {
    const page = await buckets.FILES.list({ limit: 250, ...(log.after === undefined ? {} : { startAfter: log.after }) });
    budget.take(1);
    for (const file of page.objects) {
      if (budget.spent) break;
      budget.take(1);
      log.count("files");
      try {
        if (keyBytes(file.key) > longestKeyBytes) {
          log.count("unkeepable");
          report("name too long for the vault", { key: file.key, bytes: keyBytes(file.key), most: longestKeyBytes });
        } else if ((await copyMissing(file, buckets, { now: now(), versionDays }))) {
          budget.take(8);
          log.count("copied");
          const age = now().getTime() - file.uploaded.getTime();
          if (age > patience) latest = Math.max(latest, age / 1000);
        }
      } catch (error) {
        log.count("failed");
        report("sweep failed", { key: file.key, error: String(error) });
      }
      log.after = file.key;
    }
    ended = !page.truncated && log.after === (page.objects.at(-1)?.key ?? log.after);
  }
  await ledger.report({ lag: latest });
  await log.save(now(), ended);
}

/** Gives whether it was missing. */
async function copyMissing(file: R2Object, buckets: Buckets, period: { now: Date; versionDays: number }): Promise<boolean> {
  if ((await buckets.VAULT.head(versionName(versionOf(file)))) !== null) return false;
  // A list does not give the metadata; the object may also have changed since.
  const present = await buckets.FILES.head(file.key);
  if (present === null || !(await keepPresent(buckets, present))) return false;
  await holdVersionBefore(buckets.VAULT, file.key, present.uploaded, period);
  return true;
}
