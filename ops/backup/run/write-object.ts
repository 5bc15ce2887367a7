import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { encryption } from "../format/age";
import type { FramePool } from "../format/frame-pool";
import type { StoredObject } from "../format/manifest";
import { compression } from "../format/zstd-frames";
import type { ObjectStore } from "../object-store/object-store";

export interface Destination {
  readonly store: ObjectStore;
  /** `database/daily/20261123T030000Z/`. */
  readonly folder: string;
  readonly recipients: readonly string[];
  /** Buffers for the text before compression, shared by all objects of the run. */
  readonly frames: FramePool;
  readonly signal: AbortSignal;
}

/**
 * Lets a text through compression and encryption into one object.
 *
 * @param source fails when the text is not whole: then no object comes to be
 * @param onBytes told how much of the text was read
 */
export async function writeObject({ store, folder, recipients, frames, signal }: Destination, name: string, source: Readable, onBytes: (bytes: number) => void = () => undefined): Promise<StoredObject> {
  const compressed = compression(frames);
  // The pipeline is told of a failure; but a connection may be lost before there is one, and an error that nobody hears ends the process.
  source.on("error", () => undefined);
  // Not in the flow itself: a further stage would cost as much as a copy.
  source.on("data", (piece: Buffer) => onBytes(piece.length));
  source.pause();
  const stored = await pipeline(
    source,
    compressed,
    await encryption(recipients),
    (sealed: AsyncIterable<Buffer>) => store.putStream(`${folder}${name}`, sealed),
    { signal },
  );
  return { name, ...stored, plainBytes: compressed.plainBytes };
}
