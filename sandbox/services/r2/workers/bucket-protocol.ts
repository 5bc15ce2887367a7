import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { failedCondition, type Conditions } from "../conditions";
import { R2Error } from "../r2-error";
import type { ObjectStore } from "../object-store";
import type { HttpMetadata, ObjectMetadata, StoredObject } from "../stored-object";
import type { BucketRecord } from "../world-buckets";

/**
 * The language that workerd's R2 binding speaks with whatever stands behind it: a request as JSON, in a header of a GET or in front of the
 * body of a PUT, and an answer as JSON, with the object's bytes behind it (miniflare/src/workers/r2/schemas.worker.ts describes the same).
 * So Workers see the bytes that S3 clients see, and the locks hold for them too.
 */
const milliseconds = z.coerce.number();
const etags = z.array(z.object({ type: z.enum(["strong", "weak", "wildcard"]), value: z.string().optional() })).optional();
const onlyIf = z
  .object({
    etagMatches: etags,
    etagDoesNotMatch: etags,
    uploadedBefore: milliseconds.optional(),
    uploadedAfter: milliseconds.optional(),
    secondsGranularity: z.boolean().optional(),
  })
  .optional();
const metadata = {
  customFields: z.array(z.object({ k: z.string(), v: z.string() })).optional(),
  httpFields: z
    .object({
      contentType: z.string().optional(),
      contentLanguage: z.string().optional(),
      contentDisposition: z.string().optional(),
      contentEncoding: z.string().optional(),
      cacheControl: z.string().optional(),
      cacheExpiry: milliseconds.optional(),
    })
    .optional(),
  storageClass: z.string().optional(),
};
const object = z.string();
const uploadId = z.string();
const range = z.object({ offset: milliseconds.optional(), length: milliseconds.optional(), suffix: milliseconds.optional() }).optional();
const bindingRequest = z.discriminatedUnion("method", [
  z.object({ method: z.literal("head"), object }),
  z.object({ method: z.literal("get"), object, range, rangeHeader: z.string().optional(), onlyIf }),
  z.object({
    method: z.literal("list"),
    limit: z.number().optional(),
    prefix: z.string().optional(),
    cursor: z.string().optional(),
    delimiter: z.string().optional(),
    startAfter: z.string().optional(),
    include: z.array(z.number()).optional(),
  }),
  z.object({
    method: z.literal("put"),
    object,
    onlyIf,
    md5: z.string().optional(),
    sha1: z.string().optional(),
    sha256: z.string().optional(),
    sha384: z.string().optional(),
    sha512: z.string().optional(),
    ...metadata,
  }),
  z.object({ method: z.literal("delete"), object: object.optional(), objects: z.array(z.string()).optional() }),
  z.object({ method: z.literal("createMultipartUpload"), object, ...metadata }),
  z.object({ method: z.literal("uploadPart"), object, uploadId, partNumber: z.number() }),
  z.object({
    method: z.literal("completeMultipartUpload"),
    object,
    uploadId,
    parts: z.array(z.object({ etag: z.string(), part: z.number() })),
  }),
  z.object({ method: z.literal("abortMultipartUpload"), object, uploadId }),
]);
type BindingRequest = z.output<typeof bindingRequest>;

/** A Worker's keys are listed by pages of at most so many; with their metadata of fewer, as R2 does it. */
const pageKeys = { most: 1000, withMetadata: 100 };

/** Answers one request of a Worker's binding. @param header how its headers are named, which a proxy in between has prefixed */
export async function answerBinding(
  store: ObjectStore,
  bucket: BucketRecord,
  request: IncomingMessage,
  response: ServerResponse,
  header: (name: string) => string | undefined,
): Promise<void> {
  try {
    if (request.method === "GET") await read(store, bucket, parse(header("cf-r2-request") ?? ""), response);
    else {
      const [text, body] = await splitBody(request, Number(header("cf-r2-metadata-size")));
      sendJson(response, await write(store, bucket, parse(text), body));
    }
  } catch (error) {
    const known = error instanceof R2Error ? error : new R2Error("InternalError");
    if (known !== error) console.error(`a Worker's request to ${bucket.name}: ${error instanceof Error ? error.message : String(error)}`);
    if (response.headersSent) return void response.destroy();
    if (!request.complete) request.resume();
    sendRefusal(response, known);
  }
}

