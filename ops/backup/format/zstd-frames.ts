/**
 * zstd in frames that can be read in parallel: each is announced by a skippable frame (RFC 8878, section 3.1.2) whose content is the
 * compressed length of the frame after it, as `pzstd` writes them. Plain `zstd -d` reads the result as it reads any zstd file.
 */
import { Transform, type TransformCallback } from "node:stream";
import { Decoder, Encoder } from "@toondepauw/node-zstd";
import { ByteQueue } from "./byte-queue";
import { FramePool } from "./frame-pool";

/** Of each frame before compression, but for the last. */
export const frameBytes = 4 * 1024 * 1024;
const announcementMagic = 0x184d2a50;
const announcementBytes = 12;
/** zstd's own bound (ZSTD_compressBound) for what a frame can grow to when nothing in it can be compressed, and its header and checksum. */
const longestFrame = frameBytes + (frameBytes >>> 8) + 64;
/** Level 1: on two cores the database is what is waited for, and a higher level would be. */
const level = 1;
/** Frames at work at once. libuv has 4 threads unless UV_THREADPOOL_SIZE says otherwise; a few more would only hold memory. */
const inFlight = 3;

/** Works on several pieces at once and gives the results in the order of the pieces; holds at most `inFlight` of them. */
abstract class OrderedWork extends Transform {
  private readonly running: Promise<Buffer[]>[] = [];

  /** Starts the work on a piece; waits for the oldest when enough are at work. */
  protected async start(work: Promise<Buffer[]>): Promise<void> {
    // Its failure is met where its turn comes: until then it must not count as unhandled.
    work.catch(() => undefined);
    this.running.push(work);
    if (this.running.length >= inFlight) await this.giveOldest();
  }

  protected async giveAll(): Promise<void> {
    while (this.running.length > 0) await this.giveOldest();
  }

  private async giveOldest(): Promise<void> {
    for (const piece of (await this.running.shift()) ?? []) this.push(piece);
  }

  public override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.accept(data).then(() => done(), done);
  }

  public override _flush(done: TransformCallback): void {
    this.finish().then(() => done(), done);
  }

  protected abstract accept(data: Buffer): Promise<void>;
  protected abstract finish(): Promise<void>;
}

class Compression extends OrderedWork {
  /** Before compression, so far. */
  public plainBytes = 0;
  private readonly encoder = new Encoder(level);
  private frame: Buffer | undefined;
  private used = 0;
  private frames = 0;

  public constructor(private readonly pool: FramePool) {
    // One frame ahead and no more: a source that gives frames fills the next one meanwhile.
    super({ writableHighWaterMark: 1, readableHighWaterMark: frameBytes });
  }

  protected async accept(data: Buffer): Promise<void> {
    this.plainBytes += data.length;
    if (this.pool.isFrame(data)) {
      await this.startFrame();
      return this.start(this.compressed(data));
    }
    for (let at = 0; at < data.length; ) {
      this.frame ??= this.pool.take();
      const copied = data.copy(this.frame, this.used, at);
      at += copied;
      this.used += copied;
      if (this.used === frameBytes) await this.startFrame();
    }
  }

  protected async finish(): Promise<void> {
    await this.startFrame();
    // An empty text is one empty frame: a file without any would be an error to `zstd -d`.
    if (this.frames === 0) await this.start(this.compressed(Buffer.alloc(0)));
    await this.giveAll();
  }

  /** What was gathered from pieces, if anything. */
  private async startFrame(): Promise<void> {
    if (this.frame === undefined) return;
    const text = this.frame.subarray(0, this.used);
    [this.frame, this.used] = [undefined, 0];
    await this.start(this.compressed(text));
  }

  private async compressed(text: Buffer): Promise<Buffer[]> {
    this.frames += 1;
    const frame = await this.encoder.encode(text);
    // Not before: the other thread reads it.
    this.pool.give(text);
    const announcement = Buffer.alloc(announcementBytes);
    announcement.writeUInt32LE(announcementMagic, 0);
    announcement.writeUInt32LE(4, 4);
    announcement.writeUInt32LE(frame.length, 8);
    return [announcement, frame];
  }
}

class Decompression extends OrderedWork {
  private readonly decoder = new Decoder();
  private readonly pending = new ByteQueue();
  private frames = 0;

  protected async accept(data: Buffer): Promise<void> {
    this.pending.add(data);
    for (;;) {
      if (this.pending.length < announcementBytes) return;
      const announcement = this.pending.peek(announcementBytes);
      const length = announcement.readUInt32LE(8);
      if (announcement.readUInt32LE(0) !== announcementMagic || announcement.readUInt32LE(4) !== 4) throw this.broken("is not announced with its length");
      if (length > longestFrame) throw this.broken(`is announced with ${length} bytes, ${longestFrame} are the most there can be`);
      if (this.pending.length < announcementBytes + length) return;
      this.pending.take(announcementBytes);
      await this.start(this.decompressed(this.pending.take(length), this.frames++));
    }
  }

  protected async finish(): Promise<void> {
    if (this.pending.length > 0 || this.frames === 0) throw this.broken("is cut off");
    await this.giveAll();
  }

  private async decompressed(frame: Buffer, at: number): Promise<Buffer[]> {
    let text: Buffer;
    try {
      text = await this.decoder.decode(frame);
    } catch (error) {
      throw this.broken(`cannot be decompressed (${error instanceof Error ? error.message : String(error)})`, at);
    }
    if (text.length > frameBytes) throw this.broken(`has ${text.length} bytes, ${frameBytes} are the most there can be`, at);
    return text.length === 0 ? [] : [text];
  }

  private broken(how: string, frame = this.frames): Error {
    return new Error(`CHI-A004 frame ${frame} of the compressed text ${how}; take another backup: npx chisan backup list`);
  }
}

/**
 * A stream that compresses, on several cores, in flat memory (some 30 MB). `plainBytes` counts what went in.
 *
 * @param pool of frames of {@link frameBytes}. A piece that is one of its buffers becomes a frame as it is, and goes back to the pool afterwards;
 *   any other is copied
 */
export function compression(pool = new FramePool(frameBytes)): Transform & { readonly plainBytes: number } {
  return new Compression(pool);
}

/**
 * A stream that decompresses what {@link compression} or `pzstd` with frames of 4 MiB or less wrote, on several cores, in flat memory.
 * Fails with CHI-A004 for anything else, for damage, and for what was cut off.
 */
export function decompression(): Transform {
  return new Decompression();
}
