/** The parts of Cloudflare's Workers runtime that our Workers use. Types only: the runtime itself provides them. */

export interface R2Object {
  readonly key: string;
  readonly etag: string;
  readonly uploaded: Date;
  readonly httpMetadata?: Readonly<Record<string, unknown>>;
  readonly customMetadata?: Readonly<Record<string, string>>;
}

export interface R2ObjectBody extends R2Object {
  readonly body: unknown;
}

export interface R2Bucket {
  head(key: string): Promise<R2Object | null>;
  get(key: string): Promise<R2ObjectBody | null>;
  /** Gives null when `onlyIf` does not hold. */
  put(
    key: string,
    value: unknown,
    options: {
      onlyIf: { etagDoesNotMatch: string };
      httpMetadata?: R2Object["httpMetadata"];
      customMetadata?: R2Object["customMetadata"];
    },
  ): Promise<R2Object | null>;
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
