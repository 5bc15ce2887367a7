/** Brings one event of the files' bucket into the vault. May be called twice, late, and in any order of the events of one file. */
import { type Buckets, holdVersionBefore, keepPresent, listChain, recordDeletion } from "../file-versions/archive";
import type { LostVersion } from "../file-versions/ledger";
import { chainPrefix, parseVaultName } from "../file-versions/vault-name";

/** A message of R2's event notifications (vendor's page "Event notifications", message format). */
export interface ObjectEvent {
  readonly action: "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "DeleteObject" | "LifecycleDeletion";
  readonly bucket: string;
  readonly object: { readonly key: string; readonly eTag?: string };
  /** ISO 8601, UTC. */
  readonly eventTime: string;
}

/** Milliseconds that an event's time and the object's may differ: both are R2's, of one write. */
const eventTolerance = 5_000;

/**
 * @returns the version that could not be had any more, if so
 * @throws when R2 fails, or the file changed during the copy: the message must come again
 */
export async function keepEvent(
  event: ObjectEvent,
  buckets: Buckets,
  period: { now: Date; versionDays: number },
): Promise<LostVersion | undefined> {
  const { key, eTag } = event.object;
  switch (event.action) {
    case "PutObject":
    case "CopyObject":
    case "CompleteMultipartUpload": {
      const present = await buckets.FILES.head(key);
      if (present !== null) {
        await keepPresent(buckets, present);
        await holdVersionBefore(buckets.VAULT, key, present.uploaded, period);
      }
      if ((present?.etag === eTag && isNear(present?.uploaded, event)) || (await isKept(event, buckets))) return undefined;
      // Overwritten or deleted between the upload and this message, by a client that writes straight to S3: the queue's delay is the window.
      return { key, etag: eTag ?? "", time: event.eventTime };
    }
    case "DeleteObject":
    case "LifecycleDeletion": {
      const time = new Date(event.eventTime);
      // Written even where a deletion is recorded already: whether a version came between may not be known yet, and two in a row are one.
      await recordDeletion(buckets.VAULT, key, time);
      await holdVersionBefore(buckets.VAULT, key, time, period);
      return undefined;
    }
    default:
      throw new Error(`unknown action ${String((event as { action?: unknown }).action)}`);
  }
}

/** Whether the event's version is in the vault: put there by the gateway, or by an earlier delivery of the same message. */
async function isKept({ object: { key, eTag }, eventTime }: ObjectEvent, { VAULT }: Buckets): Promise<boolean> {
  const time = Date.parse(eventTime);
  const names = await listChain(VAULT, key, `${chainPrefix(key)}${new Date(time - eventTolerance).toISOString()}`);
  return names.some(({ name }) => {
    const parsed = parseVaultName(name);
    return parsed?.kind === "version" && parsed.etag === eTag && isNear(parsed.uploaded, { eventTime });
  });
}

/** The same content may have been uploaded twice: the time tells the two apart. */
function isNear(uploaded: Date | undefined, { eventTime }: Pick<ObjectEvent, "eventTime">): boolean {
  return uploaded !== undefined && Math.abs(uploaded.getTime() - Date.parse(eventTime)) <= eventTolerance;
}