function parse(text: string): BindingRequest {
  return bindingRequest.parse(JSON.parse(text));
}

async function read(store: ObjectStore, bucket: BucketRecord, request: BindingRequest, response: ServerResponse): Promise<void> {
  if (request.method === "list") return sendJson(response, list(store, bucket, request));
  if (request.method !== "head" && request.method !== "get") throw new R2Error("InvalidArgument", `${request.method} cannot be read.`);
  const found = store.head(bucket, request.object);
  if (found === undefined) throw new R2Error("NoSuchKey");
  if (request.method === "head") return sendJson(response, described(found));
  // With the object beside the refusal: the Worker gets its description without its body.
  if (failedCondition(request.onlyIf as Conditions | undefined, found) !== undefined)
    return sendRefusal(response, new R2Error("PreconditionFailed"), described(found));
  const { offset, length } = wantedRange(request, found.size);
  const json = Buffer.from(JSON.stringify(described(found, { offset, length })));
  response.writeHead(200, {
    "content-type": "application/json",
    "cf-r2-metadata-size": json.length,
    "content-length": json.length + length,
  });
  response.write(json);
  if (length === 0) return void response.end();
  await pipeline(store.read(found, offset, offset + length - 1), response);
}

function list(store: ObjectStore, bucket: BucketRecord, request: Extract<BindingRequest, { method: "list" }>): object {
  const include = request.include ?? [];
  const limit = request.limit ?? pageKeys.most;
  if (!Number.isInteger(limit) || limit < 1 || limit > pageKeys.most) throw new R2Error("InvalidMaxKeys");
  const page = store.list(bucket, { ...request, limit: include.length > 0 ? Math.min(limit, pageKeys.withMetadata) : limit });
  const withIncluded = (each: StoredObject) => ({
    ...each,
    metadata: {
      ...each.metadata,
      http: include.includes(0) ? each.metadata.http : {},
      custom: include.includes(1) ? each.metadata.custom : {},
    },
  });
  return {
    objects: page.objects.map((each) => described(withIncluded(each))),
    truncated: page.cursor !== undefined,
    cursor: page.cursor,
    delimitedPrefixes: page.prefixes,
  };
}

/** @returns what is answered as JSON; undefined for nothing */
async function write(
  store: ObjectStore,
  bucket: BucketRecord,
  request: BindingRequest,
  body: AsyncIterable<Buffer>,
): Promise<object | undefined> {
  switch (request.method) {
    case "put": {
      const { md5, sha1, sha256, sha384, sha512 } = request;
      const given = Object.entries({
        md5: md5 === undefined ? undefined : Buffer.from(md5, "base64").toString("hex"),
        sha1,
        sha256,
        sha384,
        sha512,
      });
      const hex = Object.fromEntries(given.filter(([, value]) => value !== undefined));
      return described(
        await store.put(bucket, request.object, body, {
          metadata: metadataOf(request),
          conditions: request.onlyIf as Conditions | undefined,
          expected: { hex },
        }),
      );
    }
    case "delete":
      await store.delete(bucket, request.objects ?? [request.object ?? ""]);
      return undefined;
    case "createMultipartUpload":
      return { uploadId: (await store.createUpload(bucket, request.object, metadataOf(request))).id };
    case "uploadPart":
      return { etag: (await store.uploadPart(bucket, request.object, request.uploadId, request.partNumber, body)).etag };
    case "completeMultipartUpload": {
      const parts = request.parts.map(({ part, etag }) => ({ number: part, etag })).sort((one, other) => one.number - other.number);
      return described(await store.completeUpload(bucket, request.object, request.uploadId, parts));
    }
    case "abortMultipartUpload":
      await store.abortUpload(store.upload(bucket, request.object, request.uploadId));
      return undefined;
    default:
      throw new R2Error("InvalidArgument", `${request.method} cannot be written.`);
  }
}

