/** The two Workers in workerd, with R2, queues' deliveries, crons and Durable Objects as Miniflare has them. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { workerContent } from "../bundle";
import type { ObjectEvent } from "../file-version-keeper/keep";
import type { KeeperStatus } from "../file-versions/ledger";
import { type Scope, scopeKey, signedAddress } from "../file-versions/signature";
import type { R2Bucket, R2Object } from "../runtime";

/** Miniflare's buckets and Workers as they are used here: its own types need Cloudflare's type package. */
export type TestBucket = Omit<R2Bucket, "put" | "get" | "list"> & {
  put(key: string, content: string | Uint8Array, options?: Pick<R2Object, "httpMetadata" | "customMetadata">): Promise<R2Object>;
  get(key: string): Promise<(R2Object & { text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer> }) | null>;
  list(): Promise<{ objects: R2Object[] }>;
};
interface TestWorker {
  queue(queue: string, messages: { id: string; timestamp: Date; attempts: number; body: unknown }[]): Promise<{ explicitAcks: string[]; retryMessages: { msgId: string }[] }>;
  scheduled(options: { cron: string }): Promise<{ outcome: string }>;
}

export const testSecret = "a signing secret for tests, of 45 characters.";
export const previousSecret = "the signing secret that was before, for tests";
export const testOrigin = "https://app.chisan.app";
const compatibilityDate = "2026-03-01";

export class Workerd {
  public log: string[] = [];
  private readonly cache = mkdtempSync(join(tmpdir(), "chisan-worker-"));
  private readonly miniflare: Miniflare;

  public constructor() {
    const r2Buckets = { FILES: "files", VAULT: "vault" };
    const common = { modules: true as const, compatibilityDate, r2Buckets };
    this.miniflare = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
        for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => this.log.push(chunk.toString()));
      },
      workers: [
        {
          ...common,
          name: "gateway",
          script: workerContent("files-gateway", this.cache),
          durableObjects: {
            FILE: { className: "FileObject", useSQLite: true },
            LEDGER: { className: "Ledger", scriptName: "keeper", useSQLite: true },
          },
          bindings: { SIGNING_SECRET: testSecret, SIGNING_SECRET_PREVIOUS: previousSecret, ORIGINS: `${testOrigin},https://staging.chisan.app` },
        },
        {
          ...common,
          name: "keeper",
          script: workerContent("file-version-keeper", this.cache),
          durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
          bindings: { VERSION_DAYS: "30" },
        },
      ],
    });
  }

  /** Where the gateway listens. */
  public async url(): Promise<string> {
    return (await this.miniflare.ready).origin;
  }

  public async bucket(binding: "FILES" | "VAULT"): Promise<TestBucket> {
    return (await this.miniflare.getR2Bucket(binding, "gateway")) as unknown as TestBucket;
  }

  public async empty(): Promise<void> {
    this.log = [];
    for (const each of [await this.bucket("FILES"), await this.bucket("VAULT")]) {
      const keys = (await each.list()).objects.map(({ key }) => key);
      if (keys.length > 0) await each.delete(keys);
    }
  }

  public async vaultKeys(): Promise<string[]> {
    return (await (await this.bucket("VAULT")).list()).objects.map(({ key }) => key);
  }

  public async deliver(...events: unknown[]): Promise<{ acknowledged: string[]; retried: string[] }> {
    const worker = (await this.miniflare.getWorker("keeper")) as unknown as TestWorker;
    const messages = events.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body }));
    const result = await worker.queue("file-events", messages);
    return { acknowledged: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
  }

  /** @returns "ok" or "exception" */
  public async cron(cron: string): Promise<string> {
    const worker = (await this.miniflare.getWorker("keeper")) as unknown as TestWorker;
    return (await worker.scheduled({ cron })).outcome;
  }

  /** Straight to the bucket, past the gateway; the event that R2 would send. */
  public async upload(key: string, text: string, action: ObjectEvent["action"] = "PutObject"): Promise<ObjectEvent & { etag: string; uploaded: Date }> {
    const options = { httpMetadata: { contentType: "text/plain" }, customMetadata: { owner: "u1" } };
    const { etag, uploaded } = await (await this.bucket("FILES")).put(key, text, options);
    return { action, bucket: "files", object: { key, eTag: etag }, eventTime: uploaded.toISOString(), etag, uploaded };
  }

  /** A signed request to the gateway. */
  public async call(method: string, path: string, parameters: Record<string, string>, options: CallOptions = {}): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
    const address = options.address ?? (await this.sign(method, path, parameters, options));
    const response = await this.send(address, { method, headers: options.headers, body: options.body });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>, headers: response.headers as unknown as Headers };
  }

  /** Over HTTP, as clients send it: with the content's length. */
  public async send(address: string, { method, headers = {}, body }: { method: string; headers?: Record<string, string>; body?: unknown }): Promise<Response> {
    const { pathname, search } = new URL(address);
    const target = new URL(pathname + search, await this.miniflare.ready);
    const content = body instanceof ReadableStream ? Readable.fromWeb(body as never) : Readable.from(body === undefined ? [] : [body]);
    const length = typeof body === "string" || body instanceof Uint8Array ? { "content-length": String(Buffer.byteLength(body)) } : {};
    return new Promise((resolve, reject) => {
      const sending = request(target, { agent: false, method, headers: { ...length, ...headers } }, (answer) => {
        const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          const empty = parts.length === 0;
          resolve(new Response(empty ? null : Buffer.concat(parts), { status: answer.statusCode, headers: received }));
        });
      });
      sending.on("error", reject);
      content.pipe(sending);
    });
  }

  /** @param options.secret another than the current one */
  public async sign(method: string, path: string, parameters: Record<string, string>, { scope = "api", life = 300, secret = testSecret, now = new Date() }: SignOptions = {}): Promise<string> {
    return signedAddress({ method, base: "https://files.chisan.app", path, parameters, scope, life, now }, await scopeKey(secret, scope));
  }

  public async status(): Promise<KeeperStatus> {
    return (await this.call("GET", "/status", {}, { scope: "status" })).body as unknown as KeeperStatus;
  }

  public async stop(): Promise<void> {
    await this.miniflare.dispose();
    rmSync(this.cache, { recursive: true });
  }
}

interface SignOptions {
  readonly scope?: Scope;
  readonly life?: number;
  readonly secret?: string;
  readonly now?: Date;
}
interface CallOptions extends SignOptions {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Signed before. */
  readonly address?: string;
}
