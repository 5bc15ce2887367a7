/** The few things that backups do with an S3 bucket: R2's, or the sandbox's. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type _Object,
} from "@aws-sdk/client-s3";
import type { BucketAccess } from "../../connections/connections";
import { continuedRead } from "./continued-read";
import { upload, type Uploaded } from "./multipart-upload";
import { ConditionFailed, ObjectMissing, isConditionFailed, isMissing, storeError } from "./store-error";

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Without the quotes: the MD5 of an object that was put in one piece, `<MD5 of MD5s>-<parts>` of another. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** Write only when nothing is there, or only over exactly this. */
export type Condition = { readonly absent: true } | { readonly etag: string };

export interface StoreOptions {
  /** Ends what runs, with an AbortError. */
  readonly signal?: AbortSignal;
  /** Attempts of each request, the first included; backoff by the SDK, with jitter, up to 20 s each. */
  readonly attempts?: number;
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly stalledAfter?: number;
}

// Node 20 is the version that the parity table fixes, and the SDK's a version that runs on it: its advice to upgrade is no news at 3 a.m.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const silent = { trace: () => undefined, debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * One bucket. Every method repeats what failed by 429, 5xx or a lost connection, and throws one line: CHI-A010 refused credentials,
 * CHI-A011 no such bucket, CHI-A012 not reachable or failing, CHI-A013 locked, CHI-A014 {@link ConditionFailed}, CHI-A015
 * {@link ObjectMissing}, CHI-A016 another content arrived than was sent.
 */
export class ObjectStore {
  /** `<bucket> at <endpoint>`, for messages. */
  public readonly where: string;
  private readonly client: S3Client;
  private readonly signal: AbortSignal | undefined;
  private readonly stalledAfter: number;
  private readonly attempts: number;

