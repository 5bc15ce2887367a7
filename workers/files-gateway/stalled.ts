/** Bounds how long a sender may pause: while it sends, other writes of the same file wait. */
import { Refusal } from "./answer";

/** Workers' own: a stream whose length is known, as R2 needs it. */
declare const FixedLengthStream: new (length: number) => { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };

/** Milliseconds. */
const longestPause = 60_000;

/** A content on its way to R2. */
export interface Transfer {
  /** Of known length. */
  readonly content: ReadableStream<Uint8Array>;
  /** What becomes of it: rejects with a Refusal when the sender pauses, breaks off, or sends another number of bytes, and when R2 takes no more. */
  readonly sent: Promise<void>;
  /** Ends it where R2 took the content, or did not want it. */
  stop(): Promise<void>;
}

/** @param body null for an empty one */
export function withoutStalls(body: ReadableStream<Uint8Array> | null, length: number, pause = longestPause): Transfer {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const reader = body?.getReader();
  let stopped = false;
  // The other side of the stream is R2, which keeps nothing of a content that was broken off.
  const stop = async (reason?: Error) => {
    stopped = true;
    await Promise.allSettled([writer.abort(reason), reader?.cancel(reason)]);
  };
  const pump = async (): Promise<void> => {
    let [read, ended, broken] = [0, false, false];
    try {
      while (reader !== undefined) {
        const { done, value } = await within(reader.read(), pause).catch((error: unknown) => {
          broken = true;
          throw error;
        });
        if (done) break;
        read += value.byteLength;
        await writer.write(value);
      }
      ended = true;
      await writer.close();
    } catch (error) {
      // Where R2 ended the transfer, what is left of the sender's says nothing.
      const sendersFault = !stopped && (broken || read > length || (ended && read !== length));
      const refusal =
        error instanceof Refusal ? error
        : sendersFault ? new Refusal(400, "CHI-W046 the content broke off or is not of the announced length: send it again")
        : new Refusal(503, "CHI-W048 the bucket did not take the content, nothing was written: send it again");
      await stop(refusal);
      throw refusal;
    }
  };
  return { content: readable, sent: pump(), stop };
}

async function within<Result>(work: Promise<Result>, time: number): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Refusal(408, `CHI-W047 nothing was sent for ${time / 1000} s: send it again`)), time);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
