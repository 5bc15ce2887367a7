/** Who vouches for a report: Ed25519 over the bytes of its JSON, in a file beside it. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { privateKeyOfSeed, seedIn } from "../../../../config/ed25519-seed";

export const signatureSchema = z.strictObject({
  formatVersion: z.literal(1),
  algorithm: z.literal("Ed25519"),
  /** SHA-256 of the public key's SubjectPublicKeyInfo (RFC 5280): names the key. */
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.base64(),
});
export type Signature = z.infer<typeof signatureSchema>;

/** Somebody whose signature counts. */
export interface Signer {
  readonly name: string;
  readonly publicKey: KeyObject;
}

/** SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("hex");
}

/** Any of a private key's usual forms in an environment variable: PEM (PKCS #8), that PEM in base64, or the seed in base64, as the stack makes it. @throws CHI-H130, without a byte of it */
export function privateKeyOf(text: string, where: string): KeyObject {
  const seed = seedIn(text);
  const pem = text.includes("-----BEGIN") ? text.replaceAll("\\n", "\n") : Buffer.from(text, "base64").toString("utf8");
  const key = seed === undefined ? readable(() => createPrivateKey(pem)) : privateKeyOfSeed(seed);
  if (key?.asymmetricKeyType !== "ed25519") {
    throw new Error(`CHI-H130 ${where} holds ${key === undefined ? "no private key" : `a key of ${key.asymmetricKeyType ?? "an unknown kind"}`}, an Ed25519 key in PEM is needed: openssl genpkey -algorithm ed25519`);
  }
  return key;
}

/** @throws CHI-H131 */
export function publicKeyOf(pem: string, where: string): KeyObject {
  const key = readable(() => createPublicKey(pem));
  if (key?.asymmetricKeyType !== "ed25519" || pem.includes("PRIVATE")) throw new Error(`CHI-H131 ${where} holds no public key of Ed25519 in PEM: openssl pkey -in <private key> -pubout`);
  return key;
}

/** A new private key, as PKCS #8 in PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export function signBytes(bytes: Buffer, privateKey: KeyObject): Signature {
  return { formatVersion: 1, algorithm: "Ed25519", keyId: keyIdOf(createPublicKey(privateKey)), signature: sign(null, bytes, privateKey).toString("base64") };
}

/**
 * Who signed exactly these bytes.
 *
 * @throws CHI-H132 when the key is none of the signers', CHI-H133 when the bytes are not those that were signed
 */
export function signerOf(bytes: Buffer, { keyId, signature }: Signature, signers: readonly Signer[]): Signer {
  const signer = signers.find(({ publicKey }) => keyIdOf(publicKey) === keyId);
  if (signer === undefined) {
    const known = signers.map(({ name, publicKey }) => `${name} ${keyIdOf(publicKey).slice(0, 16)}`).join(", ") || "none";
    throw new Error(`CHI-H132 the report is signed with key ${keyId.slice(0, 16)}, which is not known here (known: ${known}): ask its author for the public key, and give it with --public-key <file>`);
  }
  if (!verify(null, bytes, signer.publicKey, Buffer.from(signature, "base64"))) {
    throw new Error(`CHI-H133 the report is NOT what ${signer.name} signed: it or its signature was changed; take it from where it was first kept`);
  }
  return signer;
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // OpenSSL's error may name bytes of what it was given.
    return undefined;
  }
}
