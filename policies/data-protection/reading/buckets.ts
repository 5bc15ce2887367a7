/** Buckets of R2 with what locks them and what deletes from them. */
import type { StackResource } from "../../framework/policy";
import { list, record, text } from "../../least-privilege/reading/properties";

export const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
export const lockType = "cloudflare:index/r2BucketLock:R2BucketLock";
export const lifecycleType = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";

const secondsPerDay = 86_400;

/** Objects under a prefix of a bucket cannot go before so many days; infinite for a lock without an end. */
export interface Lock {
  readonly bucket: string;
  readonly prefix: string;
  readonly days: number;
}

/** The rules of a lock that are in force. A lock until a date protects what is new only for a while: it counts as none. */
export function locksOf({ props }: Pick<StackResource, "props">): Lock[] {
  const bucket = text(props["bucketName"]) ?? "";
  return list(props["rules"]).flatMap((value) => {
    const rule = record(value);
    const condition = record(rule["condition"]);
    if (rule["enabled"] !== true) return [];
    const days =
      condition["type"] === "Indefinite" ? Infinity : condition["type"] === "Age" ? Number(condition["maxAgeSeconds"]) / secondsPerDay : 0;
    return [{ bucket, prefix: text(rule["prefix"]) ?? "", days }];
  });
}

export interface Deletion {
  readonly prefix: string;
  /** Days; undefined for a deletion by date. */
  readonly days: number | undefined;
}

/** The rules of a lifecycle that delete objects and are in force. */
export function deletionsOf({ props }: Pick<StackResource, "props">): Deletion[] {
  return list(props["rules"]).flatMap((value) => {
    const rule = record(value);
    const transition = rule["deleteObjectsTransition"];
    // The state has null for what a rule does not do.
    if (rule["enabled"] !== true || transition === undefined || transition === null) return [];
    const condition = record(record(transition)["condition"]);
    const prefix = text(record(rule["conditions"])["prefix"]) ?? "";
    return [{ prefix, days: condition["type"] === "Age" ? Number(condition["maxAge"]) / secondsPerDay : undefined }];
  });
}

/** The shortest time for which an object under a prefix is locked; 0 where no rule covers all of the prefix. */
export function lockedDays(locks: readonly Lock[], bucket: string, prefix: string): number {
  const covering = locks.filter((lock) => lock.bucket === bucket && prefix.startsWith(lock.prefix));
  return Math.max(0, ...covering.map(({ days }) => days));
}

/** Buckets that are locked for backups in particular. The vault of the files' versions, which is locked as a whole, is none. */
export function backupBuckets(locks: readonly Lock[], buckets: Iterable<string>): string[] {
  return [...buckets].filter((bucket) => locks.some((lock) => lock.bucket === bucket && lock.prefix.startsWith("database/")));
}
