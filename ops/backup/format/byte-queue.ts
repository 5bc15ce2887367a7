/** Bytes that arrive in pieces of any size and leave in pieces of the size that is asked for; copied only where a piece spans two. */
export class ByteQueue {
  private readonly pieces: Buffer[] = [];
  private total = 0;

  public get length(): number {
    return this.total;
  }

  public add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.total += piece.length;
  }

  /** @throws RangeError when there are fewer */
  public take(bytes: number): Buffer {
    if (bytes > this.total) throw new RangeError(`${bytes} bytes were asked for, ${this.total} are there`);
    const first = this.pieces[0];
    this.total -= bytes;
    if (first === undefined || bytes === 0) return Buffer.alloc(0);
    if (first.length === bytes) return this.pieces.shift() as Buffer;
    if (first.length > bytes) {
      this.pieces[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    const result = Buffer.allocUnsafe(bytes);
    let used = 0;
    let whole = 0;
    for (const piece of this.pieces) {
      if (used + piece.length > bytes) break;
      used += piece.copy(result, used);
      whole += 1;
    }
    this.pieces.splice(0, whole);
    const rest = this.pieces[0];
    if (rest !== undefined && used < bytes) {
      rest.copy(result, used, 0, bytes - used);
      this.pieces[0] = rest.subarray(bytes - used);
    }
    return result;
  }

  /** The first bytes without taking them; fewer when fewer are there. */
  public peek(bytes: number): Buffer {
    const first = this.pieces[0];
    if (first !== undefined && first.length >= bytes) return first.subarray(0, bytes);
    const some: Buffer[] = [];
    let used = 0;
    for (const piece of this.pieces) {
      if (used >= bytes) break;
      some.push(piece);
      used += piece.length;
    }
    return Buffer.concat(some).subarray(0, bytes);
  }
}
