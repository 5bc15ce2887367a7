import type { IncomingMessage } from "node:http";
import { s3ChecksumHeaders, type ExpectedHashes, type S3ChecksumHeader } from "../content-watcher";
import { R2Error } from "../r2-error";
import type { Signature } from "./signature";

/** A request's body, as it is stored. */
export interface Body {
  bytes: AsyncIterable<Buffer>;
  expected: ExpectedHashes;
}

/**
 * The bytes of a PUT, without the frames of `aws-chunked`, and what they must hash to.
 *
 * @throws MissingContentLength, InvalidDigest, NotImplemented for chunks that are signed one by one (R2 does not take them)
 */
export function bodyOf(request: IncomingMessage, { payload }: Signature): Body {
  const { headers } = request;
  const md5 = headers["content-md5"];
  const expected: ExpectedHashes = { hex: typeof md5 === "string" ? { md5: base64ToHex(md5, 16) } : {} };
  const sent = s3ChecksumHeaders.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]] as const] : []));
  if (sent.length > 1) throw new R2Error("InvalidArgument", "Expecting a single x-amz-checksum- header.");
  if (payload.startsWith("STREAMING-")) {
    if (payload !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") throw new R2Error("NotImplemented", `${payload} not implemented`);
    const length = Number(headers["x-amz-decoded-content-length"] ?? NaN);
    if (!Number.isSafeInteger(length)) throw new R2Error("MissingContentLength", "The x-amz-decoded-content-length header is missing.");
    const trailers = String(headers["x-amz-trailer"] ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim());
    const announced = s3ChecksumHeaders.filter((name) => trailers.includes(name));
    const received: Partial<Record<S3ChecksumHeader, string>> = Object.fromEntries(sent);
    const bytes = unframed(request, length, (name, value) => {
      const header = announced.find((each) => each === name);
      if (header !== undefined) received[header] = value;
    });
    return { bytes, expected: { ...expected, s3: () => received, s3Headers: [...announced, ...sent.map(([name]) => name)] } };
  }
  if (headers["content-length"] === undefined) throw new R2Error("MissingContentLength");
  if (payload !== "UNSIGNED-PAYLOAD") {
    if (!/^[0-9a-f]{64}$/.test(payload))
      throw new R2Error("InvalidArgument", "The x-amz-content-sha256 header is not a SHA-256 in hexadecimal.");
    expected.signedSha256 = payload;
  }
  return {
    bytes: counted(request, Number(headers["content-length"])),
    expected: { ...expected, s3: () => Object.fromEntries(sent), s3Headers: sent.map(([name]) => name) },
  };
}

/** @throws InvalidDigest */
function base64ToHex(text: string, bytes: number): string {
  const decoded = Buffer.from(text, "base64");
  if (decoded.length !== bytes) throw new R2Error("InvalidDigest", "The Content-MD5 you specified is not valid.");
  return decoded.toString("hex");
}

/** @throws IncompleteBody when the client goes away in between */
async function* counted(request: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of received(request)) {
    size += chunk.length;
    yield chunk;
  }
  if (size !== length) throw new R2Error("IncompleteBody");
}

async function* received(request: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* request;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    throw new R2Error("IncompleteBody");
  }
}

/** A length of hexadecimal digits and an extension fit in this; more is no frame. */
const longestLine = 16_384;

/**
 * Takes the frames of `aws-chunked` off: `<length in hexadecimal>[;extension]\r\n<bytes>\r\n` … `0\r\n<trailer>: <value>\r\n\r\n`.
 * Bytes pass through without being copied.
 */
export async function* unframed(
  source: AsyncIterable<Buffer>,
  length: number,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  let line = "";
  let state: "length" | "bytes" | "end of bytes" | "trailer" | "done" = "length";
  let [left, size] = [0, 0];
  for await (const chunk of received(source)) {
    for (let at = 0; at < chunk.length;) {
      if (state === "bytes") {
        const end = Math.min(at + left, chunk.length);
        left -= end - at;
        size += end - at;
        yield chunk.subarray(at, end);
        at = end;
        if (left === 0) state = "end of bytes";
        continue;
      }
      const newline = chunk.indexOf(0x0a, at);
      line += chunk.toString("latin1", at, newline < 0 ? chunk.length : newline + 1);
      at = newline < 0 ? chunk.length : newline + 1;
      if (line.length > longestLine) throw malformed();
      if (newline < 0) continue;
      const text: string = line.slice(0, -1).replace(/\r$/, "");
      line = "";
      if (state === "end of bytes") {
        if (text !== "") throw malformed();
        state = "length";
      } else if (state === "length") {
        const digits = /^([0-9a-fA-F]{1,12})(?:;|$)/.exec(text)?.[1];
        if (digits === undefined) throw malformed();
        left = parseInt(digits, 16);
        state = left === 0 ? "trailer" : "bytes";
      } else if (text === "") state = "done";
      else {
        const colon = text.indexOf(":");
        if (colon > 0) onTrailer(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
      }
    }
  }
  // Some clients end without the empty line after the trailers.
  if ((state !== "done" && state !== "trailer") || size !== length) throw new R2Error("IncompleteBody");
}

function malformed(): R2Error {
  return new R2Error("InvalidArgument", "The aws-chunked body is malformed.");
}

/** A small body as text: a list of parts or of keys. */
export async function textOf({ bytes }: Body, most = 8 << 20): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > most) throw new R2Error("MalformedXML", `The request's body is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
