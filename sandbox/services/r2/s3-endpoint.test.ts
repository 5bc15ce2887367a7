/** The S3 endpoint through the vendor's own client, as backups and the API use it. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { putBucket, putCredentials, startTestObjectStore, type TestCredentials, type TestObjectStore } from "./testing";

let store: TestObjectStore;
let s3: S3Client;
const Bucket = "test-bucket";
const clients: S3Client[] = [];

function client(credentials: TestCredentials): S3Client {
  const made = new S3Client({ endpoint: store.url, region: "auto", credentials, maxAttempts: 1, forcePathStyle: true });
  clients.push(made);
  return made;
}

/** Code and status of a refusal. */
async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    const { name, $metadata } = error as S3ServiceException;
    return `${$metadata.httpStatusCode} ${name}`;
  }
  return "accepted";
}

async function put(Key: string, Body: string | Uint8Array, more: object = {}): Promise<string> {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).ETag ?? "";
}

async function text(Key: string, more: object = {}): Promise<string> {
  return (await (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString()) ?? "";
}

beforeAll(async () => {
  store = await startTestObjectStore();
  s3 = client(store.writer);
});
beforeEach(async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
});
afterAll(async () => {
  for (const each of clients) each.destroy();
  await store.stop();
});

test("an object comes back with its bytes, its metadata and its MD5 as entity tag", async () => {
  const etag = await put("backups/Ü ber/a+b&c.txt", "hello", {
    ContentType: "text/plain",
    CacheControl: "no-store",
    Metadata: { owner: "u1" },
  });
  expect(etag).toBe(`"${createHash("md5").update("hello").digest("hex")}"`);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "backups/Ü ber/a+b&c.txt" }));
  expect(await got.Body?.transformToString()).toBe("hello");
  expect(got).toMatchObject({
    ETag: etag,
    ContentType: "text/plain",
    CacheControl: "no-store",
    Metadata: { owner: "u1" },
    ContentLength: 5,
  });
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "backups/Ü ber/a+b&c.txt" }))).toMatchObject({ ETag: etag, ContentLength: 5 });
});

test("an empty object, and an object whose length the client does not know how to hash before (aws-chunked with a trailer)", async () => {
  await put("empty", "");
  expect(await text("empty")).toBe("");
  const bytes = randomBytes(3 << 20);
  const { ChecksumCRC32 } = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: "streamed",
      Body: Readable.from([bytes.subarray(0, 1 << 20), bytes.subarray(1 << 20)]),
      ContentLength: bytes.length,
    }),
  );
  expect(ChecksumCRC32).toBeTruthy();
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed" }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  expect(got.ContentEncoding).toBeUndefined();
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
  "a checksum of the kind %s is verified, kept and given back",
  async (ChecksumAlgorithm) => {
    const {
      ETag: _etag,
      $metadata: _metadata,
      ...sums
    } = await s3.send(new PutObjectCommand({ Bucket, Key: "sum", Body: "hello", ChecksumAlgorithm }));
    const { [`Checksum${ChecksumAlgorithm}` as const]: sum } = await s3.send(
      new HeadObjectCommand({ Bucket, Key: "sum", ChecksumMode: "ENABLED" }),
    );
    expect(sum).toBeTruthy();
    expect(sums).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: sum });
    expect(await refusal(s3.send(new PutObjectCommand({ Bucket, Key: "sum", Body: "other", [`Checksum${ChecksumAlgorithm}`]: sum })))).toBe(
      "400 BadDigest",
    );
    expect(await text("sum")).toBe("hello");
  },
);

test("a wrong Content-MD5 is refused, and the old object stays", async () => {
  await put("a", "old");
  const ContentMD5 = createHash("md5").update("another").digest("base64");
  expect(await refusal(put("a", "new", { ContentMD5 }))).toBe("400 BadDigest");
  expect(await refusal(put("a", "new", { ContentMD5: "short" }))).toBe("400 InvalidDigest");
  expect(await text("a")).toBe("old");
});

