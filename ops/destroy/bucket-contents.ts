/** What is in a stack's buckets, and what of it may go with the stack. */
import type { BucketAccess } from "../connections/connections";
import { ObjectStore, type ObjectInfo } from "../backup/object-store/object-store";
import { lockedUntil, type StackBucket } from "./state-buckets";

/** What a lock keeps. */
export interface Locked {
  readonly objects: number;
  readonly bytes: number;
  /** When the last lock ends; milliseconds since 1970, Infinity for one without an end. */
  readonly until: number;
}

export interface Contents {
  readonly bucket: StackBucket;
  readonly locked: Locked;
  /** Keys of what a stand-up brought, as it brought it, and of what a lock has kept for its whole period. */
  readonly free: readonly string[];
  /** Keys of all else: somebody's work, or a backup that nobody locked. */
  readonly others: readonly string[];
}

/** Whether a stand-up brought exactly this. */
export type Brought = (object: Pick<ObjectInfo, "key" | "etag">) => boolean;

/** @throws CHI-A010, CHI-A012 from the object store. A bucket that is gone is empty */
export async function look(bucket: StackBucket, access: BucketAccess, brought: Brought, now: number): Promise<Contents> {
  const locked = { objects: 0, bytes: 0, until: 0 };
  const [free, others]: [string[], string[]] = [[], []];
  await inStore(access, async (store) => {
    try {
      for await (const object of store.list("")) {
        const until = lockedUntil(bucket.rules, object);
        if (until > now) {
          locked.objects += 1;
          locked.bytes += object.bytes;
          locked.until = Math.max(locked.until, until);
        } else (until > 0 || brought(object) ? free : others).push(object.key);
      }
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("CHI-A011"))) throw error;
    }
  });
  return { bucket, locked, free, others };
}

/** How many deletions are on their way at a time: R2 answers each in some tens of milliseconds. */
const atOnce = 32;

/**
 * Deletes objects. One that a lock holds after all (the vendor's clock decides) stays, and is found by the next look.
 *
 * @param onDone told after each
 */
export async function deleteAll(keys: readonly string[], access: BucketAccess, onDone: () => void): Promise<void> {
  await inStore(access, async (store) => {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
        await store.delete(key).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith("CHI-A013"))) throw error;
        });
        onDone();
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, keys.length) }, lane));
  });
}

async function inStore<T>(access: BucketAccess, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = new ObjectStore(access);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
