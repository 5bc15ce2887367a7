import * as fc from "fast-check";
import { unframed } from "./body";

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string, length: number, sizes: readonly number[] = [1000]): Promise<{ bytes: string; trailers: string[] }> {
  const trailers: string[] = [];
  const chunks: Buffer[] = [];
  for await (const chunk of unframed(inPieces(text, sizes), length, (name, value) => trailers.push(`${name}=${value}`))) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks).toString("latin1"), trailers };
}

test("the frames of aws-chunked come off, however the body is cut on its way", async () => {
  const content = fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 }), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(content, cuts, async (chunks, sizes) => {
      const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
      const whole = chunks.join("");
      expect(await read(`${framed}0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n`, whole.length, sizes)).toEqual({
        bytes: whole,
        trailers: ["x-amz-checksum-crc32=AAAA=="],
      });
    }),
  );
});

test.each([
  ["a body that ends in a chunk", "5\r\nhel", 5, "IncompleteBody"],
  ["a body without its last chunk", "5\r\nhello\r\n", 5, "IncompleteBody"],
  ["another length than announced", "5\r\nhello\r\n0\r\n\r\n", 6, "IncompleteBody"],
  ["a length that is no number", "x\r\nhello\r\n0\r\n\r\n", 5, "InvalidArgument"],
  ["a chunk that is longer than its length", "4\r\nhello\r\n0\r\n\r\n", 5, "InvalidArgument"],
])("%s is refused", async (_what, text, length, reason) => {
  await expect(read(text, length)).rejects.toMatchObject({ reason });
});
