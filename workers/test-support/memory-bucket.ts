/** An R2 bucket in memory, with a clock, locks, and calls that can be cut off. What it does is compared with Miniflare's in its test. */
import { createHash } from "node:crypto";
import type { R2Bucket, R2Condition, R2List, R2Metadata, R2MultipartUpload, R2Object, R2ObjectBody, R2Part, R2PutOptions, R2Range } from "../runtime";

/** Time passes only by calls and by `wait`. */
export class TestClock {
  public constructor(public time = Date.parse("2026-01-01T00:00:00.000Z")) {}

  public readonly now = (): Date => new Date(this.time);

  public wait(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    return Promise.resolve();
  }
}

/** The Worker died, as its caller sees it. */
export class CutOff extends Error {}

/** Lets a number of calls through, then cuts all off: the first one before or after it took effect. */
export class Lifeline {
  private left = Number.POSITIVE_INFINITY;
  private when: "before" | "after" = "before";
  public calls = 0;

  public cutAfter(calls: number, when: "before" | "after"): void {
    this.left = calls;
    this.when = when;
    this.calls = 0;
  }

  public mend(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  public async call<Result>(effect: () => Result | Promise<Result>): Promise<Result> {
    this.calls += 1;
    this.left -= 1;
    if (this.left < -1 || (this.left === -1 && this.when === "before")) throw new CutOff();
    const result = await effect();
    if (this.left === -1) throw new CutOff();
    return result;
  }
}

type Stored = R2Object & { readonly content: Buffer };

export class MemoryBucket implements R2Bucket {
  public readonly objects = new Map<string, Stored>();
  /** Called before an object is written over or deleted. */
  public beforeLoss: (object: Stored) => void = () => undefined;
  private readonly uploads = new Map<string, { key: string; metadata: R2Metadata; parts: Map<number, Buffer> }>();

  public constructor(
    private readonly clock: TestClock,
    private readonly lifeline = new Lifeline(),
    /** Milliseconds that an object can be neither deleted nor written over. */
    private readonly lock = 0,
  ) {}

  public head(key: string): Promise<R2Object | null> {
    return this.lifeline.call(() => this.objects.get(key) ?? null);
  }

  public get(key: string, options: { onlyIf?: R2Condition; range?: R2Range } = {}): Promise<R2ObjectBody | R2Object | null> {
    return this.lifeline.call(() => {
      const found = this.objects.get(key);
      if (found === undefined) return null;
      const { content, ...object } = found;
      if (!holds(options.onlyIf, found)) return object;
      const { offset, length } = options.range ?? { offset: 0, length: content.length };
      return { ...object, body: streamOf(content.subarray(offset, offset + length)) };
    });
  }

  public async put(key: string, value: ReadableStream<Uint8Array> | string, options: R2PutOptions = {}): Promise<R2Object | null> {
    const content = typeof value === "string" ? Buffer.from(value) : await contentOf(value);
    return this.lifeline.call(() => {
      const digest = options.md5 === undefined ? undefined : Buffer.from(options.md5 as ArrayBuffer).toString("hex");
      if (digest !== undefined && digest !== md5(content)) throw new Error("put: The MD5 checksum you specified did not match (10037)");
      return this.store(key, content, md5(content), options, options.onlyIf);
    });
  }

  public delete(keys: string | readonly string[]): Promise<void> {
    return this.lifeline.call(() => {
      for (const key of [keys].flat()) {
        const found = this.objects.get(key as string);
        if (found === undefined) continue;
        this.refuseLocked(found);
        this.beforeLoss(found);
        this.objects.delete(found.key);
        this.clock.time += 1;
      }
    });
  }

  public list({ prefix = "", startAfter = "", limit = 1000 }: { prefix?: string; startAfter?: string; limit?: number } = {}): Promise<R2List> {
    return this.lifeline.call(() => {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && compare(key, startAfter) > 0).sort(compare);
      const objects = keys.slice(0, limit).map((key) => this.objects.get(key) as Stored);
      return { objects, truncated: keys.length > limit };
    });
  }

  public createMultipartUpload(key: string, metadata: R2Metadata = {}): Promise<R2MultipartUpload> {
    return this.lifeline.call(() => {
      const uploadId = `upload-${this.uploads.size + 1}`;
      this.uploads.set(uploadId, { key, metadata, parts: new Map() });
      return this.resumeMultipartUpload(key, uploadId);
    });
  }

  public resumeMultipartUpload(key: string, uploadId: string): R2MultipartUpload {
    const upload = () => {
      const found = this.uploads.get(uploadId);
      if (found?.key !== key) throw new Error("The specified multipart upload does not exist. (10024)");
      return found;
    };
    return {
      uploadId,
      uploadPart: async (partNumber, value) => {
        const content = value instanceof ReadableStream ? await contentOf(value) : Buffer.from(value as Uint8Array);
        return this.lifeline.call(() => {
          upload().parts.set(partNumber, content);
          return { partNumber, etag: md5(content) };
        });
      },
      abort: () => this.lifeline.call(() => void this.uploads.delete(uploadId)),
      complete: (parts: readonly R2Part[]) =>
        this.lifeline.call(() => {
          const { metadata, parts: found } = upload();
          const contents = parts.map(({ partNumber }) => found.get(partNumber) as Buffer);
          const etag = `${md5(Buffer.concat(contents.map((content) => Buffer.from(md5(content), "hex"))))}-${contents.length}`;
          this.uploads.delete(uploadId);
          return this.store(key, Buffer.concat(contents), etag, metadata) as R2Object;
        }),
    };
  }

  /** What an object holds. */
  public text(key: string): string | undefined {
    return this.objects.get(key)?.content.toString();
  }

  private store(key: string, content: Buffer, etag: string, metadata: R2Metadata, onlyIf?: R2Condition): R2Object | null {
    const before = this.objects.get(key);
    if (!holds(onlyIf, before)) return null;
    if (before !== undefined) {
      this.refuseLocked(before);
      this.beforeLoss(before);
    }
    this.clock.time += 1;
    const { httpMetadata, customMetadata } = metadata;
    const checksums = etag.includes("-") ? {} : { md5: new Uint8Array(Buffer.from(etag, "hex")).buffer };
    const stored = { key, content, etag, size: content.length, uploaded: this.clock.now(), checksums, httpMetadata, customMetadata };
    this.objects.set(key, stored);
    return stored;
  }

  private refuseLocked({ key, uploaded }: Stored): void {
    if (this.clock.time < uploaded.getTime() + this.lock) throw new Error(`delete: ${key} is locked by the bucket policy. (10069)`);
  }
}

function holds(condition: R2Condition | undefined, found: R2Object | undefined): boolean {
  if (condition === undefined) return true;
  if ("etagMatches" in condition) return found?.etag === condition.etagMatches;
  return found === undefined || (condition.etagDoesNotMatch !== "*" && found.etag !== condition.etagDoesNotMatch);
}

/** By bytes, as R2 sorts. */
function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function md5(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}

function streamOf(content: Buffer): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(content)]).stream() as unknown as ReadableStream<Uint8Array>;
}

async function contentOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(stream).arrayBuffer());
}
