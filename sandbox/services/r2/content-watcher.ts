import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import type { ByteWatcher } from "./blobs";
import { R2Error } from "./r2-error";
import type { Checksums } from "./stored-object";

export const s3ChecksumHeaders = [
  "x-amz-checksum-crc32",
  "x-amz-checksum-crc32c",
  "x-amz-checksum-crc64nvme",
  "x-amz-checksum-sha1",
  "x-amz-checksum-sha256",
] as const;
export type S3ChecksumHeader = (typeof s3ChecksumHeaders)[number];

/** What a writer says that its bytes hash to; each is checked. */
export interface ExpectedHashes {
  /** By algorithm as `node:crypto` names it, in hexadecimal. */
  hex?: Partial<Record<"md5" | "sha1" | "sha256" | "sha384" | "sha512", string>>;
  /** The SHA-256 that the signature covers, in hexadecimal. */
  signedSha256?: string;
  /** Checksums of the S3 API, in base64. A function: it may come in a trailer, after the bytes. */
  s3?: () => Partial<Record<S3ChecksumHeader, string>>;
  /** Which of them to compute; those of a trailer are announced before the bytes. */
  s3Headers?: readonly S3ChecksumHeader[];
}

/** Computes what is needed of bytes that pass, each hash once. */
export class ContentWatcher implements ByteWatcher {
  private readonly hashes = new Map<string, Hash>();
  private readonly s3 = new Map<S3ChecksumHeader, { update(chunk: Buffer): void; base64(): Promise<string> }>();

  constructor(private readonly expected: ExpectedHashes) {
    for (const algorithm of ["md5", ...Object.keys(expected.hex ?? {}), ...(expected.signedSha256 === undefined ? [] : ["sha256"])])
      this.hash(algorithm);
    for (const header of expected.s3Headers ?? []) this.s3.set(header, this.s3Checksum(header));
  }

  update(chunk: Buffer): void {
    for (const hash of this.hashes.values()) hash.update(chunk);
    for (const checksum of this.s3.values()) checksum.update(chunk);
  }

  /**
   * @returns the MD5 in hexadecimal, and the checksums that are kept with the object
   * @throws BadDigest for bytes that are not those that the writer meant
   */
  async verify(): Promise<{ md5: string; checksums: Checksums }> {
    const digests = new Map([...this.hashes].map(([algorithm, hash]) => [algorithm, hash.copy().digest("hex")]));
    const checksums: Checksums = { workers: {}, s3: {} };
    if (this.expected.signedSha256 !== undefined && digests.get("sha256") !== this.expected.signedSha256) {
      throw new R2Error("BadDigest", "The SHA-256 of the body is not the one that was signed.");
    }
    for (const [algorithm, wanted] of Object.entries(this.expected.hex ?? {})) {
      if (digests.get(algorithm) !== wanted) throw badDigest(algorithm.toUpperCase(), wanted, digests.get(algorithm) ?? "");
      checksums.workers[algorithm] = wanted;
    }
    const announced = this.expected.s3?.() ?? {};
    for (const [header, checksum] of this.s3) {
      const [wanted, computed] = [announced[header], await checksum.base64()];
      if (wanted !== undefined && wanted !== computed)
        throw badDigest(header.slice("x-amz-checksum-".length).toUpperCase(), wanted, computed);
      checksums.s3[header] = computed;
    }
    return { md5: digests.get("md5") ?? "", checksums };
  }

  private hash(algorithm: string): Hash {
    const hash = this.hashes.get(algorithm) ?? createHash(algorithm);
    this.hashes.set(algorithm, hash);
    return hash;
  }

  private s3Checksum(header: S3ChecksumHeader): { update(chunk: Buffer): void; base64(): Promise<string> } {
    switch (header) {
      case "x-amz-checksum-crc32": {
        let value = 0;
        return {
          update: (chunk) => (value = crc32(chunk, value)),
          base64: () => {
            const bytes = Buffer.alloc(4);
            bytes.writeUInt32BE(value);
            return Promise.resolve(bytes.toString("base64"));
          },
        };
      }
      case "x-amz-checksum-crc32c":
      case "x-amz-checksum-crc64nvme": {
        const checksum = header === "x-amz-checksum-crc32c" ? new Crc32c() : new Crc64Nvme();
        return { update: (chunk) => checksum.update(chunk), base64: async () => Buffer.from(await checksum.digest()).toString("base64") };
      }
      case "x-amz-checksum-sha1":
      case "x-amz-checksum-sha256": {
        const hash = this.hash(header.slice("x-amz-checksum-".length));
        // Fed once with all other hashes, in `update`.
        return { update: () => undefined, base64: () => Promise.resolve(hash.copy().digest("base64")) };
      }
    }
  }
}

function badDigest(algorithm: string, wanted: string, computed: string): R2Error {
  return new R2Error(
    "BadDigest",
    `The ${algorithm} checksum you specified did not match what we received: you sent ${wanted}, the body has ${computed}.`,
  );
}
