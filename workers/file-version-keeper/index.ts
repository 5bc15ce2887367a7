/**
 * Keeps the versions of the users' files, because R2 itself keeps none (docs: R2 has no object versioning, and a delete event carries no
 * content). Each created object is copied to the vault bucket at once, so that the old bytes are already there when it is overwritten:
 *
 *   <key>/<time of upload>-<etag>      a version
 *   <key>/<time of the event>-deleted  the file was deleted then; an empty object
 *
 * Names sort by time, so the version at any instant is the last one before it, and a version was superseded when the next entry of
 * its file begins. A message may arrive twice or late: the same version always has the same name, and what is there is never overwritten.
 *
 * Nothing is purged yet, and nothing must be purged by age: a version's period starts when it is superseded, not when it is made.
 */
import type { QueueBatch, R2Bucket } from "../runtime";

export interface Environment {
  readonly FILES: R2Bucket;
  readonly VAULT: R2Bucket;
}

/** A message of R2's event notifications (vendor's page "Event notifications", message format). */
export interface ObjectEvent {
  readonly action: "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "DeleteObject" | "LifecycleDeletion";
  readonly bucket: string;
  readonly object: { readonly key: string; readonly eTag?: string };
  /** ISO 8601, UTC. */
  readonly eventTime: string;
}

export default {
  async queue(batch: QueueBatch<ObjectEvent>, environment: Environment): Promise<void> {
    for (const message of batch.messages) {
      try {
        await keep(message.body, environment);
        message.ack();
      } catch (error) {
        // Retried by the queue, and at last put into the dead-letter queue, which is watched: no event is dropped.
        report("copy failed", message.body, { attempts: message.attempts, error: String(error) });
        message.retry();
      }
    }
  },
};

async function keep(event: ObjectEvent, { FILES, VAULT }: Environment): Promise<void> {
  switch (event.action) {
    case "PutObject":
    case "CopyObject":
    case "CompleteMultipartUpload":
      return keepVersion(event, FILES, VAULT);
    case "DeleteObject":
    case "LifecycleDeletion":
      await VAULT.put(`${event.object.key}/${new Date(event.eventTime).toISOString()}-deleted`, "", onlyNew);
      return;
    default:
      throw new Error(`unknown action ${String((event as { action?: unknown }).action)}`);
  }
}

async function keepVersion(event: ObjectEvent, files: R2Bucket, vault: R2Bucket): Promise<void> {
  const object = await files.get(event.object.key);
  // Overwritten or deleted between the upload and this message: that version cannot be had any more. The queue's delay is the window.
  if (object === null || object.etag !== event.object.eTag) report("version lost", event, { found: object?.etag ?? null });
  if (object === null) return;
  const name = `${object.key}/${object.uploaded.toISOString()}-${object.etag}`;
  if ((await vault.head(name)) !== null) return;
  await vault.put(name, object.body, { ...onlyNew, httpMetadata: object.httpMetadata, customMetadata: object.customMetadata });
}

/** Creates, and never overwrites. */
const onlyNew = { onlyIf: { etagDoesNotMatch: "*" } };

/** One line of JSON for the Worker's log. */
function report(what: string, event: ObjectEvent, details: Record<string, unknown>): void {
  console.error(
    JSON.stringify({ what, action: event.action, key: event.object?.key, etag: event.object?.eTag, time: event.eventTime, ...details }),
  );
}
