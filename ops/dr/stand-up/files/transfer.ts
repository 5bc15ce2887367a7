/** One file from prod's vault into chisan-dr's bucket, from gateway to gateway; memory stays flat. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { signedAddress, type Scope } from "../../../../workers/file-versions/signature";
import { errorSaid, isToBeSentAgain } from "../../../files/send-again";
import type { FileToCopy } from "./copy-plan";

/** A gateway, and the key of one scope. */
export interface SignedGateway {
  readonly url: string;
  /** Secret. */
  readonly key: string;
  /** Seconds that its clock is ahead; only the sandbox's. */
  readonly clockAhead?: number;
}

export interface TransferInput {
  /** Prod's, with an operator's key. */
  readonly from: SignedGateway;
  /** chisan-dr's, with the API's key: the one that writes. */
  readonly to: SignedGateway;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
  readonly partBytes?: number;
}

export interface Transferred {
  /** As chisan-dr's bucket has it. */
  readonly etag: string;
  readonly bytes: number;
  /** Whether its metadata came along: Content-Type and the like. */
  readonly metadata: boolean;
}

/** Cloudflare takes 100 MB in one request (docs/files.md); parts are of one size, all but the last. */
export const partBytes = 32 << 20;
/** Seconds that a request's signature lives: longer than a part takes on a slow line. */
const life = 900;
/** What a version's metadata travel in, from the vault's gateway (workers/files-gateway/reads.ts). */
const metadataHeader = "x-chisan-metadata";

/**
 * The content's MD5 is compared with the version's ETag (where that is an MD5), and the bucket's ETag with what was sent: nothing arrives
 * changed without notice.
 *
 * @throws CHI-H065 when a gateway does not answer or refuses, CHI-H066 when another content arrived than was kept or sent
 */
export async function transfer(file: FileToCopy, input: TransferInput): Promise<Transferred> {
  const limit = input.partBytes ?? partBytes;
  const answer = await call(input.from, "operator", "GET", "/version", { name: file.version }, { signal: input.signal });
  const length = Number(answer.headers.get("content-length") ?? file.size);
  if (length !== file.size) throw changed(file, `prod's vault has ${length} bytes of it, ${file.size} were kept`);
  const headers = metadataOf(answer.headers);
  const parts = inParts(answer.body as unknown as AsyncIterable<Uint8Array> | null, limit, input.onBytes);
  const sent = length <= limit ? await inOne(file, parts, headers, input) : await inSeveral(file, parts, headers, input);
  if (sent.bytes !== file.size) throw changed(file, `${sent.bytes} bytes came, ${file.size} were kept`);
  if (/^[0-9a-f]{32}$/.test(file.etag) && sent.md5 !== file.etag) throw changed(file, `its content has the MD5 ${sent.md5}, the version was kept with ${file.etag}`);
  if (sent.etag !== sent.expected) throw changed(file, `chisan-dr's bucket has the ETag ${sent.etag}, sent was ${sent.expected}`);
  return { etag: sent.etag, bytes: sent.bytes, metadata: Object.keys(headers).length > 0 || answer.headers.has(metadataHeader) };
}

interface Sent {
  readonly bytes: number;
  readonly md5: string;
  readonly etag: string;
  readonly expected: string;
}

async function inOne(file: FileToCopy, parts: AsyncIterable<Buffer>, headers: Record<string, string>, { to, signal }: TransferInput): Promise<Sent> {
  const read: Buffer[] = [];
  for await (const part of parts) read.push(part);
  const body = Buffer.concat(read);
  const md5 = createHash("md5").update(body).digest("hex");
  const sha256 = createHash("sha256").update(body).digest("hex");
  // Whatever lies there is of an earlier attempt, or it is another content, which the gateway keeps as a version.
  const answer = await call(to, "api", "PUT", "/files", { key: file.key, length: String(body.length), sha256 }, { body, headers, signal });
  return { bytes: body.length, md5, expected: md5, etag: await etagOf(answer) };
}

