/**
 * Streams in the age format (age-encryption.org/v1), readable by every age program. The library makes and reads the header: recipients, file
 * key, authentication. The payload is ours (age-payload.ts).
 */
import { Transform, type TransformCallback } from "node:stream";
import { Decrypter, Encrypter, type Recipient } from "age-encryption";
import { ByteQueue } from "./byte-queue";
import { PayloadOpener, PayloadSealer, damaged, payloadNonceBytes, tagBytes } from "./age-payload";

/** A header has some 200 bytes for each recipient: what has not ended by here is no header. */
const longestHeader = 64 * 1024;
const macLine = Buffer.from("\n--- ");
/** What the library writes after the header for an empty text: the nonce, and one empty chunk. */
const emptyPayloadBytes = payloadNonceBytes + tagBytes;

/**
 * A stream that encrypts for every one of the recipients, each of which can read it alone.
 *
 * @param recipients public keys, `age1…`; at least one
 * @throws CHI-A001 for a text that is no public key, or none at all
 */
export async function encryption(recipients: readonly string[]): Promise<Transform> {
  if (recipients.length === 0) throw new Error("CHI-A001 there is no public key to encrypt for; pulumi config set --path 'chisan:backupRecipients[0]' <age1…>");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      throw new Error(`CHI-A001 "${recipient}" is no public key of age (${wordsOf(error)}); age-keygen -y prints one`);
    }
  }
  let fileKey: Uint8Array | undefined;
  // No recipient at all: it notes the key that the header is for, and leaves nothing in the header.
  const listener: Recipient = {
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  };
  encrypter.addRecipient(listener);
  const empty = Buffer.from(await encrypter.encrypt(""));
  if (fileKey === undefined) throw new Error("CHI-A001 the age library did not hand out a file key; npm ci");
  return new Encryption(empty.subarray(0, empty.length - emptyPayloadBytes), new PayloadSealer(fileKey));
}

class Encryption extends Transform {
  public constructor(
    header: Buffer,
    private readonly sealer: PayloadSealer,
  ) {
    super();
    this.push(Buffer.concat([header, sealer.nonce]));
  }

  public override _transform(text: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const sealed = this.sealer.seal(text);
    if (sealed.length > 0) this.push(sealed);
    done();
  }

  public override _flush(done: TransformCallback): void {
    done(null, this.sealer.end());
  }
}

/**
 * A stream that decrypts. What comes out is authentic as far as it goes; that it is complete is known when the stream ends without an error.
 *
 * @param identity the private key, `AGE-SECRET-KEY-1…`; never part of an error
 * @throws CHI-A001 at once for a text that is no private key. The stream fails with CHI-A002 for a damaged or truncated text, and with
 *   CHI-A003 when the key was never among the recipients
 */
export function decryption(identity: string): Transform {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
  } catch {
    // The library's words might hold the key.
    throw new Error("CHI-A001 the private key for backups is not one of age (AGE-SECRET-KEY-1 and 58 characters); set BACKUP_IDENTITY");
  }
  return new Decryption(decrypter);
}

class Decryption extends Transform {
  private readonly start = new ByteQueue();
  private opener: PayloadOpener | undefined;

  public constructor(private readonly decrypter: Decrypter) {
    super();
  }

  public override _transform(sealed: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.accept(sealed).then(
      (text) => (text.length === 0 ? done() : done(null, text)),
      (error: unknown) => done(error as Error),
    );
  }

  public override _flush(done: TransformCallback): void {
    try {
      if (this.opener === undefined) throw damaged("has no header of age: it was cut off, or is something else");
      const text = this.opener.end();
      done(null, text.length === 0 ? undefined : text);
    } catch (error) {
      done(error as Error);
    }
  }

  private async accept(sealed: Buffer): Promise<Buffer> {
    if (this.opener !== undefined) return this.opener.open(sealed);
    this.start.add(sealed);
    const header = headerLength(this.start.peek(longestHeader));
    if (header !== undefined) {
      this.opener = new PayloadOpener(await this.fileKey(this.start.take(header)));
      return this.opener.open(this.start.take(this.start.length));
    }
    if (this.start.length >= longestHeader) throw damaged("has no header of age: it is something else");
    return Buffer.alloc(0);
  }

  private async fileKey(header: Buffer): Promise<Uint8Array> {
    try {
      return await this.decrypter.decryptHeader(header);
    } catch (error) {
      if (!/no identity matched/.test(wordsOf(error))) throw damaged(`has a damaged header (${wordsOf(error)})`);
      throw new Error("CHI-A003 the private key is of none of the public keys that this backup was encrypted for (`npx chisan backup show` names them); set BACKUP_IDENTITY to another");
    }
  }
}

/** Up to the end of the line with the header's authentication, once that is there. */
function headerLength(bytes: Buffer): number | undefined {
  const mac = bytes.indexOf(macLine);
  const end = mac === -1 ? -1 : bytes.indexOf("\n", mac + macLine.length);
  return end === -1 ? undefined : end + 1;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
