/**
 * The files gateway: the way to write the users' files on which no version is ever lost (docs/files.md). Each request is signed
 * (../file-versions/signature.ts); each write goes to the Durable Object of its file, which archives the present version first.
 *
 *   PUT    /files?key                      write a file (body; metadata in headers)      &if=<etag>|absent
 *   DELETE /files?key                      delete it                                     &if=
 *   POST   /uploads?key                    begin an upload in parts
 *   PUT    /uploads?key&upload&part        one part (body)
 *   POST   /uploads?key&upload             complete it (body: {parts:[{partNumber,etag}]})  &if=
 *   DELETE /uploads?key&upload             give it up
 *   GET    /history?key | ?prefix &after   entries of the vault            (operators)
 *   GET    /present?key | ?prefix &after   the files as they are           (operators)
 *   GET    /version?name                   a version's content             (operators)
 *   POST   /restore?key&version            make a version the present one  (operators)
 *   GET    /status                         the keeper's numbers            (operators, the metrics exporter)
 */
import type { Buckets } from "../file-versions/archive";
import { ledgerClient } from "../file-versions/ledger";
import { scopeKey, signatureProblem } from "../file-versions/signature";
import type { DurableObjectNamespace, R2Part } from "../runtime";
import { Refusal, answering, respond } from "./answer";
import { FileObject, type WriteRequest, writeHeader } from "./file-object";
import { history, present, version } from "./reads";
import { type Route, checkContent, metadataHeader, metadataOf, required, requiredKey, routeOf } from "./route";
import { withoutStalls } from "./stalled";

export { FileObject };

export interface Environment extends Buckets {
  readonly FILE: DurableObjectNamespace;
  /** The keeper's. */
  readonly LEDGER: DurableObjectNamespace;
  readonly SIGNING_SECRET: string;
  /** While rotating. */
  readonly SIGNING_SECRET_PREVIOUS?: string;
  /** Origins of the web app, whose pages upload with signed addresses; comma-separated. */
  readonly ORIGINS: string;
}

export default {
  async fetch(request: Request, environment: Environment): Promise<Response> {
    if (request.method === "OPTIONS") return withCors(request, environment, new Response(null, { status: 204 }));
    return withCors(request, environment, await answering(() => handle(request, environment)));
  },
};

async function handle(request: Request, environment: Environment): Promise<Response> {
  const address = new URL(request.url);
  const { route, scope } = routeOf(request.method, address);
  const secrets = [environment.SIGNING_SECRET, environment.SIGNING_SECRET_PREVIOUS].filter((secret) => secret !== undefined && secret !== "");
  const keys = await Promise.all(secrets.map((secret) => scopeKey(secret as string, scope)));
  const problem = await signatureProblem(request.method, address, keys, new Date());
  if (problem !== undefined) throw new Refusal(403, problem);
  return carryOut(route, request, address, environment);
}

async function carryOut(route: Route, request: Request, address: URL, environment: Environment): Promise<Response> {
  switch (route) {
    case "PUT /files": {
      const sha256 = address.searchParams.get("sha256") ?? undefined;
      const length = checkContent(address, request.headers);
      const put = { kind: "put", length, metadata: metadataOf(request.headers), ...(sha256 === undefined ? {} : { sha256 }) } as const;
      return write(put, address, environment, request.body);
    }
    case "DELETE /files":
      return write({ kind: "delete" }, address, environment);
    case "POST /uploads":
      if (!address.searchParams.has("upload")) return beginUpload(request, address, environment);
      return write({ kind: "complete", uploadId: required(address, "upload"), parts: await partsOf(request) }, address, environment);
    case "PUT /uploads":
      return uploadPart(request, address, environment);
    case "DELETE /uploads":
      await environment.FILES.resumeMultipartUpload(requiredKey(address), required(address, "upload")).abort();
      return respond({ status: 200, body: {} });
    case "GET /history":
      return respond(await history(address, environment));
    case "GET /present":
      return respond(await present(address, environment));
    case "GET /version":
      return version(address, environment);
    case "POST /restore":
      return write({ kind: "restore", version: required(address, "version") }, address, environment);
    case "GET /status":
      return respond({ status: 200, body: { ...(await ledgerClient(environment.LEDGER).status()) } });
  }
}

/** Hands a write to the Durable Object of its file. */
async function write(
  what: WriteRequest["write"],
  address: URL,
  { FILE }: Environment,
  body: ReadableStream<Uint8Array> | null = null,
): Promise<Response> {
  const ifPresent = address.searchParams.get("if");
  const request: WriteRequest = {
    key: requiredKey(address),
    signature: required(address, "signature"),
    expires: Number(required(address, "expires")),
    ...(ifPresent === null ? {} : { ifPresent }),
    write: what,
  };
  const headers = { [writeHeader]: encodeURIComponent(JSON.stringify(request)) };
  return FILE.get(FILE.idFromName(request.key)).fetch("https://file/", { method: "POST", headers, body });
}

async function beginUpload(request: Request, address: URL, { FILES }: Environment): Promise<Response> {
  const { uploadId } = await FILES.createMultipartUpload(requiredKey(address), metadataOf(request.headers));
  return respond({ status: 200, body: { uploadId } });
}

/** Parts touch no version until the upload is completed, so they do not wait for one another. */
async function uploadPart(request: Request, address: URL, { FILES }: Environment): Promise<Response> {
  const part = Number(required(address, "part"));
  if (!Number.isSafeInteger(part) || part < 1 || part > 10_000) throw new Refusal(400, `CHI-W037 part is ${part}: number parts from 1 to 10000`);
  const upload = FILES.resumeMultipartUpload(requiredKey(address), required(address, "upload"));
  const transfer = withoutStalls(request.body, checkContent(address, request.headers));
  const uploading = upload.uploadPart(part, transfer.content).finally(() => transfer.stop());
  const [uploaded, sending] = await Promise.allSettled([uploading, transfer.sent]);
  if (uploaded.status === "rejected") throw sending.status === "rejected" ? sending.reason : uploaded.reason;
  return respond({ status: 200, body: { ...uploaded.value } });
}

async function partsOf(request: Request): Promise<R2Part[]> {
  const { parts } = (await request.json().catch(() => ({}))) as { parts?: unknown };
  const isPart = (part: unknown): part is R2Part =>
    typeof part === "object" && part !== null && typeof (part as R2Part).etag === "string" && Number.isSafeInteger((part as R2Part).partNumber);
  if (!Array.isArray(parts) || parts.length === 0 || !parts.every(isPart)) {
    throw new Refusal(400, 'CHI-W038 the parts are not {"parts":[{"partNumber":1,"etag":"…"}]}: send what each part was answered');
  }
  return parts.map(({ partNumber, etag }) => ({ partNumber, etag }));
}

/** Only the web app's own pages may call the gateway from a browser. */
function withCors(request: Request, { ORIGINS }: Environment, response: Response): Response {
  const origin = request.headers.get("origin");
  if (origin === null || !ORIGINS.split(",").includes(origin)) return response;
  const answer = new Response(response.body, response);
  const asked = (request.headers.get("access-control-request-headers") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const allowed = asked.filter((name) => name.startsWith(metadataHeader) || /^(content-(type|disposition|encoding|language)|cache-control)$/.test(name));
  answer.headers.set("access-control-allow-origin", origin);
  answer.headers.set("access-control-allow-methods", "PUT, POST, DELETE");
  answer.headers.set("access-control-allow-headers", allowed.join(", "));
  answer.headers.set("access-control-max-age", "3600");
  answer.headers.set("vary", "origin");
  return answer;
}
