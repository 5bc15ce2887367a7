/** Whose fault it is that a content did not arrive. `FixedLengthStream` is Workers' own: as it is documented there, over Node's streams. */
import { withoutStalls } from "./stalled";

class FixedLength {
  public readonly readable: ReadableStream<Uint8Array>;
  public readonly writable: WritableStream<Uint8Array>;

  public constructor(length: number) {
    let passed = 0;
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        if ((passed += chunk.byteLength) > length) throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
        controller.enqueue(chunk);
      },
      flush: () => {
        if (passed !== length) throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
      },
    });
    [this.readable, this.writable] = [readable, writable];
  }
}

const workers = globalThis as { FixedLengthStream?: unknown };
beforeAll(() => (workers.FixedLengthStream = FixedLength));
afterAll(() => delete workers.FixedLengthStream);

/** A sender's body: bytes a chunk, then its end, a failure, or nothing more. */
function body(chunks: readonly number[], then: "ends" | "breaks" | "waits" = "ends"): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull: (controller) => {
      const size = left.shift();
      if (size !== undefined) controller.enqueue(new Uint8Array(size));
      else if (then === "ends") controller.close();
      else if (then === "breaks") controller.error(new Error("the client went away"));
      else return new Promise(() => undefined);
      return undefined;
    },
  });
}

async function taken(content: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of content) bytes += chunk.byteLength;
  return bytes;
}

test("what is whole arrives", async () => {
  const { content, sent } = withoutStalls(body([3, 4]), 7);
  expect(await taken(content)).toBe(7);
  await sent;
});

test.each([
  ["breaks off", body([3], "breaks"), 7],
  ["is too short", body([3]), 7],
  ["is too long", body([3, 9]), 7],
])("a content that %s is the sender's fault", async (_what, sender, length) => {
  const { content, sent } = withoutStalls(sender, length);
  const ends = await Promise.allSettled([taken(content), sent]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(sent).rejects.toMatchObject({ status: 400, message: expect.stringMatching(/^CHI-W046 /) as string });
});

test("a sender that pauses for too long", async () => {
  const { content, sent } = withoutStalls(body([3], "waits"), 7, 20);
  await Promise.allSettled([taken(content), sent]);
  await expect(sent).rejects.toMatchObject({ status: 408, message: expect.stringMatching(/^CHI-W047 /) as string });
});

test("a bucket that takes no more, while the sender still has", async () => {
  const { content, sent } = withoutStalls(body([3, 3, 3], "waits"), 20);
  sent.catch(() => undefined);
  await content.cancel(new Error("internal error of R2"));
  await expect(sent).rejects.toMatchObject({ status: 503, message: expect.stringMatching(/^CHI-W048 /) as string });
});

test("a bucket that refused, and the transfer is stopped while the sender waits", async () => {
  const { sent, stop } = withoutStalls(body([3], "waits"), 20);
  sent.catch(() => undefined);
  await stop();
  await expect(sent).rejects.toMatchObject({ status: 503, message: expect.stringMatching(/^CHI-W048 /) as string });
});
