import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { machineClock } from "../clock";
import type { ObjectStore } from "../object-store";
import { R2Error } from "../r2-error";
import { authenticate } from "./access";
import { getBucketLocation, headBucket, listBuckets, listObjects } from "./bucket-requests";
import { Exchange, sendError } from "./exchange";
import type { S3Faults } from "./faults";
import { refuseUnimplementedHeaders } from "./headers";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from "./multipart-requests";
import { copyObject, deleteObject, deleteObjects, getObject, headObject, putObject } from "./object-requests";
import { decoded } from "./signature";

/** Sub-resources that R2 does not implement: versioning, ACLs, tagging, and so on. */
const unimplemented = [
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "tagging",
  "torrent",
  "versionId",
  "versioning",
  "versions",
  "website",
];

/** How long a client may keep a connection open without a request; longer than clients keep theirs, so that none is closed under them. */
const keepAliveMilliseconds = 120_000;

/** The S3 endpoint: `http://127.0.0.1:<port>/<bucket>/<key>`. */
export function s3Server(store: ObjectStore, faults: S3Faults): Server {
  const server = createServer({ keepAliveTimeout: keepAliveMilliseconds, requestTimeout: 0 }, (request, response) => {
    serve(store, faults, request, response).catch((error: unknown) => fail(request, response, error));
  });
  return server;
}

async function serve(store: ObjectStore, faults: S3Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [rawPath = "/", rawQuery = ""] = splitOnce(request.url ?? "/", "?");
  const query = new URLSearchParams(rawQuery);
  const [rawBucket = "", rawKey = ""] = splitOnce(rawPath.slice(1), "/");
  const [bucketName, key] = [decoded(rawBucket), decoded(rawKey)];
  if (!(await pass(faults, request, response, `${bucketName}/${key}`))) return;
  const method = request.method ?? "GET";
  const caller = authenticate(
    store.world,
    { method, path: rawPath, query, headers: request.headers },
    machineClock.now(),
    store.clock.now(),
  );
  refuseUnimplementedHeaders(request.headers);
  const subresource = unimplemented.find((name) => query.has(name));
  if (subresource !== undefined) throw new R2Error("NotImplemented", `${method} with ?${subresource} not implemented`);
  await operation(method, query, bucketName, key, request)(new Exchange(store, request, response, caller, query, bucketName, key));
}

/** @throws NotImplemented */
function operation(
  method: string,
  query: URLSearchParams,
  bucket: string,
  key: string,
  request: IncomingMessage,
): (exchange: Exchange) => void | Promise<void> {
  const copies = request.headers["x-amz-copy-source"] !== undefined;
  const place = bucket === "" ? "account" : key === "" ? "bucket" : "object";
  switch (`${method} ${place}`) {
    case "GET account":
      return listBuckets;
    case "HEAD bucket":
      return headBucket;
    case "GET bucket":
      return query.has("uploads") ? listMultipartUploads : query.has("location") ? getBucketLocation : listObjects;
    case "POST bucket":
      if (query.has("delete")) return deleteObjects;
      break;
    case "GET object":
      return query.has("uploadId") ? listParts : getObject;
    case "HEAD object":
      return headObject;
    case "PUT object":
      if (query.has("uploadId")) return copies ? uploadPartCopy : uploadPart;
      return copies ? copyObject : putObject;
    case "POST object":
      if (query.has("uploads")) return createMultipartUpload;
      if (query.has("uploadId")) return completeMultipartUpload;
      break;
    case "DELETE object":
      return query.has("uploadId") ? abortMultipartUpload : deleteObject;
    case "PUT bucket":
    case "DELETE bucket":
      // R2 has them for tokens that administer buckets. Here buckets are Pulumi's alone: another hand would make the sandbox lie.
      throw new R2Error("AccessDenied", "The sandbox's buckets are made and deleted by `pulumi up` alone.");
  }
  throw new R2Error("NotImplemented", `${method} on this resource is not implemented`);
}

/** Whether the request goes on. */
async function pass(faults: S3Faults, request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
  const fault = faults.next(request.method ?? "GET", path);
  switch (fault?.kind) {
    case undefined:
      return true;
    case "slow":
      await sleep(fault.delayMilliseconds);
      return true;
    case "429":
      throw new R2Error("TooManyRequests");
    case "500":
      throw new R2Error("InternalError");
    case "503":
      throw new R2Error("ServiceUnavailable");
    case "drop": {
      const bytes = fault.afterBytes ?? 0;
      if (bytes === 0) {
        request.socket.destroy();
        return false;
      }
      let received = 0;
      const count = (chunk: Buffer) => {
        received += chunk.length;
        if (received >= bytes) request.socket.destroy();
      };
      // Beside the reader, not instead of it: the store sees the connection break in the middle of a body.
      const push = request.push.bind(request);
      request.push = (chunk: unknown, encoding?: BufferEncoding) => {
        if (Buffer.isBuffer(chunk)) count(chunk);
        return push(chunk, encoding);
      };
      response.once("finish", () => request.socket.destroy());
      return true;
    }
  }
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = error instanceof R2Error ? error : undefined;
  // A client that goes away is no fault of the sandbox's.
  if (known === undefined && !request.destroyed && !response.destroyed)
    console.error(`${request.method} ${request.url?.split("?")[0]}: ${error instanceof Error ? error.message : String(error)}`);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // The rest of a refused body is read and thrown away, so that the client, still sending, gets to read the answer.
  if (!request.complete) request.resume();
  sendError(response, known ?? new R2Error("InternalError"), request.method === "HEAD");
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
