import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { startTestObjectStore, type TestObjectStore } from "../../../sandbox/services/r2/testing";
import { startFaultyProxy, type FaultyProxy } from "./test-support/faulty-proxy";
import { ObjectStore } from "./object-store";
import { ConditionFailed, ObjectMissing } from "./store-error";

const megabyte = 1 << 20;

let endpoint: TestObjectStore;
let proxy: FaultyProxy;
let store: ObjectStore;

const access = (more: object = {}) => ({ endpoint: proxy.url, bucket: endpoint.bucket, ...endpoint.writer, ...more });

beforeAll(async () => {
  endpoint = await startTestObjectStore({ bucket: "chisan-test-backups" });
  proxy = await startFaultyProxy(endpoint.url);
  store = new ObjectStore(access());
});
afterAll(async () => {
  store.close();
  await proxy.stop();
  await endpoint.stop();
});
afterEach(() => proxy.heal());

function source(content: Buffer, piece = 300_000): Readable {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += piece) parts.push(content.subarray(at, at + piece));
  return Readable.from(parts);
}

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

test.each([0, 1, 8 * megabyte - 1, 8 * megabyte, 8 * megabyte + 1, 27 * megabyte])("a stream of %d bytes comes back as it was, and every statement about it is true", async (size) => {
  const content = randomBytes(size);
  const uploaded = await store.putStream(`streams/${size}`, source(content));
  expect(uploaded).toMatchObject({ bytes: size, sha256: sha256(content) });
  expect(uploaded.etag.endsWith(`-${Math.ceil(size / (8 * megabyte))}`)).toBe(size >= 8 * megabyte);
  expect(await store.head(`streams/${size}`)).toMatchObject({ bytes: size, etag: uploaded.etag });
  expect((await buffer(store.getStream(`streams/${size}`))).equals(content)).toBe(true);
});

test("429, 500, 503 and lost connections are repeated, on the way there and back", async () => {
  const content = randomBytes(20 * megabyte);
  proxy.failNext([429, 500, "drop", 503, "drop"]);
  const uploaded = await store.putStream("faults/object", source(content));
  expect(uploaded.sha256).toBe(sha256(content));
  expect(proxy.pending()).toBe(0);
  // In the middle of the answer: it goes on with a range.
  proxy.cutAnswers([3 * megabyte, 5 * megabyte]);
  expect((await buffer(store.getStream("faults/object"))).equals(content)).toBe(true);
  expect(proxy.pending()).toBe(0);
});

test("an answer that stalls is opened again", async () => {
  const content = randomBytes(2 * megabyte);
  await store.putStream("faults/stalls", source(content));
  proxy.stallAnswers([megabyte]);
  const impatient = new ObjectStore(access(), { stalledAfter: 300 });
  expect((await buffer(impatient.getStream("faults/stalls"))).equals(content)).toBe(true);
  impatient.close();
});

test("an object that was replaced while it was read is not mixed with the new one", async () => {
  await store.putStream("faults/replaced", source(randomBytes(4 * megabyte)));
  // Further than a stream that nobody reads gets by itself.
  proxy.cutAnswers([3 * megabyte]);
  const reading = store.getStream("faults/replaced");
  await new Promise<void>((resolve) =>
    reading.once("data", () => {
      reading.pause();
      resolve();
    }),
  );
  await store.putStream("faults/replaced", source(randomBytes(4 * megabyte)));
  await expect(buffer(reading)).rejects.toThrow(ConditionFailed);
});

test("conditional writes: absent, unchanged, and repeated after a lost answer", async () => {
  const first = await store.put("conditions/one", "first", { absent: true });
  await expect(store.put("conditions/one", "second", { absent: true })).rejects.toThrow(ConditionFailed);
  await store.put("conditions/one", "second", { etag: first.etag });
  await expect(store.put("conditions/one", "third", { etag: first.etag })).rejects.toThrow(/^CHI-A014 conditions\/one /);
  expect(String((await store.get("conditions/one"))?.body)).toBe("second");
  proxy.loseAnswers(1);
  await store.put("conditions/two", "mine", { absent: true });
  expect(String((await store.get("conditions/two"))?.body)).toBe("mine");
});

test("a completion whose answer was lost is no failure", async () => {
  const content = randomBytes(17 * megabyte);
  proxy.loseAnswers(1, (request) => request.method === "POST" && /uploadId=/.test(request.url ?? ""));
  const uploaded = await store.putStream("faults/completed", source(content));
  expect(proxy.pending()).toBe(0);
  expect((await store.head("faults/completed"))?.etag).toBe(uploaded.etag);
});

test("what is changed on the way is found out", async () => {
  proxy.corruptBodies();
  await expect(store.putStream("faults/changed", source(randomBytes(9 * megabyte)))).rejects.toThrow(/^CHI-A01[26] /);
  proxy.heal();
  expect(await store.head("faults/changed")).toBeUndefined();
});

test("a source that fails leaves no object and no upload behind", async () => {
  const failing = async function* () {
    yield randomBytes(20 * megabyte);
    throw new Error("the database is gone");
  };
  await expect(store.putStream("faults/source", failing())).rejects.toThrow(/the database is gone/);
  expect(await store.head("faults/source")).toBeUndefined();
  expect(endpoint.store.index.uploads.size).toBe(0);
});

test("lists, folders, missing objects, deletion", async () => {
  for (const key of ["list/a/1", "list/a/2", "list/b/1", "list/c"]) await store.put(key, key);
  const keys: string[] = [];
  for await (const { key } of store.list("list/")) keys.push(key);
  expect(keys).toEqual(["list/a/1", "list/a/2", "list/b/1", "list/c"]);
  expect(await store.folders("list/")).toEqual(["list/a/", "list/b/"]);
  await store.delete("list/c");
  await store.delete("list/c");
  expect([await store.head("list/c"), await store.get("list/c")]).toEqual([undefined, undefined]);
  await expect(buffer(store.getStream("list/c"))).rejects.toThrow(ObjectMissing);
});

test("refusals in one line, without the secret", async () => {
  const canary = "c0ffee".repeat(10);
  const wrong = new ObjectStore(access({ secretAccessKey: canary }));
  const refused = wrong.put("x", "x");
  await expect(refused).rejects.toThrow(/^CHI-A010 the credentials for chisan-test-backups at 127\.0\.0\.1:\d+ are refused .*; npx chisan up/);
  await expect(refused).rejects.not.toThrow(canary);
  await expect(new ObjectStore(access({ bucket: "nobody-has-this" })).put("x", "x")).rejects.toThrow(/^CHI-A01[01] /);
  proxy.failAlways(503);
  const unlucky = new ObjectStore(access(), { attempts: 2 });
  await expect(unlucky.head("x")).rejects.toThrow(/^CHI-A012 .*2 attempts.*; see that it is reachable/);
  const nowhere = new ObjectStore(access({ endpoint: "http://127.0.0.1:1" }), { attempts: 2 });
  await expect(nowhere.put("x", "x")).rejects.toThrow(/^CHI-A012 .*ECONNREFUSED/);
});

test("a run that is ended ends its requests", async () => {
  const ending = new AbortController();
  const ended = new ObjectStore(access(), { signal: ending.signal });
  const slow = async function* () {
    yield randomBytes(9 * megabyte);
    ending.abort();
    yield randomBytes(9 * megabyte);
  };
  await expect(ended.putStream("faults/ended", slow())).rejects.toThrow();
  expect(await store.head("faults/ended")).toBeUndefined();
});
