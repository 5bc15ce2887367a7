/** Files as the API reads them: with its own key, straight from the bucket. */
import { createHash } from "node:crypto";
import { ObjectStore } from "../../../backup/object-store/object-store";
import type { BucketAccess } from "../../../connections/connections";
import type { Check } from "./check";

export interface FilesChecked {
  /** The API's own credentials. Secret. */
  readonly bucket: BucketAccess;
  /** Files that the restore brought; undefined when it was not told. */
  readonly expected: number | undefined;
  readonly samples?: number;
}

/** Larger files are left to their ETags: a sample is to be quick. */
const largestSample = 32 << 20;

export function filesChecks({ bucket, expected, samples = 8 }: FilesChecked): Check[] {
  return [
    {
      name: "file samples",
      async run() {
        const store = new ObjectStore(bucket, { attempts: 3 });
        try {
          const keys: { key: string; etag: string; bytes: number }[] = [];
          let count = 0;
          for await (const { key, etag, bytes } of store.list("")) {
            count += 1;
            // Each file has the same chance to be among the samples (reservoir).
            const place = keys.length < samples ? keys.length : Math.floor(Math.random() * count);
            if (place < samples) keys[place] = { key, etag, bytes };
          }
          if (expected !== undefined && count < expected) throw new Error(`the bucket has ${count} files, ${expected} were restored`);
          let read = 0;
          for (const { key, etag, bytes } of keys) {
            if (bytes > largestSample || !/^[0-9a-f]{32}$/.test(etag)) continue;
            const found = await digestOf(store, key);
            if (found !== etag) throw new Error(`"${key}" has the content ${found}, its ETag is ${etag}`);
            read += 1;
          }
          return `${count} files; ${read} read with the API's own key, each with the content of its ETag`;
        } finally {
          store.close();
        }
      },
    },
  ];
}

async function digestOf(store: ObjectStore, key: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of store.getStream(key) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}
