import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { compression, decompression, frameBytes } from "./zstd-frames";

function pieces(text: Buffer, size = 65_536): Readable {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.subarray(at, at + size));
  return Readable.from(parts);
}

const pack = (text: Buffer, size?: number) => buffer(pieces(text, size).pipe(compression()));
const unpack = (text: Buffer, size?: number) => buffer(pieces(text, size).pipe(decompression()));

/** Half random, half not: frames of different lengths. */
function sample(size: number): Buffer {
  const text = Buffer.alloc(size, "stocks\torders\t");
  randomBytes(Math.floor(size / 2)).copy(text, Math.floor(size / 3));
  return text;
}

const sizes = fc.oneof(fc.constantFrom(0, 1, frameBytes - 1, frameBytes, frameBytes + 1, 5 * frameBytes + 3), fc.integer({ min: 0, max: 2 * frameBytes }));

test("what was compressed comes back, whatever its size and however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.constantFrom(1000, 65_536, frameBytes, 3 * frameBytes), fc.constantFrom(1000, 65_536, 7_000_000), async (size, writing, reading) => {
      const text = sample(size);
      expect((await unpack(await pack(text, writing), reading)).equals(text)).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test("each frame is announced with its length, and the plain bytes are counted", async () => {
  const stream = compression();
  const file = await buffer(pieces(sample(3 * frameBytes + 5)).pipe(stream));
  expect(stream.plainBytes).toBe(3 * frameBytes + 5);
  let frames = 0;
  for (let at = 0; at < file.length; at += 12 + file.readUInt32LE(at + 8)) {
    expect(file.readUInt32LE(at)).toBe(0x184d2a50);
    expect(file.readUInt32LE(at + 4)).toBe(4);
    expect(file.readUInt32LE(at + 12)).toBe(0xfd2fb528);
    frames += 1;
  }
  expect(frames).toBe(4);
});

const zstd = spawnSync("zstd", ["--version"]).status === 0;

test("`zstd -d` reads it", async () => {
  for (const size of [0, 1, 2 * frameBytes + 77]) {
    const text = sample(size);
    const file = await pack(text);
    if (!zstd) return;
    const { status, stdout } = spawnSync("zstd", ["-d", "-c"], { input: file, maxBuffer: 1 << 26 });
    expect(status).toBe(0);
    expect(stdout.equals(text)).toBe(true);
  }
});

test("damage is refused: cut off, without announcements, with a wrong length, changed, too large", async () => {
  const file = await pack(sample(2 * frameBytes));
  const broken = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(file);
    change(copy);
    return unpack(copy);
  };
  await expect(unpack(Buffer.alloc(0))).rejects.toThrow(/^CHI-A004 .* cut off/);
  for (const end of [5, 12, 13, 100, file.length - 1]) await expect(unpack(file.subarray(0, end))).rejects.toThrow(/^CHI-A004 .* cut off/);
  await expect(unpack(file.subarray(12))).rejects.toThrow(/^CHI-A004 frame 0 .* not announced/);
  await expect(broken((copy) => copy.writeUInt32LE(copy.readUInt32LE(8) - 1, 8))).rejects.toThrow(/^CHI-A004 /);
  await expect(broken((copy) => copy.writeUInt32LE(0xffffffff, 8))).rejects.toThrow(/^CHI-A004 .* 4294967295 bytes/);
  await expect(broken((copy) => copy.fill(0x55, 20, 60))).rejects.toThrow(/^CHI-A004 frame 0 .* cannot be decompressed/);

  const zeros = spawnSync("node", ["-e", "const {Encoder}=require('@toondepauw/node-zstd');process.stdout.write(new Encoder(1).encodeSync(Buffer.alloc(9<<20)))"], { cwd: __dirname, maxBuffer: 1 << 26 }).stdout;
  const announcement = Buffer.alloc(12);
  announcement.writeUInt32LE(0x184d2a50, 0);
  announcement.writeUInt32LE(4, 4);
  announcement.writeUInt32LE(zeros.length, 8);
  await expect(unpack(Buffer.concat([announcement, zeros]))).rejects.toThrow(/^CHI-A004 frame 0 .* 9437184 bytes/);
});

test("a reader that stops reading stops the writer: memory stays flat", async () => {
  const stream = compression();
  let written = 0;
  const source = new Readable({
    read() {
      written += 1 << 20;
      this.push(randomBytes(1 << 20));
    },
  });
  source.pipe(stream);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  // Frames at work, one being filled, and what waits on both sides.
  expect(written).toBeLessThan(8 * frameBytes);
  source.destroy();
  stream.destroy();
});
