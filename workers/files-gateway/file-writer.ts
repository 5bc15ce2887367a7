/**
 * All writes of one file, one after the other. The order of the steps is what keeps every version, wherever this stops:
 *
 * 1. the present version is in the vault, under a lock that will cover its period;
 * 2. only then it is replaced, on the condition that it is still the present one;
 * 3. of a deletion, which leaves nothing behind that tells its time, the intent is stored before and the marker written after.
 *
 * Stopped after 1: a copy too many. Stopped within 3: `recover` finds out what happened, from the alarm or before the next write.
 * The new version itself needs no copy here: it is in the bucket, and gets one by the keeper on its event or in step 1 of the next write.
 */
import { type Buckets, copyObject, keepBeforeSuperseding, onlyNew, recordDeletion, versionOf } from "../file-versions/archive";
import { longestLife } from "../file-versions/signature";
import { parseVaultName, versionName } from "../file-versions/vault-name";
import type { DurableStorage, R2Metadata, R2Object, R2Part } from "../runtime";
import { type Answer, Refusal } from "./answer";
import { UsedSignatures } from "./used-signatures";

export interface Clock {
  now(): Date;
  /** Milliseconds. */
  wait(time: number): Promise<void>;
}

/** What the signer binds a write to. */
export interface WriteCondition {
  /** The etag that the present version must have, or "absent". */
  readonly ifPresent?: string;
}

interface DeleteIntent {
  /** The present version's name in the vault. */
  readonly version: string;
  /** ISO 8601; the deletion's marker has it, however often it is written. */
  readonly time: string;
}

interface CompleteIntent {
  readonly uploadId: string;
  /** The version that was present before; empty: none. */
  readonly version: string;
}

/** Milliseconds after which a deletion that was cut off is looked into. */
const recoverAfter = 30_000;
/** Milliseconds that this Worker's clock and R2's may differ. */
const clockTolerance = 5_000;
const attempts = 3;

export class FileWriter {
  private readonly used: UsedSignatures;

  public constructor(
    private readonly key: string,
    private readonly buckets: Buckets,
    private readonly storage: DurableStorage,
    private readonly clock: Clock,
  ) {
    this.used = new UsedSignatures(storage);
  }

  public async put(
    content: ReadableStream<Uint8Array> | string,
    options: R2Metadata & WriteCondition & { readonly sha256?: string },
  ): Promise<Answer> {
    const { httpMetadata, customMetadata, sha256 } = options;
    const present = await this.prepare(options);
    const put = await this.buckets.FILES.put(this.key, content, {
      onlyIf: isStill(present),
      httpMetadata,
      customMetadata,
      ...(sha256 === undefined ? {} : { sha256 }),
    });
    // The content is used up: only the sender can send it again.
    if (put === null) throw changed();
    return written(put);
  }

  public async delete(condition: WriteCondition): Promise<Answer> {
    const present = await this.prepare(condition);
    if (present === null) return { status: 200, body: { deleted: false } };
    const time = new Date(Math.max(this.clock.now().getTime(), present.uploaded.getTime() + 1));
    const intent: DeleteIntent = { version: versionName(versionOf(present)), time: time.toISOString() };
    await this.storage.put("deleting", intent);
    await this.storage.setAlarm(this.clock.now().getTime() + recoverAfter);
    await this.buckets.FILES.delete(this.key);
    await this.finishDeletion(intent);
    return { status: 200, body: { deleted: true, time: intent.time } };
  }

  public async completeUpload(uploadId: string, parts: readonly R2Part[], condition: WriteCondition): Promise<Answer> {
    await this.recover();
    // Completed by an attempt that was cut off before its answer; R2 knows nothing of a completed upload.
    const before = await this.used.answerOf(uploadName(uploadId));
    if (before !== undefined) return before;
    const present = await this.prepare(condition);
    await this.storage.put("completing", { uploadId, version: present === null ? "" : versionName(versionOf(present)) } satisfies CompleteIntent);
    const upload = this.buckets.FILES.resumeMultipartUpload(this.key, uploadId);
    const completed = written(await completing(() => upload.complete(parts)));
    await this.finishUpload(uploadId, completed);
    return completed;
  }

