import { pipeline } from "node:stream/promises";
import { ContentWatcher } from "../content-watcher";
import { failedCondition, requireConditions } from "../conditions";
import { R2Error } from "../r2-error";
import type { StoredObject } from "../stored-object";
import type { BucketRecord } from "../world-buckets";
import { textOf } from "./body";
import type { Exchange } from "./exchange";
import { conditionsOf, metadataOf, objectHeaders, quoted, rangeOf } from "./headers";
import { decoded } from "./signature";
import { elements, textContent } from "./xml";

export async function getObject(exchange: Exchange): Promise<void> {
  await answerObject(exchange, true);
}

export async function headObject(exchange: Exchange): Promise<void> {
  await answerObject(exchange, false);
}

async function answerObject(exchange: Exchange, withBody: boolean): Promise<void> {
  const { store, key, response } = exchange;
  const object = store.head(exchange.bucket("read"), key);
  if (object === undefined) throw new R2Error("NoSuchKey");
  const failed = failedCondition(conditionsOf(exchange.request.headers), object);
  if (failed === "precondition") throw new R2Error("PreconditionFailed");
  const headers: Record<string, string | number> = { ...objectHeaders(object), ...overrides(exchange.query) };
  if (failed === "not-modified")
    return exchange.send(304, { etag: quoted(object.etag), "last-modified": String(headers["last-modified"]) });
  const part = partRange(exchange, object);
  const range = part ?? (withBody ? rangeOf(exchange.header("range"), object.size) : undefined);
  if (part !== undefined) headers["x-amz-mp-parts-count"] = object.blobs.length;
  if (range !== undefined) headers["content-range"] = `bytes ${range.start}-${range.end}/${object.size}`;
  else if (exchange.header("x-amz-checksum-mode")?.toUpperCase() === "ENABLED") Object.assign(headers, object.checksums.s3);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  response.writeHead(range === undefined ? 200 : 206, { ...headers, "content-length": end - start + 1 });
  if (!withBody || object.size === 0) return void response.end();
  await pipeline(store.read(object, start, end), response);
}

/** The bytes of the part that `partNumber` asks for. */
function partRange(exchange: Exchange, { blobs }: StoredObject): { start: number; end: number } | undefined {
  if (!exchange.query.has("partNumber")) return undefined;
  const number = exchange.number("partNumber", 1, 1, 10_000);
  const part = blobs[number - 1];
  if (part === undefined) throw new R2Error("InvalidRange");
  if (part.size === 0) return undefined;
  const start = blobs.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + part.size - 1 };
}

/** `response-content-type` and its like, of a presigned address. */
function overrides(query: URLSearchParams): Record<string, string> {
  const names = ["content-type", "content-language", "content-disposition", "content-encoding", "cache-control", "expires"];
  return Object.fromEntries(names.flatMap((name) => (query.has(`response-${name}`) ? [[name, query.get(`response-${name}`) ?? ""]] : [])));
}

export async function putObject(exchange: Exchange): Promise<void> {
  const { store, key, request } = exchange;
  const bucket = exchange.bucket("write");
  const { bytes, expected } = exchange.body();
  const object = await store.put(bucket, key, bytes, {
    metadata: metadataOf(request.headers),
    conditions: conditionsOf(request.headers),
    expected,
  });
  exchange.send(200, { etag: quoted(object.etag), ...object.checksums.s3 });
}

/** The object that `x-amz-copy-source` names, which the caller must be allowed to read. */
export function copySource(exchange: Exchange): { bucket: BucketRecord; object: StoredObject } {
  const source = exchange.header("x-amz-copy-source") ?? "";
  const [, name = "", key = ""] = /^\/?([^/]+)\/(.+?)(?:\?versionId=.*)?$/.exec(source) ?? [];
  if (key === "") throw new R2Error("InvalidArgument", "The x-amz-copy-source header is malformed.");
  const bucket = exchange.bucket("read", decoded(name));
  const object = exchange.store.head(bucket, decoded(key));
  if (object === undefined) throw new R2Error("NoSuchKey");
  requireConditions(conditionsOf(exchange.request.headers, "x-amz-copy-source-"), object);
  return { bucket, object };
}

export async function copyObject(exchange: Exchange): Promise<void> {
  const { store, key, request } = exchange;
  const bucket = exchange.bucket("write");
  const from = copySource(exchange);
  const directive = exchange.header("x-amz-metadata-directive") ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE")
    throw new R2Error("InvalidArgument", `x-amz-metadata-directive must be COPY or REPLACE, got ${directive}.`);
  const metadata = directive === "REPLACE" ? metadataOf(request.headers) : undefined;
  const object = await store.copy(from, { bucket, key, metadata, conditions: conditionsOf(request.headers) });
  exchange.sendXml("CopyObjectResult", { LastModified: new Date(object.uploaded).toISOString(), ETag: quoted(object.etag) });
}

export async function deleteObject(exchange: Exchange): Promise<void> {
  await exchange.store.delete(exchange.bucket("write"), [exchange.key]);
  exchange.send(204);
}

/** Each key by itself: one that is locked does not keep the others. */
export async function deleteObjects(exchange: Exchange): Promise<void> {
  const bucket = exchange.bucket("write");
  const body = exchange.body();
  const text = await verifiedText(body);
  const keys = elements(text, "Object").map((object) => textContent(elements(object, "Key")[0] ?? ""));
  if (keys.length === 0 || keys.length > 1000 || keys.includes("")) throw new R2Error("MalformedXML");
  const quiet = elements(text, "Quiet")[0] === "true";
  const outcomes = await Promise.all(
    keys.map(async (key) => {
      try {
        await exchange.store.delete(bucket, [key]);
        return { deleted: { Key: key } };
      } catch (error) {
        if (!(error instanceof R2Error)) throw error;
        return { failed: { Key: key, Code: error.s3Code, Message: error.message } };
      }
    }),
  );
  exchange.sendXml("DeleteResult", {
    Deleted: quiet ? [] : outcomes.flatMap(({ deleted }) => deleted ?? []),
    Error: outcomes.flatMap(({ failed }) => failed ?? []),
  });
}

/** A small body, checked against what the client says that it hashes to. */
export async function verifiedText(body: ReturnType<Exchange["body"]>): Promise<string> {
  const text = await textOf(body);
  const watcher = new ContentWatcher(body.expected);
  watcher.update(Buffer.from(text));
  await watcher.verify();
  return text;
}