test("a conditional put creates once, and overwrites only what it saw", async () => {
  const etag = await put("a", "1", { IfNoneMatch: "*" });
  expect(await refusal(put("a", "2", { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
  expect(await refusal(put("a", "2", { IfMatch: '"00000000000000000000000000000000"' }))).toBe("412 PreconditionFailed");
  expect(await refusal(put("absent", "2", { IfMatch: etag }))).toBe("412 PreconditionFailed");
  await put("a", "2", { IfMatch: etag });
  expect(await text("a")).toBe("2");
});

test("of writers that compare and swap at once, one wins", async () => {
  const etag = await put("a", "0");
  const outcomes = await Promise.all(Array.from({ length: 8 }, (_, at) => refusal(put("a", String(at + 1), { IfMatch: etag }))));
  expect(outcomes.filter((each) => each === "accepted")).toHaveLength(1);
  expect(outcomes.filter((each) => each === "412 PreconditionFailed")).toHaveLength(7);
});

test("conditional reads", async () => {
  const etag = await put("a", "1");
  expect(await refusal(text("a", { IfMatch: '"x"' }))).toBe("412 PreconditionFailed");
  expect(await refusal(text("a", { IfNoneMatch: etag }))).toMatch(/^304/);
  expect(await refusal(text("a", { IfModifiedSince: new Date(Date.now() + 60_000) }))).toMatch(/^304/);
  expect(await refusal(text("a", { IfUnmodifiedSince: new Date(Date.now() - 60_000) }))).toBe("412 PreconditionFailed");
  expect(await text("a", { IfMatch: etag })).toBe("1");
});

test.each([
  ["bytes=0-0", "0", "bytes 0-0/10"],
  ["bytes=3-5", "345", "bytes 3-5/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=7-100", "789", "bytes 7-9/10"],
  ["bytes=-2", "89", "bytes 8-9/10"],
  ["bytes=-100", "0123456789", "bytes 0-9/10"],
])("range %s", async (Range, content, ContentRange) => {
  await put("digits", "0123456789");
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "digits", Range }));
  expect(await got.Body?.transformToString()).toBe(content);
  expect(got).toMatchObject({ ContentRange, ContentLength: content.length });
});

test("a range beyond the end is refused", async () => {
  await put("digits", "0123456789");
  expect(await refusal(text("digits", { Range: "bytes=10-" }))).toBe("416 InvalidRange");
});

test("what is not there", async () => {
  expect(await refusal(text("absent"))).toBe("404 NoSuchKey");
  expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: "absent" })))).toMatch(/^404/);
  expect(await refusal(s3.send(new DeleteObjectCommand({ Bucket, Key: "absent" })))).toBe("accepted");
  expect(await refusal(put("k".repeat(1025), ""))).toBe("400 InvalidObjectName");
});

test("a list with prefix, delimiter and pages", async () => {
  for (const key of ["a/1", "a/2", "a/b/3", "b", "c/4", "d"]) await put(key, key);
  const names = async (input: object) => {
    const {
      Contents = [],
      CommonPrefixes = [],
      KeyCount,
      IsTruncated,
      NextContinuationToken,
    } = await s3.send(new ListObjectsV2Command({ Bucket, ...input }));
    return {
      keys: Contents.map(({ Key }) => Key),
      prefixes: CommonPrefixes.map(({ Prefix }) => Prefix),
      KeyCount,
      IsTruncated,
      next: NextContinuationToken,
    };
  };
  expect(await names({ Prefix: "a/", Delimiter: "/" })).toMatchObject({
    keys: ["a/1", "a/2"],
    prefixes: ["a/b/"],
    KeyCount: 3,
    IsTruncated: false,
  });
  const first = await names({ Delimiter: "/", MaxKeys: 2 });
  expect(first).toMatchObject({ keys: ["b"], prefixes: ["a/"], IsTruncated: true });
  expect(await names({ Delimiter: "/", MaxKeys: 2, ContinuationToken: first.next })).toMatchObject({
    keys: ["d"],
    prefixes: ["c/"],
    IsTruncated: false,
  });
  expect(await names({ StartAfter: "b" })).toMatchObject({ keys: ["c/4", "d"] });
});

