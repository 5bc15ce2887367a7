import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { lockDirectory } from "../../world/lock";
import type { World } from "../../world/world";
import { Blobs, type Blob } from "./blobs";
import { movedClock, type SandboxClock } from "./clock";
import { requireConditions, type Conditions } from "./conditions";
import { ContentWatcher, type ExpectedHashes } from "./content-watcher";
import { listObjects, type ListRequest, type ListResult } from "./list-objects";
import { isLocked, lockRules } from "./lock-rules";
import { ObjectIndex, type IndexChange } from "./object-index";
import { eventMessages, type ObjectEvent } from "./object-events";
import { R2Error } from "./r2-error";
import type { ObjectMetadata, StoredObject, Upload, UploadedPart } from "./stored-object";
import { worldBuckets, type BucketRecord } from "./world-buckets";

/** https://developers.cloudflare.com/r2/platform/limits/: bytes of a key, of custom metadata, of one upload and of a part that is not the last. */
const limits = { key: 1024, metadata: 8192, upload: 5 * 2 ** 30 - 5 * 2 ** 20, leastPart: 5 * 2 ** 20, parts: 10_000 };

export interface WriteRequest {
  metadata: ObjectMetadata;
  conditions?: Conditions;
  expected?: ExpectedHashes;
}

/**
 * The objects of all buckets: the one place through which S3 clients, Workers and the lifecycle read and write, and where locks are
 * enforced. Everything is checked and changed in one turn of the event loop, so no writer comes between a check and its write.
 */
export class ObjectStore {
  private constructor(
    readonly world: World,
    readonly index: ObjectIndex,
    private readonly blobs: Blobs,
    readonly clock: SandboxClock,
    private readonly unlock: () => Promise<void>,
    private readonly onMessages: () => void,
  ) {}

  /**
   * @param onMessages called when messages were put into queues
   * @throws CHI-S013 when another process has the directory, CHI-S011 when its journal is damaged
   */
  static async open({
    directory,
    world,
    clock,
    onMessages = () => undefined,
  }: {
    directory: string;
    world: World;
    clock?: SandboxClock;
    onMessages?: () => void;
  }): Promise<ObjectStore> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const unlock = await lockDirectory(directory);
    try {
      const index = await ObjectIndex.open(join(directory, "index"));
      const known = new Set(worldBuckets(world).map(({ id }) => id));
      const gone = index.bucketIds().filter((id) => !known.has(id));
      if (gone.length > 0) await index.change(gone.map((bucket) => ({ dropped: { bucket } })));
      const kept = index.blobIds();
      const blobs = await Blobs.open(join(directory, "blobs"), (id) => kept.has(id));
      return new ObjectStore(
        world,
        index,
        blobs,
        movedClock(() => index.offsetSeconds, clock),
        unlock,
        onMessages,
      );
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.index.close();
    await this.unlock();
  }

  head(bucket: BucketRecord, key: string): StoredObject | undefined {
    checkKey(key);
    return this.index.objects(bucket.id).get(key);
  }

  /** The bytes `start` to `end`, inclusive, of an object that `head` gave. */
  read(object: StoredObject, start = 0, end = object.size - 1): Readable {
    return this.blobs.read(object.blobs, start, end);
  }

  list(bucket: BucketRecord, request: ListRequest): ListResult {
    return listObjects(this.index.objects(bucket.id), request);
  }

  async put(bucket: BucketRecord, key: string, source: AsyncIterable<Buffer>, request: WriteRequest): Promise<StoredObject> {
    checkKey(key);
    checkMetadata(request.metadata);
    // Before the bytes as well: a refused upload should not have to be sent to its end.
    this.checkWritable(bucket, key, request.conditions);
    const { blob, md5, checksums } = await this.receive(source, request.expected ?? {});
    const object = this.newObject(key, [blob], md5, request.metadata, checksums);
    await this.commitOr(blob, bucket, object, { action: "PutObject", key, object }, request.conditions);
    return object;
  }

