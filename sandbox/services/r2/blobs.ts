import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import * as fs from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

/** A run of bytes on disk: a whole object, or one part of it. */
export interface Blob {
  id: string;
  /** Bytes. */
  size: number;
}

/** Sees each chunk once, in order, before it is written: a hash, a count. */
export interface ByteWatcher {
  update(chunk: Buffer): void;
}

/** Chunks are gathered to so many bytes before the disk is asked to write. */
const gather = 1 << 20;

/**
 * Files that are written once and never changed. They are not flushed to the platter one by one: a killed process loses nothing of them
 * (the kernel has the bytes), a power cut may.
 */
export class Blobs {
  private readonly reading = new Map<string, number>();
  private readonly doomed = new Set<string>();

  private constructor(private readonly directory: string) {}

  /** @param isKept whether an object still has this blob; the others are what a killed process left, and go */
  static async open(directory: string, isKept: (id: string) => boolean): Promise<Blobs> {
    await fs.mkdir(directory, { recursive: true, mode: 0o700 });
    for (const id of await fs.readdir(directory)) if (!isKept(id)) await fs.rm(join(directory, id), { force: true });
    return new Blobs(directory);
  }

  /** Streams to a new file; at most 2 MiB are in memory. On a failure of the source or the disk nothing is left. */
  async write(source: AsyncIterable<Buffer>, watchers: readonly ByteWatcher[] = []): Promise<Blob> {
    const id = newId();
    const path = join(this.directory, id);
    const file = await fs.open(path, "wx", 0o600);
    let size = 0;
    let writing: Promise<unknown> = Promise.resolve();
    try {
      let gathered: Buffer[] = [];
      let bytes = 0;
      const flush = async () => {
        const batch = gathered;
        gathered = [];
        bytes = 0;
        // One write at a time: the next chunks are hashed meanwhile.
        await writing;
        writing = file.writev(batch);
        // Its failure is thrown where it is awaited, not as an unhandled one before.
        writing.catch(() => undefined);
      };
      for await (const chunk of source) {
        for (const watcher of watchers) watcher.update(chunk);
        gathered.push(chunk);
        bytes += chunk.length;
        size += chunk.length;
        if (bytes >= gather) await flush();
      }
      if (bytes > 0) await flush();
      await writing;
    } catch (error) {
      await writing.catch(() => undefined);
      await file.close();
      await fs.rm(path, { force: true });
      throw error;
    }
    await file.close();
    return { id, size };
  }

  /** Another name for the same bytes, at no cost. */
  async copy(blob: Blob): Promise<Blob> {
    const id = newId();
    await fs.link(join(this.directory, blob.id), join(this.directory, id));
    return { id, size: blob.size };
  }

  /**
   * The bytes `start` to `end` (inclusive) of blobs that follow each other. What is removed while it is read stays until the stream has ended.
   */
  read(blobs: readonly Blob[], start: number, end: number): Readable {
    const pieces: { id: string; start: number; end: number }[] = [];
    let at = 0;
    for (const { id, size } of blobs) {
      if (size > 0 && at <= end && at + size > start)
        pieces.push({ id, start: Math.max(start - at, 0), end: Math.min(end - at, size - 1) });
      at += size;
    }
    for (const { id } of pieces) this.reading.set(id, (this.reading.get(id) ?? 0) + 1);
    const release = () => {
      for (const { id } of pieces) this.release(id);
    };
    const [only] = pieces;
    // One file needs no JavaScript between the disk and the socket.
    const stream =
      pieces.length === 1 && only !== undefined
        ? createReadStream(join(this.directory, only.id), { start: only.start, end: only.end, highWaterMark: 256 * 1024 })
        : Readable.from(this.pieces(pieces), { objectMode: false, highWaterMark: 1 << 20 });
    stream.once("close", release);
    return stream;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.reading.has(id)) this.doomed.add(id);
      else await fs.rm(join(this.directory, id), { force: true });
    }
  }

  private async *pieces(pieces: readonly { id: string; start: number; end: number }[]): AsyncGenerator<Buffer> {
    for (const { id, start, end } of pieces) {
      for await (const chunk of createReadStream(join(this.directory, id), { start, end, highWaterMark: 256 * 1024 }))
        yield chunk as Buffer;
    }
  }

  private release(id: string): void {
    const readers = (this.reading.get(id) ?? 1) - 1;
    if (readers > 0) return void this.reading.set(id, readers);
    this.reading.delete(id);
    if (this.doomed.delete(id)) {
      fs.rm(join(this.directory, id), { force: true }).catch((error: Error) =>
        process.emitWarning(`a deleted object's file stays: ${error.message}`),
      );
    }
  }
}

function newId(): string {
  return randomBytes(16).toString("hex");
}
