import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { randomBytes } from "node:crypto";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { decryption, encryption } from "./age";
import { PayloadOpener, PayloadSealer } from "./age-payload";

const chunk = 64 * 1024;
const sealedChunk = chunk + 16;

let identity: string;
let recipient: string;
beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

/** In pieces, as a pipe would give them. */
function pieces(text: Buffer, size: number): Readable {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.subarray(at, at + size));
  return Readable.from(parts);
}

async function sealed(text: Buffer, recipients = [recipient], size = 100_000): Promise<Buffer> {
  return buffer(pieces(text, size).pipe(await encryption(recipients)));
}

function opened(text: Buffer, size = 50_000, key = identity): Promise<Buffer> {
  const source = pieces(text, size);
  return buffer(source.pipe(decryption(key)));
}

function headerLength(file: Buffer): number {
  return file.indexOf("\n", file.indexOf("\n--- ") + 1) + 1;
}

/** Sizes where chunks begin and end, and any others. */
const sizes = fc.oneof(fc.constantFrom(0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1), fc.integer({ min: 0, max: 4 * chunk }));
const cuts = fc.constantFrom(1000, 16_384, chunk, sealedChunk, 100_000, 1 << 20);

test("the age library reads what we write, and we read it too", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, cuts, cuts, async (size, writing, reading) => {
      const text = randomBytes(size);
      const file = await sealed(text, [recipient], writing);
      const library = new Decrypter();
      library.addIdentity(identity);
      expect(Buffer.from(await library.decrypt(file)).equals(text)).toBe(true);
      expect((await opened(file, reading)).equals(text)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test("we read what the age library writes, also when it arrives byte by byte", async () => {
  const library = new Encrypter();
  library.addRecipient(recipient);
  for (const size of [0, 1, 700, chunk, 3 * chunk + 5]) {
    const text = randomBytes(size);
    const file = Buffer.from(await library.encrypt(text));
    expect((await opened(file, size > 1000 ? 777 : 1)).equals(text)).toBe(true);
  }
});

test("each recipient can read it alone, and nobody else", async () => {
  const second = await generateX25519Identity();
  const stranger = await generateX25519Identity();
  const file = await sealed(Buffer.from("rows"), [recipient, await identityToRecipient(second)]);
  expect(String(await opened(file))).toBe("rows");
  expect(String(await opened(file, 10, second))).toBe("rows");
  await expect(opened(file, 10, stranger)).rejects.toThrow(/^CHI-A003 /);
  await expect(opened(file, 10, stranger)).rejects.not.toThrow(stranger);
});

test("no two texts are sealed with the same key", async () => {
  const text = Buffer.alloc(1000);
  const [one, other] = [await sealed(text), await sealed(text)];
  expect(one.subarray(-500).equals(other.subarray(-500))).toBe(false);
});

test("a text that was cut off anywhere is refused", async () => {
  const file = await sealed(randomBytes(2 * chunk + 100));
  const start = headerLength(file) + 16;
  const ends = fc.oneof(fc.constantFrom(0, 10, start - 16, start - 1, start, start + 15, start + sealedChunk, start + 2 * sealedChunk, file.length - 1), fc.integer({ min: 0, max: file.length - 1 }));
  await fc.assert(fc.asyncProperty(ends, (end) => expect(opened(file.subarray(0, end))).rejects.toThrow(/^CHI-A002 /).then(() => true)), { numRuns: 40 });
});

test("a bit flipped anywhere is refused", async () => {
  const file = await sealed(randomBytes(chunk + 100));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: file.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] as number) ^ (1 << bit);
      await expect(opened(changed)).rejects.toThrow(/^CHI-A00[23] /);
    }),
    { numRuns: 60 },
  );
});

test("chunks that were swapped, dropped, repeated or appended are refused", async () => {
  const file = await sealed(randomBytes(3 * chunk));
  const start = headerLength(file) + 16;
  const head = file.subarray(0, start);
  const [a, b, c] = [0, 1, 2].map((at) => file.subarray(start + at * sealedChunk, start + (at + 1) * sealedChunk)) as [Buffer, Buffer, Buffer];
  for (const order of [[b, a, c], [a, c], [a, b], [a, a, b, c], [a, b, c, c], [a, b, c, Buffer.from("x")]]) {
    await expect(opened(Buffer.concat([head, ...order]))).rejects.toThrow(/^CHI-A002 /);
  }
  expect((await opened(Buffer.concat([head, a, b, c]))).length).toBe(3 * chunk);
});

test("a full last chunk followed by an empty one is refused, as the format asks", async () => {
  // Made of the two halves that one key gives: the chunk as if more came, and an empty last one.
  const key = Buffer.alloc(16, 7);
  const sealer = new PayloadSealer(key);
  const first = sealer.seal(randomBytes(chunk + 1)).subarray(0, sealedChunk);
  (sealer as unknown as { pending: { take(bytes: number): Buffer } }).pending.take(1);
  const file = Buffer.concat([sealer.nonce, first, sealer.end()]);
  const opener = new PayloadOpener(key);
  opener.open(file);
  expect(() => opener.end()).toThrow(/^CHI-A002 .* empty chunk/);
});

test("what is no age file, and keys that are none", async () => {
  await expect(opened(randomBytes(200_000))).rejects.toThrow(/^CHI-A002 .* no header/);
  await expect(opened(Buffer.alloc(0))).rejects.toThrow(/^CHI-A002 .* no header/);
  await expect(encryption([])).rejects.toThrow(/^CHI-A001 /);
  await expect(encryption(["age1nonsense"])).rejects.toThrow(/^CHI-A001 "age1nonsense"/);
  const canary = "AGE-SECRET-KEY-1CANARYCANARY";
  expect(() => decryption(canary)).toThrow(/^CHI-A001 /);
  expect(() => decryption(canary)).not.toThrow(/CANARY/);
});
