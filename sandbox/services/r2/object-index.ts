import { Journal } from "../../world/journal";
import { SortedObjects } from "./sorted-objects";
import type { QueuedMessage, StoredObject, Upload, UploadedPart } from "./stored-object";

/** One step of an atomic change. */
export type IndexChange =
  | { put: { bucket: string; object: StoredObject } }
  | { remove: { bucket: string; key: string } }
  | { begin: Omit<Upload, "parts"> }
  | { part: { upload: string; part: UploadedPart } }
  | { end: { upload: string } }
  | { message: QueuedMessage }
  | { settled: { message: string } }
  | { dropped: { bucket: string } }
  | { clock: { offsetSeconds: number } };

/**
 * What the buckets hold, kept in memory and in a journal on disk. Reads are synchronous. A change takes effect at once and its promise
 * resolves when it is on disk, so that a check and the change that relies on it are atomic when no `await` stands between them.
 * An event that a change causes is in the same line of the journal: neither is ever there without the other.
 */
export class ObjectIndex {
  private readonly buckets = new Map<string, SortedObjects>();
  readonly uploads = new Map<string, Upload>();
  /** In the order in which they were sent. */
  readonly messages = new Map<string, QueuedMessage>();
  offsetSeconds = 0;
  private queue: { changes: IndexChange[]; resolve: () => void; reject: (error: Error) => void }[] = [];
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;
  private journalled = 0;

  private constructor(private readonly journal: Journal) {}

  /** @throws CHI-S011 when the journal is damaged */
  static async open(directory: string): Promise<ObjectIndex> {
    const { journal, lines } = await Journal.open(directory);
    const index = new ObjectIndex(journal);
    for (const changes of lines as IndexChange[][]) {
      for (const change of changes) index.alter(change);
      index.journalled += changes.length;
    }
    return index;
  }

  /** The objects of a bucket; of one that has none, an empty collection. */
  objects(bucket: string): SortedObjects {
    return this.buckets.get(bucket) ?? new SortedObjects();
  }

  bucketIds(): string[] {
    return [...new Set([...this.buckets.keys(), ...[...this.uploads.values()].map(({ bucket }) => bucket)])];
  }

  /** All files that something refers to. */
  blobIds(): Set<string> {
    const ids = new Set<string>();
    for (const objects of this.buckets.values()) for (const { blobs } of objects.values()) for (const { id } of blobs) ids.add(id);
    for (const { parts } of this.uploads.values()) for (const { blob } of parts.values()) ids.add(blob.id);
    return ids;
  }

  /** @throws CHI-S231 when the disk refuses; the memory is then ahead of the disk, so every later change is refused as well */
  change(changes: IndexChange[]): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    for (const change of changes) this.alter(change);
    return new Promise((resolve, reject) => {
      this.queue.push({ changes, resolve, reject });
      this.writing ??= this.writeQueue();
    });
  }

  async close(): Promise<void> {
    await this.writing;
    this.failure ??= new Error("CHI-S230 the sandbox's object store is stopping: start it again with `npx chisan sandbox start`");
    await this.journal.close();
  }

  private alter(change: IndexChange): void {
    if ("put" in change) {
      const { bucket, object } = change.put;
      const objects = this.buckets.get(bucket) ?? new SortedObjects();
      this.buckets.set(bucket, objects);
      objects.set(object);
    } else if ("remove" in change) this.buckets.get(change.remove.bucket)?.delete(change.remove.key);
    else if ("begin" in change) this.uploads.set(change.begin.id, { ...change.begin, parts: new Map() });
    else if ("part" in change) this.uploads.get(change.part.upload)?.parts.set(change.part.part.number, change.part.part);
    else if ("end" in change) this.uploads.delete(change.end.upload);
    else if ("message" in change) this.messages.set(change.message.id, change.message);
    else if ("settled" in change) this.messages.delete(change.settled.message);
    else if ("clock" in change) this.offsetSeconds = change.clock.offsetSeconds;
    else {
      this.buckets.delete(change.dropped.bucket);
      for (const upload of [...this.uploads.values()]) if (upload.bucket === change.dropped.bucket) this.uploads.delete(upload.id);
    }
  }

  /** One line per turn holds whatever has been queued meanwhile: concurrent changes share a disk flush. */
  private async writeQueue(): Promise<void> {
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        if (this.failure !== undefined) throw this.failure;
        await this.write(batch.flatMap(({ changes }) => changes));
      } catch (error) {
        this.failure ??= new Error(
          `CHI-S231 the sandbox could not write its buckets' index (${(error as Error).message}): free some disk space, then npx chisan sandbox restart`,
        );
        for (const { reject } of batch) reject(this.failure);
        continue;
      }
      for (const { resolve } of batch) resolve();
    }
    // In the same turn in which the queue was found empty: a change that comes a moment later starts a new run.
    this.writing = undefined;
  }

  private async write(changes: IndexChange[]): Promise<void> {
    const live = this.liveCount();
    if (this.journalled + changes.length > 2000 + 4 * live) {
      await this.journal.rewrite([this.snapshot()]);
      this.journalled = live;
    } else {
      await this.journal.append(changes);
      this.journalled += changes.length;
    }
  }

  private liveCount(): number {
    let count = this.messages.size + 1;
    for (const objects of this.buckets.values()) count += objects.size;
    for (const { parts } of this.uploads.values()) count += 1 + parts.size;
    return count;
  }

  private snapshot(): IndexChange[] {
    return [
      { clock: { offsetSeconds: this.offsetSeconds } },
      ...[...this.buckets].flatMap(([bucket, objects]) => [...objects.values()].map((object) => ({ put: { bucket, object } }))),
      ...[...this.uploads.values()].flatMap(({ parts, ...begin }) => [
        { begin },
        ...[...parts.values()].map((part) => ({ part: { upload: begin.id, part } })),
      ]),
      ...[...this.messages.values()].map((message) => ({ message })),
    ];
  }
}
