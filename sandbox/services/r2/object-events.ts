import { randomUUID } from "node:crypto";
import type { World } from "../../world/world";
import type { QueuedMessage, StoredObject } from "./stored-object";
import { bucketSettings, type BucketRecord } from "./world-buckets";

export type ObjectAction = "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "DeleteObject" | "LifecycleDeletion";

/** What happened to an object. */
export interface ObjectEvent {
  action: ObjectAction;
  key: string;
  /** Absent for a deletion. */
  object?: Pick<StoredObject, "size" | "etag">;
  copySource?: { bucket: string; object: string };
}

interface NotificationRule {
  actions?: string[];
  prefix?: string;
  suffix?: string;
}

/**
 * The messages that R2 sends of an event, one for each queue with a rule that matches
 * (https://developers.cloudflare.com/r2/buckets/event-notifications/, message format).
 *
 * @param now milliseconds since 1970
 */
export function eventMessages(world: World, bucket: BucketRecord, event: ObjectEvent, now: number): QueuedMessage[] {
  return bucketSettings(world, "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification", bucket)
    .filter(({ inputs }) => ((inputs.rules ?? []) as NotificationRule[]).some((rule) => matches(rule, event)))
    .map(({ outputs }) => ({
      id: randomUUID().replaceAll("-", ""),
      queue: String(outputs.queueId),
      contentType: "json",
      body: JSON.stringify(messageBody(bucket, event, now)),
      sent: now,
      attempts: 0,
      visibleAt: now,
    }));
}

function matches({ actions = [], prefix = "", suffix = "" }: NotificationRule, { action, key }: ObjectEvent): boolean {
  return actions.includes(action) && key.startsWith(prefix) && key.endsWith(suffix);
}

function messageBody(bucket: BucketRecord, { action, key, object, copySource }: ObjectEvent, now: number): object {
  return {
    account: bucket.account,
    action,
    bucket: bucket.name,
    object: { key, ...(object === undefined ? {} : { size: object.size, eTag: object.etag }) },
    eventTime: new Date(now).toISOString(),
    ...(copySource === undefined ? {} : { copySource }),
  };
}
