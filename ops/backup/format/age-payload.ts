/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB, each sealed with
 * ChaCha20-Poly1305. Run by OpenSSL, because the age library's own cipher is 100 MB/s on the machine where OpenSSL's is above 1 GB/s.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { ByteQueue } from "./byte-queue";

export const payloadNonceBytes = 16;
const chunkBytes = 64 * 1024;
export const tagBytes = 16;
const cipher = "chacha20-poly1305";

/** HKDF-SHA-256 of the file key, with the payload's nonce as salt. */
function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32));
}

/** A big-endian counter of 11 bytes and one byte that is 1 for the last chunk: chunks cannot be reordered, dropped or cut off. */
function chunkNonce(counter: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Seals a text that arrives piece by piece. */
export class PayloadSealer {
  /** Goes in front of everything that {@link seal} gives. */
  public readonly nonce = randomBytes(payloadNonceBytes);
  private readonly key: Buffer;
  private readonly pending = new ByteQueue();
  private counter = 0;

  public constructor(fileKey: Uint8Array) {
    this.key = payloadKey(fileKey, this.nonce);
  }

  public seal(text: Buffer): Buffer {
    this.pending.add(text);
    const sealed: Buffer[] = [];
    // A full chunk stays until it is known not to be the last.
    while (this.pending.length > chunkBytes) sealed.push(...this.chunk(this.pending.take(chunkBytes), false));
    return Buffer.concat(sealed);
  }

  /** The last chunk: the only one that may be empty, and only when it is also the first. */
  public end(): Buffer {
    return Buffer.concat(this.chunk(this.pending.take(this.pending.length), true));
  }

  private chunk(text: Buffer, last: boolean): Buffer[] {
    const seal = createCipheriv(cipher, this.key, chunkNonce(this.counter++, last), { authTagLength: tagBytes });
    const sealed = seal.update(text);
    seal.final();
    return [sealed, seal.getAuthTag()];
  }
}

/**
 * Opens what was sealed, the nonce first. Gives out only what was proven untouched; that nothing is missing is known at {@link end}, not
 * before. Every method throws CHI-A002 for what was changed, moved or cut off.
 */
export class PayloadOpener {
  private readonly pending = new ByteQueue();
  private key: Buffer | undefined;
  private counter = 0;

  public constructor(private readonly fileKey: Uint8Array) {}

  public open(sealed: Buffer): Buffer {
    this.pending.add(sealed);
    if (this.key === undefined && this.pending.length >= payloadNonceBytes) this.key = payloadKey(this.fileKey, this.pending.take(payloadNonceBytes));
    const opened: Buffer[] = [];
    while (this.key !== undefined && this.pending.length > chunkBytes + tagBytes) {
      opened.push(this.chunk(this.key, this.pending.take(chunkBytes + tagBytes), false));
    }
    return Buffer.concat(opened);
  }

  public end(): Buffer {
    if (this.key === undefined) throw damaged("ends before its first chunk");
    const text = this.chunk(this.key, this.pending.take(this.pending.length), true);
    if (text.length === 0 && this.counter > 1) throw damaged("ends with an empty chunk");
    return text;
  }

  private chunk(key: Buffer, sealed: Buffer, last: boolean): Buffer {
    const at = this.counter++;
    if (sealed.length < tagBytes) throw damaged(`was cut off in chunk ${at}`);
    const open = createDecipheriv(cipher, key, chunkNonce(at, last), { authTagLength: tagBytes });
    open.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const text = open.update(sealed.subarray(0, sealed.length - tagBytes));
    try {
      open.final();
    } catch {
      // OpenSSL says no more than that the tag is wrong.
      throw damaged(last ? `was changed in chunk ${at} or cut off after it` : `was changed in chunk ${at}`);
    }
    return text;
  }
}

export function damaged(how: string): Error {
  return new Error(`CHI-A002 the encrypted text ${how}; take another backup: npx chisan backup list`);
}
