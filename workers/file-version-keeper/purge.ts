/**
 * Walks through the vault, file by file: records deletions that nobody told of, copies again what would lose its lock too early, and deletes
 * what was superseded `versionDays` ago.
 */
import { type Buckets, holdVersion, recordDeletion } from "../file-versions/archive";
import { type HistoryEntry, type VaultObject, readHistory } from "../file-versions/history";
import type { LedgerClient } from "../file-versions/ledger";
import { chainEnd, deletedName, parseVaultName } from "../file-versions/vault-name";
import type { R2Bucket } from "../runtime";
import { purgePlan } from "./purge-plan";
import { type Budget, WalkLog, report } from "./walk";

interface Period {
  readonly now: () => Date;
  readonly versionDays: number;
}

export async function purge(buckets: Buckets, ledger: LedgerClient, budget: Budget, period: Period): Promise<void> {
  const log = await WalkLog.resume(ledger, "purge", period.now());
  let ended = false;
  while (!budget.spent && !ended) {
    const page = await nextChains(buckets.VAULT, log.after, budget);
    for (const { key, objects } of page.chains) {
      if (budget.spent) break;
      log.count("files");
      try {
        await tend(key, objects, buckets, { log, budget, ...period });
      } catch (error) {
        log.count("failed");
        report("purge failed", { key, error: String(error) });
      }
      // Not the last name that was listed: entries that came since would then be taken for the whole chain, and a deletion go before its version.
      log.after = chainEnd(key);
    }
    const last = page.chains.at(-1);
    ended = page.ended && (last === undefined || log.after === chainEnd(last.key));
  }
  await log.save(period.now(), ended);
}

interface Chain {
  readonly key: string;
  readonly objects: VaultObject[];
}

/** The next whole chains. The last one of a page may go on in the next: it is left for then, unless it is the only one. */
async function nextChains(vault: R2Bucket, after: string | undefined, budget: Budget): Promise<{ chains: Chain[]; ended: boolean }> {
  const chains: Chain[] = [];
  for (let startAfter = after; ; ) {
    const { objects, truncated } = await vault.list(startAfter === undefined ? {} : { startAfter });
    budget.take(1);
    for (const { key: name, uploaded: copied, size } of objects) {
      const parsed = parseVaultName(name);
      // Nothing of ours: never touched.
      if (parsed === undefined) report("strange name in the vault", { name });
      else if (chains.at(-1)?.key !== parsed.key) chains.push({ key: parsed.key, objects: [] });
      if (parsed !== undefined) chains.at(-1)?.objects.push({ name, copied, size });
      startAfter = name;
    }
    if (!truncated) return { chains, ended: true };
    if (chains.length > 1) return { chains: chains.slice(0, -1), ended: false };
  }
}

async function tend(
  key: string,
  objects: VaultObject[],
  { FILES, VAULT }: Buckets,
  { log, budget, now, versionDays }: Period & { log: WalkLog; budget: Budget },
): Promise<void> {
  const time = now();
  let history = readHistory(objects);
  if (history.at(-1)?.kind === "version") {
    const present = await FILES.head(key);
    budget.take(1);
    if (present === null) {
      await recordDeletion(VAULT, key, time);
      budget.take(1);
      log.count("deletions found");
      history = readHistory([...objects, { name: deletedName(key, time), copied: time, size: 0 }]);
    } else history = readHistory(objects, present);
  }
  await holdAll(key, history, VAULT, { log, budget, now: time, versionDays });
  const { expired, spare } = purgePlan(history, { now: time, versionDays });
  for (const group of expired) {
    if (!(await remove(group, VAULT, { log, budget }))) break;
    log.count("purged", group.length);
  }
  if (spare.length > 0 && (await remove(spare, VAULT, { log, budget }))) log.count("purged", spare.length);
}

async function holdAll(
  key: string,
  history: readonly HistoryEntry[],
  vault: R2Bucket,
  { log, budget, now, versionDays }: { log: WalkLog; budget: Budget; now: Date; versionDays: number },
): Promise<void> {
  for (const entry of history) {
    if (entry.kind !== "version" || entry.superseded === undefined) continue;
    const version = { key, uploaded: entry.time, etag: entry.etag };
    if (await holdVersion(vault, version, entry.copies, { superseded: entry.superseded, now, versionDays })) {
      budget.take(3);
      log.count("locked again");
    }
  }
}

/** Gives whether they are gone. What the lock still holds stays: expected, when the rule is longer than the period. */
async function remove(names: readonly string[], vault: R2Bucket, { log, budget }: { log: WalkLog; budget: Budget }): Promise<boolean> {
  budget.take(1);
  try {
    for (let from = 0; from < names.length; from += 1000) await vault.delete(names.slice(from, from + 1000));
    return true;
  } catch (error) {
    const locked = isLockRefusal(error);
    log.count(locked ? "locked" : "failed");
    if (!locked) report("purge failed", { name: names[0], error: String(error) });
    return false;
  }
}

/** R2's refusal (code 10069, ObjectLockedByBucketPolicy: vendor's page "Error codes"). */
function isLockRefusal(error: unknown): boolean {
  return /10069|ObjectLockedByBucketPolicy|lock/i.test(String(error));
}