  /** @param metadata absent: the source's */
  async copy(
    from: { bucket: BucketRecord; object: StoredObject },
    to: { bucket: BucketRecord; key: string; metadata?: ObjectMetadata; conditions?: Conditions },
  ): Promise<StoredObject> {
    const { object: source } = from;
    checkKey(to.key);
    checkMetadata(to.metadata ?? source.metadata);
    this.checkWritable(to.bucket, to.key, to.conditions);
    const [first] = source.blobs;
    // A multipart upload becomes one run of bytes, with the MD5 of its content as every single upload has.
    const { blob, md5 } =
      source.blobs.length === 1 && first !== undefined && !source.etag.includes("-")
        ? { blob: await this.blobs.copy(first), md5: source.etag }
        : await this.receive(this.read(source) as AsyncIterable<Buffer>, {});
    const copied = this.newObject(to.key, [blob], md5, to.metadata ?? source.metadata, {
      ...source.checksums,
      s3: source.etag.includes("-") ? {} : source.checksums.s3,
    });
    const copySource = { bucket: from.bucket.name, object: source.key };
    await this.commitOr(blob, to.bucket, copied, { action: "CopyObject", key: to.key, object: copied, copySource }, to.conditions);
    return copied;
  }

  /**
   * Deletes; what is not there counts as deleted.
   * @throws ObjectLockedByBucketPolicy; nothing is deleted then
   */
  async delete(
    bucket: BucketRecord,
    keys: readonly string[],
    action: "DeleteObject" | "LifecycleDeletion" = "DeleteObject",
  ): Promise<void> {
    for (const key of keys) checkKey(key);
    const found = [...new Set(keys)].flatMap((key) => this.index.objects(bucket.id).get(key) ?? []);
    for (const object of found) this.checkLock(bucket, object);
    if (found.length === 0) return;
    const changes = found.flatMap(({ key }) => [{ remove: { bucket: bucket.id, key } }, ...this.messages(bucket, { action, key })]);
    await this.commit(
      changes,
      found.flatMap(({ blobs }) => blobs),
    );
  }

  async createUpload(bucket: BucketRecord, key: string, metadata: ObjectMetadata, checksumAlgorithm?: string): Promise<Upload> {
    checkKey(key);
    checkMetadata(metadata);
    const begin = {
      id: randomBytes(96).toString("base64url"),
      bucket: bucket.id,
      key,
      initiated: this.clock.now(),
      metadata,
      checksumAlgorithm,
    };
    await this.commit([{ begin }], []);
    return { ...begin, parts: new Map() };
  }

  /** @throws NoSuchUpload */
  upload(bucket: BucketRecord, key: string, id: string): Upload {
    const upload = this.index.uploads.get(id);
    if (upload === undefined || upload.bucket !== bucket.id || upload.key !== key) throw new R2Error("NoSuchUpload");
    return upload;
  }

  async uploadPart(
    bucket: BucketRecord,
    key: string,
    id: string,
    number: number,
    source: AsyncIterable<Buffer>,
    expected: ExpectedHashes = {},
  ): Promise<UploadedPart> {
    if (!Number.isInteger(number) || number < 1 || number > limits.parts)
      throw new R2Error("InvalidArgument", `Part number must be between 1 and ${limits.parts}.`);
    this.upload(bucket, key, id);
    const { blob, md5, checksums } = await this.receive(source, expected);
    const part: UploadedPart = { number, blob, etag: md5, uploaded: this.clock.now(), checksums };
    return this.orRemove(blob, async () => {
      const before = this.upload(bucket, key, id).parts.get(number);
      await this.commit([{ part: { upload: id, part } }], before === undefined ? [] : [before.blob]);
      return part;
    });
  }

  async completeUpload(
    bucket: BucketRecord,
    key: string,
    id: string,
    named: readonly { number: number; etag: string }[],
    conditions?: Conditions,
  ): Promise<StoredObject> {
    const upload = this.upload(bucket, key, id);
    const parts = namedParts(upload, named);
    const before = this.checkWritable(bucket, key, conditions);
    const etag = `${createHash("md5")
      .update(Buffer.from(parts.map((part) => part.etag).join(""), "hex"))
      .digest("hex")}-${parts.length}`;
    const object = this.newObject(
      key,
      parts.map(({ blob }) => blob),
      etag,
      upload.metadata,
      { workers: {}, s3: {} },
    );
    const unused = [...upload.parts.values()].filter((part) => !parts.includes(part)).map(({ blob }) => blob);
    const changes = [
      { put: { bucket: bucket.id, object } },
      { end: { upload: id } },
      ...this.messages(bucket, { action: "CompleteMultipartUpload", key, object }),
    ];
    await this.commit(changes, [...unused, ...(before?.blobs ?? [])]);
    return object;
  }

  async abortUpload({ id, parts }: Upload): Promise<void> {
    await this.commit(
      [{ end: { upload: id } }],
      [...parts.values()].map(({ blob }) => blob),
    );
  }

