/**
 * Buffers of one frame each, used again and again. New ones of megabytes are fresh pages of the system, whose first touch costs as much as
 * copying the text into them, and each counts towards a full garbage collection.
 */
export class FramePool {
  private readonly free: Buffer[] = [];
  private readonly lent = new Set<ArrayBufferLike>();

  /** @param frameBytes the size of each */
  public constructor(public readonly frameBytes: number) {}

  /** A whole one, with anything in it. */
  public take(): Buffer {
    const frame = this.free.pop() ?? Buffer.allocUnsafeSlow(this.frameBytes);
    this.lent.add(frame.buffer);
    return frame;
  }

  /** Whether a text lies in a buffer of this pool that was not given back, from its beginning: then whoever has it last gives it back. */
  public isFrame(text: Buffer): boolean {
    return text.byteOffset === 0 && this.lent.has(text.buffer);
  }

  /** Back, when nothing reads it any more. What is not from here, or was given back already, is left alone. */
  public give(text: Buffer): void {
    if (this.lent.delete(text.buffer)) this.free.push(Buffer.from(text.buffer));
  }
}
