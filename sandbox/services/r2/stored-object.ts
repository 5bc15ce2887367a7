import type { Blob } from "./blobs";

/** The metadata of HTTP that R2 keeps with an object. */
export interface HttpMetadata {
  contentType?: string;
  contentLanguage?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  cacheControl?: string;
  /** Milliseconds since 1970. */
  cacheExpiry?: number;
}

/** What a writer says of an object. */
export interface ObjectMetadata {
  http: HttpMetadata;
  custom: Record<string, string>;
  /** `STANDARD_IA` for infrequent access. */
  storageClass?: string;
}

/** Checksums by algorithm. */
export interface Checksums {
  /** Of the Workers API: `md5`, `sha1`, `sha256`, `sha384`, `sha512`, in hexadecimal. */
  workers: Record<string, string>;
  /** Of the S3 API, as its header has it: `x-amz-checksum-crc32` to base64. */
  s3: Record<string, string>;
}

/** One object of a bucket. */
export interface StoredObject {
  key: string;
  version: string;
  size: number;
  /** MD5 in hexadecimal; for a multipart upload the MD5 of the parts' MD5s, and `-<parts>`. */
  etag: string;
  /** Milliseconds since 1970, by the sandbox's clock. */
  uploaded: number;
  metadata: ObjectMetadata;
  checksums: Checksums;
  /** The bytes: one, or one for each part. */
  blobs: Blob[];
}

export interface UploadedPart {
  number: number;
  blob: Blob;
  /** MD5 in hexadecimal. */
  etag: string;
  uploaded: number;
  checksums: Checksums;
}

/** A multipart upload that is neither complete nor aborted. */
export interface Upload {
  id: string;
  bucket: string;
  key: string;
  initiated: number;
  metadata: ObjectMetadata;
  /** `CRC32` and so on, as the client named it at the start. */
  checksumAlgorithm?: string;
  parts: Map<number, UploadedPart>;
}

/** A message that waits in a queue. */
export interface QueuedMessage {
  id: string;
  /** The queue's ID. */
  queue: string;
  /** `bytes` and `v8` bodies are base64. */
  contentType: "json" | "text" | "bytes" | "v8";
  body: string;
  /** Milliseconds since 1970, by the sandbox's clock. */
  sent: number;
  /** Deliveries so far. */
  attempts: number;
  /** Not delivered before. */
  visibleAt: number;
}
