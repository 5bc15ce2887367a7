import type { ObjectStore } from "./object-store";
import { R2Error } from "./r2-error";
import type { StoredObject } from "./stored-object";
import { bucketSetting, worldBuckets, type BucketRecord } from "./world-buckets";

interface Condition {
  type?: string;
  /** Seconds. */
  maxAge?: number;
  date?: string;
}

/** A rule of `R2BucketLifecycle`. */
interface LifecycleRule {
  enabled?: boolean;
  conditions?: { prefix?: string };
  deleteObjectsTransition?: { condition?: Condition };
  abortMultipartUploadsTransition?: { condition?: Condition };
  storageClassTransitions?: { condition?: Condition; storageClass?: string }[];
}

/** What one pass did. */
export interface LifecycleOutcome {
  deleted: number;
  aborted: number;
  /** Moved to infrequent access. */
  moved: number;
  /** Due, but a lock holds them. */
  locked: number;
}

/** A bucket without rules of its own has this one (https://developers.cloudflare.com/r2/buckets/object-lifecycles/). */
const defaultRules: LifecycleRule[] = [{ abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 7 * 86_400 } } }];

/** Applies the lifecycle rules of all buckets as of the sandbox's clock. A lock wins over every rule. */
export async function runLifecycle(store: ObjectStore): Promise<LifecycleOutcome> {
  const outcome = { deleted: 0, aborted: 0, moved: 0, locked: 0 };
  for (const bucket of worldBuckets(store.world)) {
    const declared = bucketSetting(store.world, "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle", bucket);
    const rules = declared === undefined ? defaultRules : ((declared.inputs.rules ?? []) as unknown as LifecycleRule[]);
    for (const rule of rules.filter(({ enabled }) => enabled ?? true)) await applyRule(store, bucket, rule, outcome);
  }
  return outcome;
}

async function applyRule(store: ObjectStore, bucket: BucketRecord, rule: LifecycleRule, outcome: LifecycleOutcome): Promise<void> {
  const prefix = rule.conditions?.prefix ?? "";
  const due = (condition: Condition | undefined, since: number) => isDue(condition, since, store.clock.now());
  for (const upload of [...store.index.uploads.values()]) {
    if (
      upload.bucket !== bucket.id ||
      !upload.key.startsWith(prefix) ||
      !due(rule.abortMultipartUploadsTransition?.condition, upload.initiated)
    )
      continue;
    await store.abortUpload(upload);
    outcome.aborted++;
  }
  for (const object of [...store.index.objects(bucket.id).values()].filter(({ key }) => key.startsWith(prefix))) {
    if (due(rule.deleteObjectsTransition?.condition, object.uploaded))
      outcome[(await expire(store, bucket, object)) ? "deleted" : "locked"]++;
    else if (
      rule.storageClassTransitions?.some(({ condition }) => due(condition, object.uploaded)) &&
      object.metadata.storageClass !== "STANDARD_IA"
    ) {
      if (store.index.objects(bucket.id).get(object.key)?.version !== object.version) continue;
      await store.index.change([
        { put: { bucket: bucket.id, object: { ...object, metadata: { ...object.metadata, storageClass: "STANDARD_IA" } } } },
      ]);
      outcome.moved++;
    }
  }
}

/** Whether it was deleted: a lock may hold it. */
async function expire(store: ObjectStore, bucket: BucketRecord, object: StoredObject): Promise<boolean> {
  // Written anew since the pass looked: it is a younger object.
  if (store.index.objects(bucket.id).get(object.key)?.version !== object.version) return false;
  try {
    await store.delete(bucket, [object.key], "LifecycleDeletion");
    return true;
  } catch (error) {
    if (error instanceof R2Error && error.reason === "ObjectLockedByBucketPolicy") return false;
    throw error;
  }
}

function isDue(condition: Condition | undefined, since: number, now: number): boolean {
  if (condition?.type === "Age") return now >= since + (condition.maxAge ?? Infinity) * 1000;
  return condition?.type === "Date" && now >= Date.parse(condition.date ?? "");
}
