/** `aws s3 cp` of one file, there (`put`) or back (`get`), for the document's script: the AWS command is not on every machine. */
import { createReadStream, createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ObjectStore } from "../ops/backup/object-store/object-store";
import type { BucketAccess } from "../ops/connections/connections";

async function main(direction: string, file: string): Promise<void> {
  const store = new ObjectStore(JSON.parse(process.env["ACCESS"] ?? "") as BucketAccess);
  const key = process.env["KEY"] ?? "";
  if (direction === "put") await store.putStream(key, createReadStream(file, { highWaterMark: 1 << 20 }));
  else await pipeline((await store.getStream(key)) as Readable, createWriteStream(file));
  store.close();
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
