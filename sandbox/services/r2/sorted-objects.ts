import type { StoredObject } from "./stored-object";

/** The objects of one bucket, in the order of their keys' UTF-8 bytes, which is the order that R2 lists them in. */
export class SortedObjects {
  private readonly byKey = new Map<string, StoredObject>();
  private keys: { key: string; bytes: Buffer }[] = [];

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): StoredObject | undefined {
    return this.byKey.get(key);
  }

  set(object: StoredObject): void {
    if (!this.byKey.has(object.key)) {
      const bytes = Buffer.from(object.key);
      this.keys.splice(this.place(bytes), 0, { key: object.key, bytes });
    }
    this.byKey.set(object.key, object);
  }

  delete(key: string): void {
    if (this.byKey.delete(key)) this.keys.splice(this.place(Buffer.from(key)), 1);
  }

  values(): Iterable<StoredObject> {
    return this.byKey.values();
  }

  /** The first object with a key of at least (or, `exclusive`, greater than) `from`, and those after it. */
  *from(from: Buffer, exclusive: boolean): Generator<StoredObject> {
    let at = this.place(from);
    if (exclusive && this.keys[at]?.bytes.equals(from)) at++;
    for (; at < this.keys.length; at++) {
      const object = this.byKey.get(this.keys[at]?.key ?? "");
      if (object !== undefined) yield object;
    }
  }

  /** Where the first key that is not less than `bytes` stands. */
  private place(bytes: Buffer): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Buffer.compare((this.keys[middle] as { bytes: Buffer }).bytes, bytes) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
