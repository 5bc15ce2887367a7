import { SortedObjects } from "./sorted-objects";
import type { StoredObject } from "./stored-object";

export interface ListRequest {
  prefix?: string;
  delimiter?: string;
  /** Keys after this one. */
  startAfter?: string;
  /** From the list before. */
  cursor?: string;
  limit: number;
}

export interface ListResult {
  objects: StoredObject[];
  /** What the keys that hold the delimiter after the prefix begin with, each once. */
  prefixes: string[];
  /** Present when there is more. */
  cursor?: string;
}

/** Greater than each key that begins with a group's prefix: 0xff is in no UTF-8 text. */
const afterAll = Buffer.from([0xff]);

/** One page of a bucket, in the order of the keys. An object counts one, and so does a common prefix. */
export function listObjects(objects: SortedObjects, request: ListRequest): ListResult {
  const { prefix = "", delimiter = "", limit } = request;
  const page: ListResult = { objects: [], prefixes: [] };
  if (limit === 0) return page;
  const prefixBytes = Buffer.from(prefix);
  const after = latest(request.startAfter === undefined ? undefined : Buffer.from(request.startAfter), decodeCursor(request.cursor));
  let [from, exclusive] = after === undefined || Buffer.compare(after, prefixBytes) < 0 ? [prefixBytes, false] : [after, true];
  for (;;) {
    let skipTo: Buffer | undefined;
    for (const object of objects.from(from, exclusive)) {
      if (!object.key.startsWith(prefix)) return page;
      if (page.objects.length + page.prefixes.length === limit) return { ...page, cursor: encodeCursor(from) };
      const end = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (end >= 0) {
        const group = object.key.slice(0, end + delimiter.length);
        page.prefixes.push(group);
        // The rest of the group is skipped by one look-up, however many keys it has.
        skipTo = Buffer.concat([Buffer.from(group), afterAll]);
        break;
      }
      page.objects.push(object);
      from = Buffer.from(object.key);
      exclusive = true;
    }
    if (skipTo === undefined) return page;
    [from, exclusive] = [skipTo, true];
  }
}

function latest(one: Buffer | undefined, other: Buffer | undefined): Buffer | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Buffer.compare(one, other) < 0 ? other : one;
}

function encodeCursor(after: Buffer): string {
  return after.toString("base64url");
}

function decodeCursor(cursor: string | undefined): Buffer | undefined {
  return cursor === undefined ? undefined : Buffer.from(cursor, "base64url");
}
