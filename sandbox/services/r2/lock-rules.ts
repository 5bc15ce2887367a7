import type { World } from "../../world/world";
import { bucketSetting, type BucketRecord } from "./world-buckets";

/** A rule of `R2BucketLock`. */
export interface LockRule {
  id?: string;
  enabled?: boolean;
  prefix?: string;
  condition: { type?: string; maxAgeSeconds?: number; date?: string };
}

/** The rules that are declared for a bucket. */
export function lockRules(world: World, bucket: BucketRecord): LockRule[] {
  return (bucketSetting(world, "cloudflare:index/r2BucketLock:R2BucketLock", bucket)?.inputs.rules ?? []) as unknown as LockRule[];
}

/**
 * Whether an object may be neither overwritten nor deleted. If several rules match, the longest retention wins: one that holds is enough
 * (https://developers.cloudflare.com/r2/buckets/bucket-locks/).
 *
 * @param uploaded milliseconds since 1970
 * @param now milliseconds since 1970
 */
export function isLocked(rules: readonly LockRule[], { key, uploaded }: { key: string; uploaded: number }, now: number): boolean {
  return rules.some(
    ({ enabled, prefix, condition }) => (enabled ?? true) && key.startsWith(prefix ?? "") && holds(condition, uploaded, now),
  );
}

function holds({ type, maxAgeSeconds, date }: LockRule["condition"], uploaded: number, now: number): boolean {
  switch (type) {
    case "Age":
      return now < uploaded + (maxAgeSeconds ?? 0) * 1000;
    case "Date":
      return now < Date.parse(date ?? "");
    case "Indefinite":
      return true;
    default:
      throw new Error(
        `CHI-S232 a lock rule has the condition ${JSON.stringify(type)}, not Age, Date or Indefinite: correct the R2BucketLock and run the command again`,
      );
  }
}
