/** The parts of Cloudflare's Workers runtime that our Workers use. Types only: the runtime itself provides them. */

export interface R2Object {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly uploaded: Date;
  /** MD5 of the content, where R2 knows it: not of an object that was uploaded in parts. */
  readonly checksums?: { readonly md5?: ArrayBuffer };
  readonly httpMetadata?: Readonly<Record<string, unknown>>;
  readonly customMetadata?: Readonly<Record<string, string>>;
}

export interface R2ObjectBody extends R2Object {
  readonly body: ReadableStream<Uint8Array>;
}

export interface R2Range {
  readonly offset: number;
  readonly length: number;
}

export type R2Condition = { readonly etagMatches: string } | { readonly etagDoesNotMatch: string };

export interface R2Metadata {
  readonly httpMetadata?: R2Object["httpMetadata"];
  readonly customMetadata?: R2Object["customMetadata"];
}

export interface R2PutOptions extends R2Metadata {
  readonly onlyIf?: R2Condition;
  /** The content's digests; R2 refuses another content. */
  readonly md5?: ArrayBuffer | string;
  readonly sha256?: string;
}

export interface R2Part {
  readonly partNumber: number;
  readonly etag: string;
}

export interface R2MultipartUpload {
  readonly uploadId: string;
  uploadPart(partNumber: number, value: ReadableStream<Uint8Array> | ArrayBuffer | Uint8Array): Promise<R2Part>;
  abort(): Promise<void>;
  complete(parts: readonly R2Part[]): Promise<R2Object>;
}

export interface R2List {
  readonly objects: readonly R2Object[];
  readonly truncated: boolean;
}

export interface R2Bucket {
  head(key: string): Promise<R2Object | null>;
  /** Without `body` when `onlyIf` does not hold. */
  get(key: string, options?: { onlyIf?: R2Condition; range?: R2Range }): Promise<R2ObjectBody | R2Object | null>;
  /** Gives null when `onlyIf` does not hold. A stream must have a known length. */
  put(key: string, value: ReadableStream<Uint8Array> | string, options: R2PutOptions): Promise<R2Object | null>;
  /** At most 1,000 keys. */
  delete(keys: string | readonly string[]): Promise<void>;
  /** At most 1,000 objects, in the order of their keys. */
  list(options: { prefix?: string; startAfter?: string; limit?: number; include?: readonly string[] }): Promise<R2List>;
  createMultipartUpload(key: string, options: R2Metadata): Promise<R2MultipartUpload>;
  resumeMultipartUpload(key: string, uploadId: string): R2MultipartUpload;
}

export interface QueueMessage<Body> {
  readonly id: string;
  readonly attempts: number;
  readonly body: Body;
  ack(): void;
  retry(): void;
}

export interface QueueBatch<Body> {
  readonly queue: string;
  readonly messages: readonly QueueMessage<Body>[];
}

export interface ScheduledEvent {
  readonly cron: string;
}

/** A Durable Object as its callers have it. */
export interface DurableObjectNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request | string, options?: RequestInit): Promise<Response> };
}

/** A Durable Object's own storage, in SQLite: what was put is durable before any answer leaves the object. */
export interface DurableStorage {
  get<Value>(key: string): Promise<Value | undefined>;
  put(key: string, value: unknown): Promise<void>;
  delete(keys: string | readonly string[]): Promise<unknown>;
  list<Value>(options: { prefix?: string; end?: string; limit?: number }): Promise<Map<string, Value>>;
  getAlarm(): Promise<number | null>;
  /** Milliseconds since 1970. */
  setAlarm(time: number): Promise<void>;
}

export interface DurableObjectState {
  readonly storage: DurableStorage;
}
