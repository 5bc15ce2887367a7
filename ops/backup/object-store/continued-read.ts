import { setTimeout as wait } from "node:timers/promises";
import type { Readable } from "node:stream";
import { isAborted } from "./store-error";

export interface OpenRead {
  readonly body: Readable;
  readonly etag: string;
  /** From where it was opened to the end. */
  readonly bytes: number;
}

export interface ContinuedReadOptions {
  /** In a row without a single byte. */
  readonly attempts: number;
  /** Milliseconds without a byte. */
  readonly stalledAfter: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads to the end across lost connections.
 *
 * @param open from a byte on, of the object with this ETag (undefined: of whichever is there); its own errors are final
 * @param refused turns the last loss into the error that is thrown
 */
export async function* continuedRead(
  open: (from: number, etag: string | undefined) => Promise<OpenRead>,
  { attempts, stalledAfter, signal }: ContinuedReadOptions,
  refused: (error: unknown) => Error,
): AsyncGenerator<Buffer> {
  let at = 0;
  let etag: string | undefined;
  let end: number | undefined;
  for (let failures = 0; ; ) {
    const opened = await open(at, etag);
    ({ etag } = opened);
    end ??= opened.bytes;
    const { body } = opened;
    const stall = () => setTimeout(() => body.destroy(new Error("stalled")), stalledAfter);
    let stalled = stall();
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        // Whoever reads this may take its time.
        clearTimeout(stalled);
        failures = 0;
        at += chunk.length;
        yield chunk;
        stalled = stall();
      }
      if (at >= end) return;
      throw new Error(`ended after ${at} of ${end} bytes`);
    } catch (error) {
      if (isAborted(error) || signal?.aborted === true) throw error;
      failures += 1;
      if (failures >= attempts) throw refused(error);
    } finally {
      clearTimeout(stalled);
      body.destroy();
    }
    await wait(Math.min(10_000, 100 * 2 ** failures), undefined, { signal });
  }
}
