import { R2Error } from "../r2-error";
import type { Upload } from "../stored-object";
import { keyEncoding } from "./bucket-requests";
import type { Exchange } from "./exchange";
import { conditionsOf, metadataOf, quoted, rangeOf, unquoted } from "./headers";
import { copySource, verifiedText } from "./object-requests";
import { elements, textContent } from "./xml";

export async function createMultipartUpload(exchange: Exchange): Promise<void> {
  const { store, key, request } = exchange;
  const algorithm = exchange.header("x-amz-checksum-algorithm");
  const upload = await store.createUpload(exchange.bucket("write"), key, metadataOf(request.headers), algorithm);
  exchange.sendXml(
    "InitiateMultipartUploadResult",
    { Bucket: exchange.bucketName, Key: key, UploadId: upload.id },
    algorithm === undefined ? {} : { "x-amz-checksum-algorithm": algorithm },
  );
}

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { bytes, expected } = exchange.body();
  const part = await exchange.store.uploadPart(
    exchange.bucket("write"),
    exchange.key,
    uploadId(exchange),
    partNumber(exchange),
    bytes,
    expected,
  );
  exchange.send(200, { etag: quoted(part.etag), ...part.checksums.s3 });
}

export async function uploadPartCopy(exchange: Exchange): Promise<void> {
  const bucket = exchange.bucket("write");
  const { object } = copySource(exchange);
  const range = rangeOf(exchange.header("x-amz-copy-source-range"), object.size);
  const bytes = exchange.store.read(object, range?.start, range?.end) as AsyncIterable<Buffer>;
  const part = await exchange.store.uploadPart(bucket, exchange.key, uploadId(exchange), partNumber(exchange), bytes);
  exchange.sendXml("CopyPartResult", { LastModified: new Date(part.uploaded).toISOString(), ETag: quoted(part.etag) });
}

export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const bucket = exchange.bucket("write");
  const text = await verifiedText(exchange.body());
  const parts = elements(text, "Part").map((part) => ({
    number: Number(elements(part, "PartNumber")[0]),
    etag: unquoted(textContent(elements(part, "ETag")[0] ?? "")),
  }));
  const object = await exchange.store.completeUpload(
    bucket,
    exchange.key,
    uploadId(exchange),
    parts,
    conditionsOf(exchange.request.headers),
  );
  exchange.sendXml("CompleteMultipartUploadResult", {
    Location: `http://${exchange.header("host") ?? ""}${exchange.request.url?.split("?")[0] ?? ""}`,
    Bucket: exchange.bucketName,
    Key: exchange.key,
    ETag: quoted(object.etag),
  });
}

export async function abortMultipartUpload(exchange: Exchange): Promise<void> {
  const { store, key } = exchange;
  await store.abortUpload(store.upload(exchange.bucket("write"), key, uploadId(exchange)));
  exchange.send(204);
}

export function listParts(exchange: Exchange): void {
  const upload = exchange.store.upload(exchange.bucket("read"), exchange.key, uploadId(exchange));
  const marker = exchange.number("part-number-marker", 0, 0, 10_000);
  const limit = exchange.number("max-parts", 1000, 1, 1000);
  const all = [...upload.parts.values()].filter(({ number }) => number > marker).sort((one, other) => one.number - other.number);
  const page = all.slice(0, limit);
  exchange.sendXml("ListPartsResult", {
    Bucket: exchange.bucketName,
    Key: exchange.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: all.length > limit ? page.at(-1)?.number : undefined,
    MaxParts: limit,
    IsTruncated: all.length > limit,
    StorageClass: upload.metadata.storageClass ?? "STANDARD",
    Part: page.map(({ number, etag, blob, uploaded }) => ({
      PartNumber: number,
      LastModified: new Date(uploaded).toISOString(),
      ETag: quoted(etag),
      Size: blob.size,
    })),
  });
}

export function listMultipartUploads(exchange: Exchange): void {
  const { query, store } = exchange;
  const bucket = exchange.bucket("read");
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  const limit = exchange.number("max-uploads", 1000, 1, 1000);
  const name = keyEncoding(query);
  const after = ({ key, id }: Upload) =>
    keyMarker === "" || compare(key, keyMarker) > 0 || (key === keyMarker && idMarker !== "" && id > idMarker);
  const found = [...store.index.uploads.values()]
    .filter((upload) => upload.bucket === bucket.id && upload.key.startsWith(prefix) && after(upload))
    .sort((one, other) => compare(one.key, other.key) || compare(one.id, other.id));
  const groupOf = ({ key }: Upload) => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  exchange.sendXml("ListMultipartUploadsResult", {
    Bucket: exchange.bucketName,
    KeyMarker: name(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last === undefined ? undefined : name(last.key),
    NextUploadIdMarker: last?.id,
    Prefix: name(prefix),
    Delimiter: delimiter === "" ? undefined : name(delimiter),
    MaxUploads: limit,
    IsTruncated: last !== undefined,
    Upload: page
      .filter((upload) => groupOf(upload) === undefined)
      .map(({ key, id, initiated, metadata }) => ({
        Key: name(key),
        UploadId: id,
        Initiated: new Date(initiated).toISOString(),
        StorageClass: metadata.storageClass ?? "STANDARD",
      })),
    CommonPrefixes: [...new Set(page.flatMap((upload) => groupOf(upload) ?? []))].map((each) => ({ Prefix: name(each) })),
  });
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function uploadId(exchange: Exchange): string {
  return exchange.query.get("uploadId") ?? "";
}

function partNumber(exchange: Exchange): number {
  const number = Number(exchange.query.get("partNumber"));
  if (!Number.isInteger(number)) throw new R2Error("InvalidArgument", "partNumber must be a whole number.");
  return number;
}