test("a copy within the bucket, with new metadata when asked", async () => {
  const etag = await put("a", "hello", { Metadata: { n: "1" }, ContentType: "text/plain" });
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
  expect(copied.CopyObjectResult?.ETag).toBe(etag);
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "b" }))).toMatchObject({ Metadata: { n: "1" }, ContentType: "text/plain" });
  await s3.send(
    new CopyObjectCommand({ Bucket, Key: "a", CopySource: `/${Bucket}/a`, MetadataDirective: "REPLACE", Metadata: { n: "2" } }),
  );
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).toMatchObject({ Metadata: { n: "2" } });
  expect(await text("b")).toBe("hello");
  expect(await refusal(s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/absent` })))).toBe("404 NoSuchKey");
});

test("many are deleted at once", async () => {
  for (const key of ["a", "b&<c>"]) await put(key, key);
  const { Deleted, Errors } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b&<c>" }, { Key: "absent" }] } }),
  );
  expect(Deleted?.map(({ Key }) => Key)).toEqual(["a", "b&<c>", "absent"]);
  expect(Errors).toBeUndefined();
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

test("a multipart upload of 64 MiB, its parts listed, read back by ranges over their edges", async () => {
  const size = 16 << 20;
  const parts = Array.from({ length: 4 }, () => randomBytes(size));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big", ContentType: "application/x-test" }));
  const etags = await Promise.all(
    parts.map(async (Body, at) => (await s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber: at + 1, Body }))).ETag),
  );
  expect(etags).toEqual(parts.map((part) => `"${createHash("md5").update(part).digest("hex")}"`));
  const listed = await s3.send(new ListPartsCommand({ Bucket, Key: "big", UploadId, MaxParts: 3 }));
  expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "3" });
  expect(listed.Parts?.map(({ ETag, Size }) => [ETag, Size])).toEqual(etags.slice(0, 3).map((etag) => [etag, size]));
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([{ Key: "big", UploadId }]);
  expect(await refusal(text("big"))).toBe("404 NoSuchKey");
  const Parts = etags.map((ETag, at) => ({ ETag, PartNumber: at + 1 }));
  const { ETag } = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload: { Parts } }));
  const hash = createHash("md5").update(Buffer.concat(parts.map((part) => createHash("md5").update(part).digest())));
  expect(ETag).toBe(`"${hash.digest("hex")}-4"`);
  const whole = Buffer.concat(parts);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
  expect(got.ContentType).toBe("application/x-test");
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
  const edge = await s3.send(new GetObjectCommand({ Bucket, Key: "big", Range: `bytes=${size - 3}-${2 * size + 2}` }));
  expect(Buffer.from((await edge.Body?.transformToByteArray()) ?? []).equals(whole.subarray(size - 3, 2 * size + 3))).toBe(true);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  // A copy of it is one run of bytes, with the MD5 of its content.
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/big` }));
  expect(copied.CopyObjectResult?.ETag).toBe(`"${createHash("md5").update(whole).digest("hex")}"`);
});

test("R2's rules of multipart uploads", async () => {
  const begin = async () => (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }))).UploadId;
  const part = async (UploadId: string | undefined, PartNumber: number, size: number) => ({
    PartNumber,
    ETag: (await s3.send(new UploadPartCommand({ Bucket, Key: "m", UploadId, PartNumber, Body: Buffer.alloc(size, PartNumber) }))).ETag,
  });
  const complete = (UploadId: string | undefined, Parts: object[]) =>
    refusal(s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "m", UploadId, MultipartUpload: { Parts } })));
  const five = 5 << 20;
  let id = await begin();
  const parts = [await part(id, 1, five), await part(id, 2, five + 1), await part(id, 3, 1)];
  expect(await complete(id, parts)).toBe("400 InvalidPart");
  expect(await complete(id, [parts[1] ?? {}, parts[0] ?? {}])).toBe("400 InvalidPart");
  expect(await complete(id, [{ PartNumber: 1, ETag: parts[1]?.ETag }])).toBe("400 InvalidPart");
  expect(await complete(id, [parts[2] ?? {}, { ...parts[2], PartNumber: 4 }])).toBe("400 InvalidPart");
  // A part that is sent again replaces the first.
  expect(await complete(id, [parts[0] ?? {}, await part(id, 2, five), parts[2] ?? {}])).toBe("accepted");
  expect(await complete(id, parts)).toBe("404 NoSuchUpload");
  id = await begin();
  expect(await complete(id, [await part(id, 1, 100), await part(id, 2, 100)])).toBe("400 EntityTooSmall");
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "m", UploadId: id }));
  expect(await refusal(part(id, 3, 1))).toBe("404 NoSuchUpload");
});

test("a part copied from another object's range", async () => {
  await put("source", "0123456789");
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "target" }));
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({
      Bucket,
      Key: "target",
      UploadId,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: "bytes=2-4",
    }),
  );
  await s3.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key: "target",
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] },
    }),
  );
  expect(await text("target")).toBe("234");
});

