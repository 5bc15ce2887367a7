import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { codeOf } from "./store-error";

/** All parts but the last are equal, as R2 asks. 10,000 are the most: 80 GB, which no part of a backup reaches but a `rest.dump`. */
const partBytes = 8 * 1024 * 1024;
/** Of one object. With two objects at a time and one part filling of each, 48 MB are held. */
const partsAtOnce = 2;

export interface Uploaded {
  readonly bytes: number;
  readonly sha256: string;
  readonly etag: string;
}

interface Destination {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
}

/**
 * Writes a stream as one object: whole when it is short, in parts otherwise. Each part carries its MD5, and each ETag of the answers is
 * compared with the one computed here.
 *
 * @throws CHI-A016 when the store answers with another ETag; otherwise what the SDK threw
 */
export async function upload(destination: Destination, source: AsyncIterable<Buffer>): Promise<Uploaded> {
  const sha256 = createHash("sha256");
  let bytes = 0;
  let multipart: Multipart | undefined;
  let part: Buffer[] = [];
  let held = 0;
  try {
    for await (const chunk of source) {
      sha256.update(chunk);
      bytes += chunk.length;
      for (let at = 0; at < chunk.length; ) {
        const piece = chunk.subarray(at, at + partBytes - held);
        at += piece.length;
        held += piece.length;
        part.push(piece);
        if (held < partBytes) continue;
        multipart ??= await Multipart.begin(destination);
        await multipart.add(Buffer.concat(part, held));
        [part, held] = [[], 0];
      }
    }
    const rest = Buffer.concat(part, held);
    if (multipart === undefined) return { bytes, sha256: sha256.digest("hex"), etag: await putWhole(destination, rest) };
    if (held > 0) await multipart.add(rest);
    return { bytes, sha256: sha256.digest("hex"), etag: await multipart.complete() };
  } catch (error) {
    await multipart?.withdraw();
    throw error;
  }
}

async function putWhole({ client, bucket, key, signal, onBytes }: Destination, body: Buffer): Promise<string> {
  const md5 = createHash("md5").update(body).digest();
  const { ETag } = await client.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: body.length, ContentMD5: md5.toString("base64") }),
    { abortSignal: signal },
  );
  onBytes?.(body.length);
  return sameEtag(key, ETag, md5.toString("hex"));
}

class Multipart {
  private readonly running = new Set<Promise<void>>();
  private readonly parts: Part[] = [];
  private readonly md5s: Buffer[] = [];
  private failure: { readonly error: unknown } | undefined;

  private constructor(
    private readonly destination: Destination,
    private readonly id: string,
  ) {}

  public static async begin(destination: Destination): Promise<Multipart> {
    const { client, bucket, key, signal } = destination;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return new Multipart(destination, UploadId ?? "");
  }

  /** Sends a part; waits while as many as allowed are on their way. */
  public async add(body: Buffer): Promise<void> {
    const md5 = createHash("md5").update(body).digest();
    this.md5s.push(md5);
    const sending: Promise<void> = this.send(this.md5s.length, body, md5)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(sending));
    this.running.add(sending);
    if (this.running.size >= partsAtOnce) await Promise.race(this.running);
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** @returns the whole object's ETag */
  public async complete(): Promise<string> {
    await Promise.all(this.running);
    if (this.failure !== undefined) throw this.failure.error;
    const { client, bucket, key, signal } = this.destination;
    const expected = `${createHash("md5").update(Buffer.concat(this.md5s)).digest("hex")}-${this.md5s.length}`;
    const Parts = this.parts.sort((one, other) => one.PartNumber - other.PartNumber);
    try {
      const { ETag } = await client.send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: this.id, MultipartUpload: { Parts } }), { abortSignal: signal });
      return sameEtag(key, ETag, expected);
    } catch (error) {
      if (codeOf(error) !== "NoSuchUpload") throw error;
      // An answer may have been lost: then the upload is no more because it is complete.
      const { ETag } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
      return sameEtag(key, ETag, expected);
    }
  }

  /** As far as that can be done: what stays is removed by the bucket's own rule for unfinished uploads. */
  public async withdraw(): Promise<void> {
    await Promise.all(this.running);
    const { client, bucket, key } = this.destination;
    // Not with the signal: it may be what ended the upload.
    const patience = AbortSignal.timeout(5000);
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: this.id }), { abortSignal: patience }).catch(() => undefined);
  }

  private async send(number: number, body: Buffer, md5: Buffer): Promise<void> {
    const { client, bucket, key, signal, onBytes } = this.destination;
    const request = { Bucket: bucket, Key: key, UploadId: this.id, PartNumber: number, Body: body, ContentLength: body.length, ContentMD5: md5.toString("base64") };
    const { ETag } = await client.send(new UploadPartCommand(request), { abortSignal: signal });
    this.parts.push({ PartNumber: number, ETag: `"${sameEtag(`${key}, part ${number}`, ETag, md5.toString("hex"))}"` });
    onBytes?.(body.length);
  }
}

function sameEtag(what: string, answered: string | undefined, expected: string): string {
  const etag = (answered ?? "").replaceAll('"', "");
  if (etag === expected) return etag;
  throw new Error(`CHI-A016 the object store has another content than was sent: ${what} has the ETag ${etag || "(none)"}, sent was ${expected}; run the same command again`);
}
