import { latestPointerKey, latestPointerSchema, type LatestPointer } from "../format/manifest";
import { isOfTheFuture } from "../format/point-time";
import type { ObjectStore } from "../object-store/object-store";
import { ConditionFailed } from "../object-store/store-error";

/** Several runs that end together each get their turn. */
const attempts = 10;

/**
 * Lets `latest.json` name this backup, unless it names a newer one already: it never goes back in time, also when two runs end at once. What is
 * of the future was not made by a run, and is replaced.
 *
 * @returns whether it names this backup now
 */
export async function moveLatest(store: ObjectStore, pointer: LatestPointer): Promise<boolean> {
  const body = `${JSON.stringify(pointer)}\n`;
  for (let attempt = 1; ; attempt += 1) {
    const current = await store.get(latestPointerKey);
    // Names sort by time. What cannot be read names nothing, and is replaced.
    const named = current === undefined ? "" : (readPointer(current.body)?.id ?? "");
    if (named > pointer.id && !isOfTheFuture(named, new Date())) return false;
    try {
      await store.put(latestPointerKey, body, current === undefined ? { absent: true } : { etag: current.etag });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || attempt === attempts) throw error;
    }
  }
}

function readPointer(body: Buffer): LatestPointer | undefined {
  try {
    return latestPointerSchema.safeParse(JSON.parse(body.toString("utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
