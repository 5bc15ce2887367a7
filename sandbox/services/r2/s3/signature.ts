import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { R2Error } from "../r2-error";

/** A request as it was signed. */
export interface SignedRequest {
  method: string;
  /** The path as it was sent, encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What a request says of its signer (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html). */
export interface Signature {
  accessKeyId: string;
  /** `<date>/<region>/s3/aws4_request` */
  scope: string;
  /** `20261123T030000Z` */
  time: string;
  signedHeaders: string[];
  signature: string;
  /** Seconds for which an address that carries its signature is good. */
  expiresSeconds?: number;
  /** The hash of the body in hexadecimal, or a word such as UNSIGNED-PAYLOAD. */
  payload: string;
}

/** Clocks may differ by so much, as at S3. */
const skewMilliseconds = 15 * 60_000;
const algorithm = "AWS4-HMAC-SHA256";

/** @throws Unauthorized without a signature, InvalidArgument for one that cannot be read, NotImplemented for another kind */
export function readSignature({ query, headers }: SignedRequest): Signature {
  if (query.has("X-Amz-Algorithm")) return fromQuery(query, headers);
  const authorization = headers.authorization;
  if (authorization === undefined) throw new R2Error("Unauthorized");
  if (!authorization.startsWith(`${algorithm} `)) throw new R2Error("InvalidArgument", "Authorization header is not AWS4-HMAC-SHA256.");
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(",")
      .map((field) => {
        const at = field.indexOf("=");
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()];
      }),
  );
  const payload = single(headers["x-amz-content-sha256"]);
  if (payload === undefined) throw new R2Error("InvalidArgument", "The x-amz-content-sha256 header is missing.");
  return parse({
    credential: fields.get("Credential"),
    time: single(headers["x-amz-date"]),
    signedHeaders: fields.get("SignedHeaders"),
    signature: fields.get("Signature"),
    payload,
  });
}

function fromQuery(query: URLSearchParams, headers: IncomingHttpHeaders): Signature {
  if (query.get("X-Amz-Algorithm") !== algorithm) throw new R2Error("InvalidArgument", "X-Amz-Algorithm only supports AWS4-HMAC-SHA256.");
  const expiresSeconds = Number(query.get("X-Amz-Expires"));
  // A week at most: https://developers.cloudflare.com/r2/api/s3/presigned-urls/
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > 604_800)
    throw new R2Error("InvalidArgument", "X-Amz-Expires must be between 1 and 604800 seconds.");
  return parse({
    credential: query.get("X-Amz-Credential") ?? undefined,
    time: query.get("X-Amz-Date") ?? undefined,
    signedHeaders: query.get("X-Amz-SignedHeaders") ?? undefined,
    signature: query.get("X-Amz-Signature") ?? undefined,
    payload: single(headers["x-amz-content-sha256"]) ?? query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    expiresSeconds,
  });
}

function parse(parts: {
  credential?: string;
  time?: string;
  signedHeaders?: string;
  signature?: string;
  payload: string;
  expiresSeconds?: number;
}): Signature {
  const { credential = "", time = "", signedHeaders = "", signature = "", payload, expiresSeconds } = parts;
  const [accessKeyId = "", ...scope] = credential.split("/");
  if (
    scope.length !== 4 ||
    scope[2] !== "s3" ||
    scope[3] !== "aws4_request" ||
    !/^\d{8}T\d{6}Z$/.test(time) ||
    scope[0] !== time.slice(0, 8) ||
    signature === ""
  ) {
    throw new R2Error("InvalidArgument", "The signature's credential, date or value is missing or malformed.");
  }
  if (accessKeyId.length !== 32)
    throw new R2Error("InvalidArgument", `Credential access key has length ${accessKeyId.length}, should be 32.`);
  return { accessKeyId, scope: scope.join("/"), time, signedHeaders: signedHeaders.split(";"), signature, payload, expiresSeconds };
}

/**
 * @param now milliseconds since 1970 by the machine's clock: the client signs by that one
 * @throws SignatureDoesNotMatch, ExpiredRequest, RequestTimeTooSkewed
 */
export function verifySignature(request: SignedRequest, signature: Signature, secretAccessKey: string, now: number): void {
  const expected = Buffer.from(sign(request, signature, secretAccessKey));
  const given = Buffer.from(signature.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new R2Error("SignatureDoesNotMatch");
  const signedAt = Date.parse(signature.time.replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z"));
  if (signedAt > now + skewMilliseconds) throw new R2Error("RequestTimeTooSkewed");
  if (signature.expiresSeconds !== undefined) {
    if (now > signedAt + signature.expiresSeconds * 1000) throw new R2Error("ExpiredRequest");
  } else if (signedAt < now - skewMilliseconds) throw new R2Error("RequestTimeTooSkewed");
}

function sign(request: SignedRequest, { scope, time, signedHeaders, payload }: Signature, secret: string): string {
  const headers = signedHeaders.map((name) => `${name}:${headerText(request.headers[name])}\n`).join("");
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(";"),
    payload,
  ].join("\n");
  const text = [algorithm, time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer>((under, part) => createHmac("sha256", under).update(part).digest(), Buffer.from(`AWS4${secret}`));
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Each segment encoded once, whatever the client left as it was. */
function canonicalPath(path: string): string {
  return path
    .split("/")
    .map((segment) => encoded(decoded(segment)))
    .join("/");
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].filter(([name]) => name !== "X-Amz-Signature").map(([name, value]) => [encoded(name), encoded(value)] as const);
  const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  return pairs
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** RFC 3986: only unreserved characters stay. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @throws InvalidArgument for a path that is no UTF-8 */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new R2Error("InvalidArgument", "The request's path is not valid UTF-8.");
  }
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replace(/ +/g, " ");
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
