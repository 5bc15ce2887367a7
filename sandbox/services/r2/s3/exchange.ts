import type { IncomingMessage, ServerResponse } from "node:http";
import { R2Error } from "../r2-error";
import type { ObjectStore } from "../object-store";
import type { BucketRecord } from "../world-buckets";
import { bucketFor, type Access, type Caller } from "./access";
import { bodyOf, type Body } from "./body";
import { errorXml, xml, type XmlValue } from "./xml";

/** One request and its answer. */
export class Exchange {
  constructor(
    readonly store: ObjectStore,
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly caller: Caller,
    readonly query: URLSearchParams,
    /** Of the path; empty when the path names the account. */
    readonly bucketName: string,
    /** Of the path; empty when the path names a bucket. */
    readonly key: string,
  ) {}

  /** @throws AccessDenied, NoSuchBucket */
  bucket(access: Access, name = this.bucketName): BucketRecord {
    return bucketFor(this.store.world, this.caller, name, access);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  body(): Body {
    return bodyOf(this.request, this.caller.signature);
  }

  /** A whole number of the query. @throws InvalidArgument */
  number(name: string, fallback: number, least: number, most: number): number {
    const text = this.query.get(name);
    if (text === null || text === "") return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new R2Error("InvalidArgument", `${name} must be a whole number, ${least} or more.`);
    return Math.min(value, most);
  }

  send(status: number, headers: Record<string, string | number> = {}): void {
    this.response.writeHead(status, headers).end();
  }

  sendXml(root: string, content: XmlValue, headers: Record<string, string> = {}): void {
    sendText(this.response, 200, xml(root, content), headers);
  }
}

export function sendError(response: ServerResponse, error: R2Error, headOnly: boolean): void {
  if (headOnly) response.writeHead(error.status).end();
  else sendText(response, error.status, errorXml(error.s3Code, error.message), {});
}

function sendText(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, "content-type": "application/xml", "content-length": Buffer.byteLength(text) }).end(text);
}
