/** Ed25519 keys (RFC 8032) from their seed: 32 bytes, as a generator of random bytes makes them. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

export const seedBytes = 32;

/** PKCS #8 in DER around the seed (RFC 8410, section 7). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The seed that a text in base64 holds; undefined when it holds anything else. */
export function seedIn(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text.trim())) return undefined;
  const seed = Buffer.from(text, "base64");
  return seed.length === seedBytes ? seed : undefined;
}

/** @throws RangeError for another number of bytes; their values are not in it */
export function privateKeyOfSeed(seed: Buffer): KeyObject {
  if (seed.length !== seedBytes) throw new RangeError(`an Ed25519 seed has ${seedBytes} bytes, found ${seed.length}`);
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
}

/** The public half, as SubjectPublicKeyInfo in PEM. @throws RangeError */
export function publicPemOfSeed(seed: Buffer): string {
  return createPublicKey(privateKeyOfSeed(seed)).export({ type: "spki", format: "pem" }).toString();
}
