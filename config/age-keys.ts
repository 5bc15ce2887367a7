/**
 * Keys of age, the format in which backups are encrypted (age-encryption.org/v1): the public "recipient" and the private "identity", both
 * Bech32 (BIP 173) around the 32 bytes of an X25519 key. Only what a configuration needs: no encryption happens here.
 *
 * Recipients of other kinds (plugins, SSH, post-quantum) are refused: whoever restores in a crisis must need nothing but age.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const keyBytes = 32;
const checksumLength = 6;
const recipientPrefix = "age";
const identityPrefix = "age-secret-key-";

/** Whether a text is the public key of an age key pair: `age1` and 58 characters, with its checksum right. */
export function isAgeRecipient(text: string): boolean {
  // Lower case only, as age itself writes and reads it.
  return text === text.toLowerCase() && decoded(text, recipientPrefix) !== undefined;
}

/** Whether a text is the private key of an age key pair: `AGE-SECRET-KEY-1` and 58 characters, in capitals. */
export function isAgeIdentity(text: string): boolean {
  return text === text.toUpperCase() && decoded(text.toLowerCase(), identityPrefix) !== undefined;
}

/** The public key of a private one. @throws CHI-C899 for what is no private key, without showing it */
export function ageRecipientOf(identity: string): string {
  const secret = identity === identity.toUpperCase() ? decoded(identity.toLowerCase(), identityPrefix) : undefined;
  if (secret === undefined) throw new Error("CHI-C899 a text that is no age identity was given as one: make one with `age-keygen`");
  // The fixed beginning of an X25519 private key in PKCS #8 (RFC 8410).
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  const { x } = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  return encoded(recipientPrefix, Buffer.from(String(x), "base64url"));
}

/** The private key with these 32 bytes, as `age-keygen` would write it. */
export function ageIdentityOf(secret: Buffer): string {
  return encoded(identityPrefix, secret).toUpperCase();
}

/** The 32 bytes in a lower-case Bech32 text with this prefix; undefined when the checksum or anything else is wrong. */
function decoded(text: string, prefix: string): Buffer | undefined {
  if (!text.startsWith(`${prefix}1`)) return undefined;
  const symbols = [...text.slice(prefix.length + 1)].map((character) => alphabet.indexOf(character));
  if (symbols.includes(-1) || checksumOf([...expanded(prefix), ...symbols]) !== 1) return undefined;
  const bytes = regrouped(symbols.slice(0, -checksumLength), 5, 8);
  return bytes?.length === keyBytes ? Buffer.from(bytes) : undefined;
}

function encoded(prefix: string, bytes: Buffer): string {
  const data = regrouped([...bytes], 8, 5) ?? [];
  const sum = checksumOf([...expanded(prefix), ...data, ...Array<number>(checksumLength).fill(0)]) ^ 1;
  const check = Array.from({ length: checksumLength }, (_, at) => (sum >>> (5 * (checksumLength - 1 - at))) & 31);
  return `${prefix}1${[...data, ...check].map((symbol) => alphabet.charAt(symbol)).join("")}`;
}

/** The prefix as it goes into the checksum: the high bits of its characters, a zero, their low bits. */
function expanded(prefix: string): number[] {
  const codes = [...Buffer.from(prefix, "ascii")];
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** BIP 173's checksum over groups of 5 bits. */
function checksumOf(symbols: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  return symbols.reduce((sum, symbol) => {
    const top = sum >>> 25;
    return generator.reduce((next, value, bit) => ((top >>> bit) & 1 ? next ^ value : next), ((sum & 0x1ffffff) << 5) ^ symbol);
  }, 1);
}

/** Groups of `from` bits as groups of `to` bits. Towards bytes, what is left over must be short and zero: undefined when it is not. */
function regrouped(groups: readonly number[], from: number, to: number): number[] | undefined {
  const result: number[] = [];
  let held = 0;
  let bits = 0;
  for (const group of groups) {
    held = ((held << from) | group) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push((held >>> bits) & ((1 << to) - 1));
    }
  }
  const rest = held & ((1 << bits) - 1);
  if (to > from) return bits < from && rest === 0 ? result : undefined;
  if (bits > 0) result.push((rest << (to - bits)) & ((1 << to) - 1));
  return result;
}
