import type { IncomingHttpHeaders } from "node:http";
import type { Conditions, EtagCondition } from "../conditions";
import { R2Error } from "../r2-error";
import type { ObjectMetadata, StoredObject } from "../stored-object";

/**
 * What R2 does not implement of the operations that it has (https://developers.cloudflare.com/r2/api/s3/api/, read 2026-11), and
 * encryption with a key of the customer's, which R2 has and this stand-in has not.
 */
const notImplemented =
  /^x-amz-(website-redirect-location|server-side-encryption(-.*)?|copy-source-server-side-encryption-.*|tagging(-directive)?|object-lock-.*|bypass-governance-retention|acl|grant-.*|mfa|request-payer|expected-bucket-owner|source-expected-bucket-owner)$/;

/** @throws NotImplemented, naming the header, as R2 does */
export function refuseUnimplementedHeaders(headers: IncomingHttpHeaders): void {
  const name = Object.keys(headers).find((each) => notImplemented.test(each));
  if (name !== undefined) throw new R2Error("NotImplemented", `Header '${name}' with value '${String(headers[name])}' not implemented`);
}

/** The metadata that a write sends with it. */
export function metadataOf(headers: IncomingHttpHeaders): ObjectMetadata {
  const text = (name: string): string | undefined => (typeof headers[name] === "string" ? headers[name] : undefined);
  const encoding = text("content-encoding")
    ?.split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && each !== "aws-chunked")
    .join(", ");
  const expires = Date.parse(text("expires") ?? "");
  const custom = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith("x-amz-meta-") ? [[name.slice("x-amz-meta-".length), utf8(String(value))]] : [],
  );
  return {
    http: {
      contentType: text("content-type"),
      contentLanguage: text("content-language"),
      contentDisposition: text("content-disposition"),
      contentEncoding: encoding === "" ? undefined : encoding,
      cacheControl: text("cache-control"),
      cacheExpiry: Number.isNaN(expires) ? undefined : expires,
    },
    custom: Object.fromEntries(custom) as Record<string, string>,
    storageClass: storageClass(text("x-amz-storage-class")),
  };
}

function storageClass(value: string | undefined): string | undefined {
  if (value !== undefined && value !== "STANDARD" && value !== "STANDARD_IA")
    throw new R2Error("InvalidArgument", `Storage class '${value}' is not one of STANDARD, STANDARD_IA.`);
  return value;
}

/** Node gives headers as Latin-1; clients send UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

/** The headers of an answer about an object. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const { http, custom, storageClass } = object.metadata;
  const headers: Record<string, string | undefined> = {
    "accept-ranges": "bytes",
    etag: quoted(object.etag),
    "last-modified": new Date(object.uploaded).toUTCString(),
    "content-type": http.contentType ?? "application/octet-stream",
    "content-language": http.contentLanguage,
    "content-disposition": http.contentDisposition,
    "content-encoding": http.contentEncoding,
    "cache-control": http.cacheControl,
    expires: http.cacheExpiry === undefined ? undefined : new Date(http.cacheExpiry).toUTCString(),
    "x-amz-storage-class": storageClass === "STANDARD" ? undefined : storageClass,
    ...Object.fromEntries(
      Object.entries(custom).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, Buffer.from(value).toString("latin1")]),
    ),
  };
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}

/** @param prefix `x-amz-copy-source-` for the source of a copy */
export function conditionsOf(headers: IncomingHttpHeaders, prefix = ""): Conditions | undefined {
  const text = (name: string): string | undefined => {
    const value = headers[prefix + name];
    return typeof value === "string" ? value : undefined;
  };
  const tags = (name: string): EtagCondition[] | undefined =>
    text(name)
      ?.split(",")
      .map((tag) => etagCondition(tag.trim()));
  const date = (name: string): number | undefined => {
    const time = Date.parse(text(name) ?? "");
    return Number.isNaN(time) ? undefined : time;
  };
  const conditions = {
    etagMatches: tags("if-match"),
    etagDoesNotMatch: tags("if-none-match"),
    uploadedBefore: date("if-unmodified-since"),
    uploadedAfter: date("if-modified-since"),
  };
  return Object.values(conditions).every((each) => each === undefined) ? undefined : { ...conditions, secondsGranularity: true };
}

function etagCondition(tag: string): EtagCondition {
  if (tag === "*") return { type: "wildcard" };
  return tag.startsWith("W/") ? { type: "weak", value: unquoted(tag.slice(2)) } : { type: "strong", value: unquoted(tag) };
}

/**
 * The first and last byte of a `Range` header; undefined for none, for several (the whole is answered then), and for another unit.
 * @throws InvalidRange
 */
export function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(" ", "") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    if (Number(last) === 0 || size === 0) throw new R2Error("InvalidRange");
    return { start: Math.max(size - Number(last), 0), end: size - 1 };
  }
  const [start, end] = [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) throw new R2Error("InvalidRange");
  return { start, end };
}