function metadataOf({
  customFields = [],
  httpFields = {},
  storageClass,
}: {
  customFields?: { k: string; v: string }[];
  httpFields?: HttpMetadata;
  storageClass?: string;
}): ObjectMetadata {
  return {
    http: httpFields,
    custom: Object.fromEntries(customFields.map(({ k, v }) => [k, v])),
    storageClass: storageClass === "InfrequentAccess" ? "STANDARD_IA" : undefined,
  };
}

function described(found: StoredObject, range = { offset: 0, length: found.size }): object {
  const {
    key,
    version,
    size,
    etag,
    uploaded,
    metadata: { http, custom, storageClass },
    checksums: { workers },
  } = found;
  return {
    name: key,
    version,
    size,
    etag,
    uploaded,
    httpFields: http,
    customFields: Object.entries(custom).map(([k, v]) => ({ k, v })),
    range,
    checksums: { 0: etag.includes("-") ? undefined : etag, 1: workers.sha1, 2: workers.sha256, 3: workers.sha384, 4: workers.sha512 },
    storageClass: storageClass === "STANDARD_IA" ? "InfrequentAccess" : "Standard",
  };
}

/** @throws InvalidRange */
function wantedRange(
  { range: given, rangeHeader }: Extract<BindingRequest, { method: "get" }>,
  size: number,
): { offset: number; length: number } {
  let wanted: NonNullable<typeof given> = given ?? {};
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(rangeHeader?.replaceAll(" ", "") ?? "") ?? [];
  if (rangeHeader !== undefined && (first !== "" || last !== "")) {
    wanted =
      first === ""
        ? { suffix: Number(last) }
        : { offset: Number(first), length: last === "" ? undefined : Number(last) - Number(first) + 1 };
  }
  if (wanted.suffix !== undefined) {
    if (wanted.suffix <= 0) throw new R2Error("InvalidRange");
    const length = Math.min(wanted.suffix, size);
    return { offset: size - length, length };
  }
  const offset = wanted.offset ?? 0;
  const length = Math.min(wanted.length ?? size - offset, size - offset);
  if (offset < 0 || offset > size || (length <= 0 && size > 0)) throw new R2Error("InvalidRange");
  return { offset, length };
}

function sendJson(response: ServerResponse, content: object | undefined): void {
  const json = content === undefined ? "" : JSON.stringify(content);
  response
    .writeHead(200, {
      "content-type": "application/json",
      "cf-r2-metadata-size": Buffer.byteLength(json),
      "content-length": Buffer.byteLength(json),
    })
    .end(json);
}

function sendRefusal(response: ServerResponse, error: R2Error, beside?: object): void {
  const json = beside === undefined ? "" : JSON.stringify(beside);
  response
    .writeHead(error.status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(json),
      "cf-r2-error": JSON.stringify({ version: 1, v4code: error.code, message: error.message }),
      ...(beside === undefined ? {} : { "cf-r2-metadata-size": Buffer.byteLength(json) }),
    })
    .end(json);
}

/** The JSON of `size` bytes, and what follows it. */
async function splitBody(request: IncomingMessage, size: number): Promise<[string, AsyncIterable<Buffer>]> {
  if (!Number.isSafeInteger(size) || size < 2) throw new R2Error("InvalidArgument", "The request's metadata is missing.");
  const chunks = (request as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < size) {
    const { value, done } = await chunks.next();
    if (done) throw new R2Error("IncompleteBody");
    head = Buffer.concat([head, value]);
  }
  const rest = head.subarray(size);
  const declared = Number(request.headers["content-length"] ?? NaN) - size;
  async function* body(): AsyncGenerator<Buffer> {
    let received = rest.length;
    if (rest.length > 0) yield rest;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      received += next.value.length;
      yield next.value;
    }
    if (!Number.isNaN(declared) && received !== declared) throw new R2Error("IncompleteBody");
  }
  return [head.toString("utf8", 0, size), body()];
}
