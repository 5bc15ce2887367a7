import { Readable } from "node:stream";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { FramePool } from "../format/frame-pool";
import { frameBytes } from "../format/zstd-frames";
import type { ObjectStore } from "../object-store/object-store";
import { writeObject } from "./write-object";

test("a source that is lost before the first byte is asked of it fails the object, and not the process", async () => {
  const recipients = [await identityToRecipient(await generateX25519Identity())];
  const putStream = async (_key: string, sealed: AsyncIterable<Buffer>) => {
    let bytes = 0;
    for await (const piece of sealed) bytes += piece.length;
    return { bytes, sha256: "", etag: "" };
  };
  const destination = { store: { putStream } as unknown as ObjectStore, folder: "", recipients, frames: new FramePool(frameBytes), signal: new AbortController().signal };
  const source = new Readable({ read: () => undefined });
  const written = writeObject(destination, "x", source);
  source.destroy(new Error("the connection was lost"));
  await expect(written).rejects.toThrow("the connection was lost");
});
