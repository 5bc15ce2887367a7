/** The file version keeper in workerd, with R2 as Miniflare has it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { workerContent } from "./bundle";
import type { ObjectEvent } from "./file-version-keeper";
import type { R2Object } from "./runtime";

/** Miniflare's buckets and Workers as they are used here: its own types need Cloudflare's type package. */
interface TestBucket {
  put(key: string, text: string, options: Pick<R2Object, "httpMetadata" | "customMetadata">): Promise<R2Object>;
  get(key: string): Promise<(R2Object & { text(): Promise<string> }) | null>;
  head(key: string): Promise<R2Object | null>;
  delete(keys: string | string[]): Promise<void>;
  list(): Promise<{ objects: R2Object[] }>;
}
interface TestWorker {
  queue(
    queue: string,
    messages: { id: string; timestamp: Date; attempts: number; body: unknown }[],
  ): Promise<{ explicitAcks: string[]; retryMessages: { msgId: string }[] }>;
}

const cache = mkdtempSync(join(tmpdir(), "chisan-worker-"));
let log: string[];
let miniflare: Miniflare;
let files: TestBucket;
let vault: TestBucket;

async function bucket(binding: string): Promise<TestBucket> {
  return (await miniflare.getR2Bucket(binding)) as unknown as TestBucket;
}

beforeAll(() => {
  miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    modules: true,
    script: workerContent("file-version-keeper", cache),
    compatibilityDate: "2026-03-01",
    r2Buckets: { FILES: "files", VAULT: "vault" },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => log.push(chunk.toString()));
    },
  });
  log = [];
});

beforeEach(async () => {
  log = [];
  [files, vault] = [await bucket("FILES"), await bucket("VAULT")];
  for (const each of [files, vault]) await each.delete((await each.list()).objects.map(({ key }) => key));
});

afterAll(async () => {
  await miniflare.dispose();
  rmSync(cache, { recursive: true });
});

async function deliver(...events: unknown[]): Promise<{ acknowledged: string[]; retried: string[] }> {
  const worker = (await miniflare.getWorker()) as unknown as TestWorker;
  const messages = events.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body }));
  const result = await worker.queue("file-events", messages);
  return { acknowledged: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
}

async function upload(key: string, text: string, action: ObjectEvent["action"] = "PutObject"): Promise<ObjectEvent & { version: string }> {
  const object = await files.put(key, text, { httpMetadata: { contentType: "text/plain" }, customMetadata: { owner: "u1" } });
  const eventTime = new Date().toISOString();
  const version = `${key}/${object.uploaded.toISOString()}-${object.etag}`;
  return { action, bucket: "files", object: { key, eTag: object.etag }, eventTime, version };
}

async function vaultKeys(): Promise<string[]> {
  return (await vault.list()).objects.map(({ key }) => key);
}

test.each(["PutObject", "CopyObject", "CompleteMultipartUpload"] as const)(
  "%s: the object is in the vault, with its content and metadata",
  async (action) => {
    const event = await upload("orders/1/invoice.txt", "first", action);
    expect(await deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
    expect(await vaultKeys()).toEqual([event.version]);
    const kept = await vault.get(event.version);
    expect(await kept?.text()).toBe("first");
    expect(kept?.httpMetadata).toMatchObject({ contentType: "text/plain" });
    expect(kept?.customMetadata).toEqual({ owner: "u1" });
  },
);

test("a message that comes twice makes one version, and does not write it again", async () => {
  const event = await upload("a.txt", "first");
  await deliver(event, event);
  const written = (await vault.head(event.version))?.uploaded;
  expect(await deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
  expect(await vaultKeys()).toEqual([event.version]);
  expect((await vault.head(event.version))?.uploaded).toEqual(written);
});

test("an overwritten file has both versions, in the order of time", async () => {
  const first = await upload("a.txt", "first");
  await deliver(first);
  const second = await upload("a.txt", "second");
  await deliver(second);
  expect(await vaultKeys()).toEqual([first.version, second.version]);
  expect(await (await vault.get(first.version))?.text()).toBe("first");
});

test("a deletion is recorded, and takes nothing out of the vault", async () => {
  const created = await upload("a.txt", "first");
  await deliver(created);
  await files.delete("a.txt");
  const deleted: ObjectEvent = { action: "DeleteObject", bucket: "files", object: { key: "a.txt" }, eventTime: "2099-01-01T00:00:00Z" };
  expect(await deliver(deleted, deleted)).toEqual({ acknowledged: ["0", "1"], retried: [] });
  expect(await vaultKeys()).toEqual([created.version, "a.txt/2099-01-01T00:00:00.000Z-deleted"]);
  expect(await (await vault.get(created.version))?.text()).toBe("first");
});

test("a version that was overwritten before its message came is reported, and the present one is kept", async () => {
  const first = await upload("a.txt", "first");
  const second = await upload("a.txt", "second");
  expect(await deliver(first)).toEqual({ acknowledged: ["0"], retried: [] });
  expect(await vaultKeys()).toEqual([second.version]);
  expect(log.join("")).toContain(`"version lost","action":"PutObject","key":"a.txt","etag":"${first.object.eTag}"`);
});

test("a file that is gone before its message came is reported, and is not retried for ever", async () => {
  const event = await upload("a.txt", "first");
  await files.delete("a.txt");
  expect(await deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
  expect(await vaultKeys()).toEqual([]);
  expect(log.join("")).toContain("version lost");
});

test("a message that fails is retried, and the others of its batch are not", async () => {
  const good = await upload("good.txt", "1");
  // 1,024 bytes is R2's limit for a key: with the version behind it this one is too long for the vault.
  const tooLong = await upload("k".repeat(1000), "2");
  const strange = { ...good, action: "Rename" };
  expect(await deliver(tooLong, strange, good)).toEqual({ acknowledged: ["2"], retried: ["0", "1"] });
  expect(await vaultKeys()).toEqual([good.version]);
  expect(log.join("")).toContain("copy failed");
  expect(log.join("")).toContain("unknown action Rename");
});