  /** Makes a version from the vault the present one again. */
  public async restore(name: string, condition: WriteCondition): Promise<Answer> {
    const parsed = parseVaultName(name);
    if (parsed?.kind !== "version" || parsed.key !== this.key) {
      throw new Refusal(400, `CHI-W041 "${name}" is no version of "${this.key}": take a name from the file's versions`);
    }
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const present = await this.prepare(condition);
      if (present !== null && versionName(versionOf(present)) === versionName(parsed)) return { status: 200, body: { ...written(present).body, same: true } };
      const source = await this.buckets.VAULT.head(name);
      if (source === null) throw new Refusal(404, `CHI-W042 the vault has no "${name}": it was purged, or never there`);
      const target = { bucket: this.buckets.FILES, name: this.key, onlyIf: isStill(present) };
      const put = await copyObject(this.buckets.VAULT, source, target);
      if (put !== null) return written(put);
    }
    throw changed();
  }

  /** Before each write, and from the alarm: what was cut off either did not happen, or is brought to its end. */
  public async recover(): Promise<void> {
    const deletion = await this.storage.get<DeleteIntent>("deleting");
    const upload = await this.storage.get<CompleteIntent>("completing");
    if (deletion === undefined && upload === undefined) return;
    const present = await this.buckets.FILES.head(this.key);
    const name = present === null ? "" : versionName(versionOf(present));
    if (deletion !== undefined) {
      if (name === deletion.version) await this.storage.delete("deleting");
      else await this.finishDeletion(deletion);
    }
    if (upload !== undefined) {
      if (present === null || name === upload.version) await this.storage.delete("completing");
      else await this.finishUpload(upload.uploadId, written(present));
    }
  }

  private async finishUpload(uploadId: string, answer: Answer): Promise<void> {
    await this.used.remember(uploadName(uploadId), this.clock.now().getTime() / 1000 + longestLife, answer);
    await this.storage.delete("completing");
  }

  private async finishDeletion({ time }: DeleteIntent): Promise<void> {
    await recordDeletion(this.buckets.VAULT, this.key, new Date(time));
    await this.storage.put("deleted", time);
    await this.storage.delete("deleting");
  }

  /** Step 1. Gives the present version, which is in the vault now. */
  private async prepare({ ifPresent }: WriteCondition): Promise<R2Object | null> {
    await this.recover();
    const present = await this.buckets.FILES.head(this.key);
    if (ifPresent !== undefined && ifPresent !== (present?.etag ?? "absent")) {
      throw new Refusal(412, `CHI-W040 the file is ${present?.etag ?? "absent"}, and the request is for ${ifPresent}: read it again, then decide`);
    }
    const deleted = await this.storage.get<string>("deleted");
    const last = Math.max(present?.uploaded.getTime() ?? 0, deleted === undefined ? 0 : Date.parse(deleted));
    if (present !== null) await keepBeforeSuperseding(this.buckets, present, this.clock.now());
    await this.passBy(last);
    return present;
  }

  /** So that the next version's time is later than the last one's: history is read in the order of times. */
  private async passBy(time: number): Promise<void> {
    const ahead = () => time - this.clock.now().getTime();
    if (ahead() > clockTolerance) throw new Refusal(503, `CHI-W043 the file's last change is ${ahead()} ms in the future: try again later`);
    while (ahead() >= 0) await this.clock.wait(ahead() + 1);
  }
}

/** Beside the signatures, of which none has a space. */
function uploadName(uploadId: string): string {
  return `upload ${uploadId}`;
}

function isStill(present: R2Object | null) {
  return present === null ? onlyNew : { etagMatches: present.etag };
}

function changed(): Refusal {
  return new Refusal(409, "CHI-W044 somebody else wrote the file meanwhile, straight to S3; nothing was changed: send the request again");
}

/** R2's refusals of an upload's completion are the caller's to mend, and tell it apart from a failure. */
async function completing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // 10024 NoSuchUpload, 10025 InvalidPart, 10011 EntityTooSmall (vendor's page "Error codes")
    if (/\((10024|10025|10011|10048)\)/.test(String(error))) {
      throw new Refusal(409, `CHI-W045 R2 does not complete the upload: ${String(error)}; upload the parts again`);
    }
    throw error;
  }
}

function written({ etag, uploaded, size }: R2Object): Answer {
  return { status: 200, body: { etag, uploaded: uploaded.toISOString(), size } };
}
