/** One object of a backup as it was before it was compressed and encrypted, proven to be the one that the manifest names. */
import { createHash } from "node:crypto";
import { type Readable, Transform, type TransformCallback, pipeline } from "node:stream";
import { buffer } from "node:stream/consumers";
import { decryption } from "../format/age";
import { type Manifest, type StoredObject, backupFolder } from "../format/manifest";
import { decompression } from "../format/zstd-frames";
import type { ObjectStore } from "../object-store/object-store";

/** What reading needs of the bucket. */
export type BackupReader = Pick<ObjectStore, "getStream" | "get" | "list" | "folders" | "head">;

/** The manifest's place and the object's, as errors name them: `database/daily/…/data/000001.copy.zst.age`. */
export function keyOf(manifest: Pick<Manifest, "kind" | "id">, name: string): string {
  return `${backupFolder(manifest.kind, manifest.id)}${name}`;
}

/** Passes bytes on and compares what went through with the manifest when all is through. */
export class StoredBytes extends Transform {
  private readonly hash = createHash("sha256");
  private bytes = 0;

  public constructor(
    private readonly key: string,
    private readonly expected: Pick<StoredObject, "bytes" | "sha256">,
  ) {
    super({ highWaterMark: 1 << 20 });
  }

  public override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(data);
    this.bytes += data.length;
    done(null, data);
  }

  public override _flush(done: TransformCallback): void {
    done(storedDoubt(this.key, this.expected, { bytes: this.bytes, sha256: this.hash.digest("hex") }));
  }
}

/** CHI-A060 or CHI-A061 when an object is not what the manifest says. */
export function storedDoubt(key: string, expected: Pick<StoredObject, "bytes" | "sha256">, found: Pick<StoredObject, "bytes" | "sha256">): Error | null {
  if (found.bytes !== expected.bytes) {
    return new Error(`CHI-A060 ${key} has ${found.bytes} bytes, the manifest says ${expected.bytes}: this backup is broken, take another one: npx chisan backup list`);
  }
  if (found.sha256 !== expected.sha256) {
    return new Error(`CHI-A061 ${key} has the SHA-256 ${found.sha256}, the manifest says ${expected.sha256}: this backup is broken, take another one: npx chisan backup list`);
  }
  return null;
}

/** Counts the bytes before compression. */
class PlainBytes extends Transform {
  private bytes = 0;

  public constructor(
    private readonly key: string,
    private readonly expected: number,
  ) {
    super({ highWaterMark: 1 << 20 });
  }

  public override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += data.length;
    done(null, data);
  }

  public override _flush(done: TransformCallback): void {
    const wrong = this.bytes === this.expected ? null : new Error(`CHI-A062 ${this.key} decompresses to ${this.bytes} bytes, the manifest says ${this.expected}: this backup is broken, take another one: npx chisan backup list`);
    done(wrong);
  }
}

/**
 * The object's content as a stream. It fails, at the latest at its end, unless every byte is what the manifest says: whoever acts on the
 * content waits for the end first.
 *
 * @param identity the private key (age)
 * @throws CHI-A001 at once; in the stream CHI-A002 to CHI-A004 of ops/backup/format with the object's key in front, CHI-A060 to CHI-A062
 */
export function openPlain(vault: BackupReader, manifest: Pick<Manifest, "kind" | "id">, object: StoredObject, identity: string): Readable {
  const key = keyOf(manifest, object.name);
  const stored = vault.getStream(key);
  const plain = new PlainBytes(key, object.plainBytes);
  // What fails destroys the others with its error, so whoever reads the last one is told.
  return pipeline(stored, new StoredBytes(key, object), naming(key, decryption(identity)), naming(key, decompression()), plain, () => undefined);
}

/** The stream's own errors say what is wrong; this says with which object. */
function naming(key: string, stream: Transform): Transform {
  const destroy = stream._destroy.bind(stream);
  stream._destroy = (error, done) => {
    if (error !== null && /^CHI-A00\d /.test(error.message)) error.message = error.message.replace(/^(CHI-A00\d) /, `$1 ${key}: `);
    destroy(error, done);
  };
  return stream;
}

/** The content of a small object, whole. */
export async function readPlain(vault: BackupReader, manifest: Pick<Manifest, "kind" | "id">, object: StoredObject, identity: string): Promise<Buffer> {
  return buffer(openPlain(vault, manifest, object, identity));
}