test("what R2 does not implement is said so", async () => {
  expect(await refusal(s3.send(new GetBucketVersioningCommand({ Bucket })))).toBe("501 NotImplemented");
  expect(await refusal(put("a", "1", { ACL: "public-read" }))).toBe("501 NotImplemented");
  expect(await refusal(put("a", "1", { Tagging: "a=b" }))).toBe("501 NotImplemented");
  expect(await refusal(put("a", "1", { ObjectLockMode: "GOVERNANCE" }))).toBe("501 NotImplemented");
});

describe("credentials", () => {
  test("a reader reads and lists, and does not write", async () => {
    await put("a", "1");
    const reader = client(store.reader);
    expect(await refusal(reader.send(new GetObjectCommand({ Bucket, Key: "a" })))).toBe("accepted");
    expect(await refusal(reader.send(new ListObjectsV2Command({ Bucket })))).toBe("accepted");
    expect(await refusal(reader.send(new HeadBucketCommand({ Bucket })))).toBe("accepted");
    expect(await refusal(reader.send(new PutObjectCommand({ Bucket, Key: "a", Body: "2" })))).toBe("403 AccessDenied");
    expect(await refusal(reader.send(new DeleteObjectCommand({ Bucket, Key: "a" })))).toBe("403 AccessDenied");
    expect(await refusal(reader.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" })))).toBe("403 AccessDenied");
    expect(await refusal(reader.send(new ListBucketsCommand({})))).toBe("403 AccessDenied");
  });

  test("another bucket's token is of no use here, neither to read nor to copy from", async () => {
    await putBucket(store.world, "other-bucket");
    const other = client(await putCredentials(store.world, "other-bucket", "read and write"));
    expect(await refusal(other.send(new ListObjectsV2Command({ Bucket })))).toBe("403 AccessDenied");
    expect(await refusal(other.send(new CopyObjectCommand({ Bucket: "other-bucket", Key: "x", CopySource: `${Bucket}/a` })))).toBe(
      "403 AccessDenied",
    );
    expect(await refusal(other.send(new ListObjectsV2Command({ Bucket: "other-bucket" })))).toBe("accepted");
  });

  test("a wrong secret, an unknown key, an expired, a disabled and a deleted token", async () => {
    const list = (credentials: TestCredentials) => refusal(client(credentials).send(new ListObjectsV2Command({ Bucket })));
    expect(await list({ ...store.writer, secretAccessKey: "0".repeat(64) })).toBe("403 SignatureDoesNotMatch");
    expect(await list({ ...store.writer, accessKeyId: "0".repeat(32) })).toBe("401 Unauthorized");
    expect(await list(await putCredentials(store.world, Bucket, "read", { expiresOn: "2026-01-01T00:00:00Z" }))).toBe("401 Unauthorized");
    expect(await list(await putCredentials(store.world, Bucket, "read", { status: "disabled" }))).toBe("401 Unauthorized");
    const gone = await putCredentials(store.world, Bucket, "read");
    expect(await list(gone)).toBe("accepted");
    await store.world.delete("cloudflare:index/accountToken:AccountToken", gone.accessKeyId);
    expect(await list(gone)).toBe("401 Unauthorized");
  });
});

describe("faults", () => {
  afterEach(() => store.faults.set([]));

  test("are hit after some requests, as often as asked, on the matching ones", async () => {
    store.faults.set([{ kind: "429", method: "PUT", pattern: "^test-bucket/f/", after: 1, times: 2 }]);
    const outcomes = [];
    for (const key of ["f/1", "g/1", "f/2", "f/3", "f/4"]) outcomes.push(await refusal(put(key, "x")));
    expect(outcomes).toEqual(["accepted", "accepted", "429 TooManyRequests", "429 TooManyRequests", "accepted"]);
  });

  test("a connection that breaks in the middle of an upload leaves nothing behind", async () => {
    store.faults.set([{ kind: "drop", method: "PUT", afterBytes: 1 << 20, times: 1 }]);
    await expect(put("half", randomBytes(8 << 20))).rejects.toThrow();
    expect(await refusal(text("half"))).toBe("404 NoSuchKey");
    await put("half", "whole");
    expect(await text("half")).toBe("whole");
  });

  test("what is no fault is refused", () => {
    expect(() => store.faults.set([{ kind: "418" }])).toThrow(/^CHI-S233 .*kind/);
  });
});