async function inSeveral(file: FileToCopy, parts: AsyncIterable<Buffer>, headers: Record<string, string>, { to, signal }: TransferInput): Promise<Sent> {
  const begun = (await (await call(to, "api", "POST", "/uploads", { key: file.key }, { headers, signal })).json()) as { uploadId: string };
  const place = { key: file.key, upload: begun.uploadId };
  const whole = createHash("md5");
  const digests: Buffer[] = [];
  const done: { partNumber: number; etag: string }[] = [];
  let bytes = 0;
  try {
    for await (const part of parts) {
      whole.update(part);
      digests.push(createHash("md5").update(part).digest());
      bytes += part.length;
      const partNumber = done.length + 1;
      const answer = await call(to, "api", "PUT", "/uploads", { ...place, part: String(partNumber), length: String(part.length) }, { body: part, signal });
      done.push({ partNumber, etag: await etagOf(answer) });
    }
    const answer = await call(to, "api", "POST", "/uploads", place, { body: Buffer.from(JSON.stringify({ parts: done })), signal });
    const expected = `${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${digests.length}`;
    return { bytes, md5: whole.digest("hex"), expected, etag: await etagOf(answer) };
  } catch (error) {
    // What was begun is withdrawn; R2 gives it up by itself after a week otherwise.
    await call(to, "api", "DELETE", "/uploads", place, {}).catch(() => undefined);
    throw error;
  }
}

/** The body in pieces of one size, the last one shorter. */
async function* inParts(body: AsyncIterable<Uint8Array> | null, size: number, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    onBytes(chunk.length);
    for (let rest = Buffer.from(chunk); rest.length > 0; ) {
      const taken = rest.subarray(0, size - bytes);
      held.push(taken);
      bytes += taken.length;
      rest = rest.subarray(taken.length);
      if (bytes < size) continue;
      yield Buffer.concat(held);
      [held, bytes] = [[], 0];
    }
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** As headers of the request that writes the file (workers/files-gateway/route.ts). */
function metadataOf(headers: Headers): Record<string, string> {
  const given = headers.get(metadataHeader);
  return given === null ? {} : (JSON.parse(decodeURIComponent(given)) as Record<string, string>);
}

async function etagOf(answer: Response): Promise<string> {
  return String(((await answer.json()) as { etag?: unknown }).etag);
}

interface Sending {
  readonly body?: Buffer;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

const attempts = 4;
const firstPause = 500;

/** @throws CHI-H065; the address is in no message: it carries a signature */
export async function call(gateway: SignedGateway, scope: Scope, method: string, path: string, parameters: Record<string, string>, { body, headers, signal }: Sending): Promise<Response> {
  let problem = "";
  const now = new Date(Date.now() + (gateway.clockAhead ?? 0) * 1000);
  // One signature for all attempts: the gateway carries a signed write out once, and answers a repeated one with the first answer.
  const address = await signedAddress({ method, base: gateway.url, path, parameters, scope, life, now }, gateway.key);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await sleep(firstPause * 2 ** (attempt - 1), undefined, { signal });
    signal?.throwIfAborted();
    const answer = await fetch(address, { method, ...(body === undefined ? {} : { body }), headers, signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      problem = (error as { cause?: { code?: string } }).cause?.code ?? "no answer";
    });
    if (answer === undefined) continue;
    if (answer.ok) return answer;
    const said = await errorSaid(answer);
    if (!isToBeSentAgain(answer.status, said)) throw new Error(`CHI-H065 the files gateway ${gateway.url} refuses ${method} ${path}: ${said}`);
    problem = said;
  }
  throw new Error(`CHI-H065 the files gateway ${gateway.url} does not answer ${method} ${path} (${problem}): look at its Worker, then type the same command again`);
}

function changed({ key }: FileToCopy, what: string): Error {
  return new Error(`CHI-H066 "${key}" did not arrive as it was (${what}): type the same command again, it copies this file anew`);
}