  public constructor(
    private readonly access: BucketAccess,
    { signal, attempts = 8, stalledAfter = 60_000 }: StoreOptions = {},
  ) {
    this.where = `${access.bucket} at ${new URL(access.endpoint).host}`;
    this.signal = signal;
    this.stalledAfter = stalledAfter;
    this.attempts = attempts;
    this.client = new S3Client({
      region: "auto",
      endpoint: access.endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: access.accessKeyId, secretAccessKey: access.secretAccessKey },
      // R2 has no trailing checksums; what is sent carries its MD5.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      maxAttempts: attempts,
      retryMode: "standard",
      logger: silent,
      requestHandler: { connectionTimeout: 10_000, requestTimeout: stalledAfter, socketTimeout: stalledAfter, throwOnRequestTimeout: true },
    });
    // Content-MD5 and the ETag prove the content; hashing it once more to sign it would take as long as encrypting it.
    this.client.middlewareStack.add(
      (next) => (given) => {
        const { headers } = given.request as { headers: Record<string, string> };
        headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
        return next(given);
      },
      { step: "build", name: "unsignedPayload", tags: ["CHISAN"] },
    );
  }

  /** Ends the connections that are kept open. */
  public close(): void {
    this.client.destroy();
  }

  /**
   * Writes a small object whole.
   * @throws ConditionFailed
   */
  public async put(key: string, body: Buffer | string, condition?: Condition): Promise<ObjectInfo> {
    const content = Buffer.from(body);
    const md5 = createHash("md5").update(content).digest();
    const conditions = condition === undefined ? {} : "absent" in condition ? { IfNoneMatch: "*" } : { IfMatch: `"${condition.etag}"` };
    try {
      await this.client.send(
        new PutObjectCommand({ Bucket: this.access.bucket, Key: key, Body: content, ContentLength: content.length, ContentMD5: md5.toString("base64"), ...conditions }),
        { abortSignal: this.signal },
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw this.refused(error, `write ${key}`);
      // An answer may have been lost: the repeated request then meets what the first one wrote.
      if ((await this.head(key))?.etag !== md5.toString("hex")) throw new ConditionFailed(key);
    }
    return { key, bytes: content.length, etag: md5.toString("hex"), lastModified: new Date() };
  }

  /**
   * Writes what a stream gives, in parts of 8 MiB, two at a time; memory stays flat. Nothing of it is visible before all of it is there,
   * and what was begun is withdrawn when it fails.
   */
  public async putStream(key: string, source: AsyncIterable<Buffer>, onBytes?: (bytes: number) => void): Promise<Uploaded> {
    let sourceFailure: { readonly error: unknown } | undefined;
    const watched = async function* () {
      try {
        yield* source;
      } catch (error) {
        sourceFailure = { error };
        throw error;
      }
    };
    try {
      return await upload({ client: this.client, bucket: this.access.bucket, key, signal: this.signal, onBytes }, watched());
    } catch (error) {
      // A failure of what is written is none of the store's.
      if (sourceFailure !== undefined) throw sourceFailure.error;
      throw this.refused(error, `write ${key}`);
    }
  }

  /** Undefined when it is not there. */
  public async head(key: string): Promise<ObjectInfo | undefined> {
    try {
      const { ContentLength = 0, ETag = "", LastModified = new Date(0) } = await this.client.send(new HeadObjectCommand({ Bucket: this.access.bucket, Key: key }), { abortSignal: this.signal });
      return { key, bytes: ContentLength, etag: unquoted(ETag), lastModified: LastModified };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.refused(error, `find ${key}`);
    }
  }

  /** A small object whole; undefined when it is not there. */
  public async get(key: string): Promise<{ readonly body: Buffer; readonly etag: string } | undefined> {
    try {
      const { Body, ETag = "" } = await this.client.send(new GetObjectCommand({ Bucket: this.access.bucket, Key: key }), { abortSignal: this.signal });
      return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: unquoted(ETag) };
    } catch (error) {
      if (error instanceof NoSuchKey || isMissing(error)) return undefined;
      throw this.refused(error, `read ${key}`);
    }
  }

  /**
   * An object's content. A connection that breaks or stalls is opened again at the byte where it ended, and only if the object is still the
   * same one.
   * @throws ObjectMissing on the stream
   */
  public getStream(key: string): Readable {
    const read = async (from: number, etag: string | undefined) => {
      const condition = etag === undefined ? {} : { IfMatch: `"${etag}"`, Range: `bytes=${from}-` };
      try {
        const answer = await this.client.send(new GetObjectCommand({ Bucket: this.access.bucket, Key: key, ...condition }), { abortSignal: this.signal });
        return { body: answer.Body as Readable, etag: unquoted(answer.ETag ?? ""), bytes: answer.ContentLength ?? 0 };
      } catch (error) {
        if (isMissing(error)) throw new ObjectMissing(key);
        if (isConditionFailed(error)) throw new ConditionFailed(key);
        throw this.refused(error, `read ${key}`);
      }
    };
    const options = { attempts: this.attempts, stalledAfter: this.stalledAfter, signal: this.signal };
    return Readable.from(continuedRead(read, options, (error) => this.refused(error, `read ${key}`)), { objectMode: false, highWaterMark: 1 << 20 });
  }

  /** Everything whose key begins so, in the order of the keys. */
  public async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.page({ Prefix: prefix, ContinuationToken });
      for (const object of page.Contents ?? []) yield info(object);
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  /** The "folders" directly below a prefix that ends with `/`, each with its slash at the end. */
  public async folders(prefix: string): Promise<string[]> {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.page({ Prefix: prefix, Delimiter: "/", ContinuationToken });
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) found.push(Prefix);
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
    return found;
  }

  /** What is not there counts as deleted. One by one: R2's answer to a locked object in a batch says nothing of the others. */
  public async delete(key: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.access.bucket, Key: key }), { abortSignal: this.signal });
    } catch (error) {
      if (!isMissing(error)) throw this.refused(error, `delete ${key}`);
    }
  }

  private async page(request: { Prefix: string; Delimiter?: string; ContinuationToken: string | undefined }) {
    try {
      return await this.client.send(new ListObjectsV2Command({ Bucket: this.access.bucket, ...request }), { abortSignal: this.signal });
    } catch (error) {
      throw this.refused(error, `list ${request.Prefix}`);
    }
  }

  private refused(error: unknown, what: string): Error {
    return storeError(error, this.where, what);
  }
}

function info({ Key = "", Size = 0, ETag = "", LastModified = new Date(0) }: _Object): ObjectInfo {
  return { key: Key, bytes: Size, etag: unquoted(ETag), lastModified: LastModified };
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}