  /** Forgets all of a bucket that is no more. */
  async dropBucket(id: string): Promise<void> {
    const objects = [...this.index.objects(id).values()].flatMap(({ blobs }) => blobs);
    const parts = [...this.index.uploads.values()]
      .filter(({ bucket }) => bucket === id)
      .flatMap((upload) => [...upload.parts.values()].map(({ blob }) => blob));
    await this.commit([{ dropped: { bucket: id } }], [...objects, ...parts]);
  }

  isLocked(bucket: BucketRecord, object: StoredObject): boolean {
    return isLocked(lockRules(this.world, bucket), object, this.clock.now());
  }

  private checkLock(bucket: BucketRecord, object: StoredObject): void {
    if (this.isLocked(bucket, object)) throw new R2Error("ObjectLockedByBucketPolicy");
  }

  /** @returns the object that would be overwritten */
  private checkWritable(bucket: BucketRecord, key: string, conditions: Conditions | undefined): StoredObject | undefined {
    const before = this.index.objects(bucket.id).get(key);
    requireConditions(conditions, before);
    if (before !== undefined) this.checkLock(bucket, before);
    return before;
  }

  private async commitOr(
    blob: Blob,
    bucket: BucketRecord,
    object: StoredObject,
    event: ObjectEvent,
    conditions: Conditions | undefined,
  ): Promise<void> {
    await this.orRemove(blob, async () => {
      const before = this.checkWritable(bucket, object.key, conditions);
      await this.commit([{ put: { bucket: bucket.id, object } }, ...this.messages(bucket, event)], before?.blobs ?? []);
    });
  }

  /** Runs a check and, in the same turn, the change that relies on it; when it fails, the received bytes go. */
  private async orRemove<T>(blob: Blob, change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } catch (error) {
      await this.blobs.remove([blob.id]);
      throw error;
    }
  }

  private async receive(
    source: AsyncIterable<Buffer>,
    expected: ExpectedHashes,
  ): Promise<{ blob: Blob } & Awaited<ReturnType<ContentWatcher["verify"]>>> {
    const watcher = new ContentWatcher(expected);
    const blob = await this.blobs.write(source, [watcher]);
    try {
      if (blob.size > limits.upload) throw new R2Error("EntityTooLarge");
      return { blob, ...(await watcher.verify()) };
    } catch (error) {
      await this.blobs.remove([blob.id]);
      throw error;
    }
  }

  private newObject(
    key: string,
    blobs: Blob[],
    etag: string,
    metadata: ObjectMetadata,
    checksums: StoredObject["checksums"],
  ): StoredObject {
    const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
    return { key, version: randomBytes(16).toString("hex"), size, etag, uploaded: this.clock.now(), metadata, checksums, blobs };
  }

  private messages(bucket: BucketRecord, event: ObjectEvent): IndexChange[] {
    return eventMessages(this.world, bucket, event, this.clock.now()).map((message) => ({ message }));
  }

  private async commit(changes: IndexChange[], unused: readonly Blob[]): Promise<void> {
    await this.index.change(changes);
    // Only now: until the disk has the change, a restart would find the old object.
    await this.blobs.remove(unused.map(({ id }) => id));
    if (changes.some((change) => "message" in change)) this.onMessages();
  }
}

function checkKey(key: string): void {
  if (key === "" || Buffer.byteLength(key) > limits.key) throw new R2Error("InvalidObjectName");
}

function checkMetadata({ custom }: ObjectMetadata): void {
  const bytes = Object.entries(custom).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > limits.metadata) throw new R2Error("MetadataTooLarge");
}

/** The parts that make the object, in the order of their numbers, by R2's rules: all of one size but the last, which may be smaller. */
function namedParts(upload: Upload, named: readonly { number: number; etag: string }[]): UploadedPart[] {
  if (named.length === 0) throw new R2Error("MalformedXML");
  const numbers = named.map(({ number }) => number);
  if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] as number)))
    throw new R2Error("InvalidPart", "The list of parts was not in ascending order.");
  const parts = named.map(({ number, etag }) => {
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) throw new R2Error("InvalidPart");
    return part;
  });
  const [first, last] = [parts[0], parts[parts.length - 1]] as [UploadedPart, UploadedPart];
  for (const { blob } of parts.slice(0, -1)) {
    if (blob.size < limits.leastPart) throw new R2Error("EntityTooSmall");
    if (blob.size !== first.blob.size) throw new R2Error("UnequalParts");
  }
  if (last.blob.size > first.blob.size) throw new R2Error("UnequalParts");
  return parts;
}
