/** A bucket in memory, for what is tested about content and not about S3. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { ObjectInfo } from "../../object-store/object-store";

export class MemoryStore {
  public readonly objects = new Map<string, { body: Buffer; lastModified: Date }>();
  /** Keys in the order in which they were deleted. */
  public readonly deleted: string[] = [];
  /** Prefixes that a lock holds. */
  public locked: string[] = [];
  /** Throws before a request when set. */
  public fault: ((request: string, key: string) => Error | undefined) | undefined;

  public put(key: string, body: Buffer | string): Promise<ObjectInfo> {
    this.meet("put", key);
    this.objects.set(key, { body: Buffer.from(body), lastModified: new Date() });
    return Promise.resolve(this.info(key));
  }

  public get(key: string): Promise<{ body: Buffer; etag: string } | undefined> {
    this.meet("get", key);
    const found = this.objects.get(key);
    return Promise.resolve(found === undefined ? undefined : { body: found.body, etag: md5(found.body) });
  }

  public head(key: string): Promise<ObjectInfo | undefined> {
    return Promise.resolve(this.objects.has(key) ? this.info(key) : undefined);
  }

  public getStream(key: string): Readable {
    this.meet("get", key);
    const body = this.objects.get(key)?.body;
    if (body === undefined) return new Readable({ read() { this.destroy(new Error(`CHI-A015 there is no object ${key} in the bucket`)); } });
    const pieces: Buffer[] = [];
    for (let at = 0; at < body.length; at += 50_000) pieces.push(body.subarray(at, at + 50_000));
    return Readable.from(pieces, { objectMode: false });
  }

  public async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    await Promise.resolve();
    for (const key of [...this.objects.keys()].sort()) if (key.startsWith(prefix)) yield this.info(key);
  }

  public folders(prefix: string): Promise<string[]> {
    const found = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key.slice(prefix.length).includes("/"));
    return Promise.resolve([...new Set(found.map((key) => `${prefix}${key.slice(prefix.length).split("/")[0]}/`))].sort());
  }

  public delete(key: string): Promise<void> {
    this.meet("delete", key);
    const lock = this.locked.find((prefix) => key.startsWith(prefix));
    if (lock !== undefined) return Promise.reject(new Error(`CHI-A013 a lock of the bucket forbids to delete ${key}`));
    if (this.objects.delete(key)) this.deleted.push(key);
    return Promise.resolve();
  }

  private info(key: string): ObjectInfo {
    const found = this.objects.get(key) ?? { body: Buffer.alloc(0), lastModified: new Date(0) };
    return { key, bytes: found.body.length, etag: md5(found.body), lastModified: found.lastModified };
  }

  private meet(request: string, key: string): void {
    const error = this.fault?.(request, key);
    if (error !== undefined) throw error;
  }
}

function md5(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}
