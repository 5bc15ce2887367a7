import { R2Error } from "../r2-error";
import type { StoredObject } from "../stored-object";
import { bucketsFor } from "./access";
import type { Exchange } from "./exchange";
import { quoted } from "./headers";
import { encoded } from "./signature";
import type { XmlValue } from "./xml";

export function listBuckets(exchange: Exchange): void {
  const buckets = bucketsFor(exchange.store.world, exchange.caller);
  exchange.sendXml("ListAllMyBucketsResult", {
    Buckets: { Bucket: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt })) },
    Owner: { ID: exchange.caller.account, DisplayName: exchange.caller.account },
  });
}

export function headBucket(exchange: Exchange): void {
  exchange.bucket("read");
  exchange.send(200, { "x-amz-bucket-region": "auto" });
}

export function getBucketLocation(exchange: Exchange): void {
  exchange.bucket("read");
  exchange.sendXml("LocationConstraint", "auto");
}

/** ListObjectsV2, and ListObjects for older clients. */
export function listObjects(exchange: Exchange): void {
  const { query, store } = exchange;
  const bucket = exchange.bucket("read");
  const second = query.get("list-type") === "2";
  if (!second && query.has("list-type")) throw new R2Error("InvalidArgument", "list-type must be 2.");
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const limit = exchange.number("max-keys", 1000, 0, 1000);
  const token = query.get("continuation-token") ?? undefined;
  const startAfter = query.get(second ? "start-after" : "marker") ?? undefined;
  if (token === "") throw new R2Error("InvalidArgument", "The continuation token is empty.");
  const page = store.list(bucket, { prefix, delimiter, limit, startAfter, cursor: second ? token : undefined });
  const name = keyEncoding(query);
  const last = [page.objects.at(-1)?.key, page.prefixes.at(-1)]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1);
  exchange.sendXml("ListBucketResult", {
    Name: exchange.bucketName,
    Prefix: name(prefix),
    ...(second ? { StartAfter: startAfter === undefined ? undefined : name(startAfter) } : { Marker: name(startAfter ?? "") }),
    Delimiter: delimiter === "" ? undefined : name(delimiter),
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxKeys: limit,
    IsTruncated: page.cursor !== undefined,
    ...(second
      ? { KeyCount: page.objects.length + page.prefixes.length, ContinuationToken: token, NextContinuationToken: page.cursor }
      : { NextMarker: page.cursor === undefined || last === undefined ? undefined : name(last) }),
    Contents: page.objects.map((object) =>
      content(object, name, !second || query.get("fetch-owner") === "true" ? exchange.caller.account : undefined),
    ),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: name(each) })),
  });
}

function content(
  { key, uploaded, etag, size, metadata }: StoredObject,
  name: (key: string) => string,
  owner: string | undefined,
): XmlValue {
  return {
    Key: name(key),
    LastModified: new Date(uploaded).toISOString(),
    ETag: quoted(etag),
    Size: size,
    StorageClass: metadata.storageClass ?? "STANDARD",
    Owner: owner === undefined ? undefined : { ID: owner, DisplayName: owner },
  };
}

/** How keys are written in a list: as they are, or URL-encoded. @throws InvalidArgument */
export function keyEncoding(query: URLSearchParams): (key: string) => string {
  const type = query.get("encoding-type");
  if (type === null) return (key) => key;
  if (type !== "url") throw new R2Error("InvalidArgument", "encoding-type must be url.");
  return (key) => encoded(key).replaceAll("%2F", "/");
}
