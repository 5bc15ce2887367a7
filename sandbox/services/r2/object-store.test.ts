/** Locks, lifecycle, restarts and lists of the object store, without the S3 front where that says nothing more. */
import * as fc from "fast-check";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isLocked } from "./lock-rules";
import { runLifecycle } from "./lifecycle";
import { listObjects } from "./list-objects";
import { R2Error } from "./r2-error";
import { SortedObjects } from "./sorted-objects";
import type { StoredObject } from "./stored-object";
import { putLockRules, putRecord, startTestObjectStore, testAccount, type TestObjectStore } from "./testing";
import { findBucket, type BucketRecord } from "./world-buckets";

let test1: TestObjectStore;
const metadata = { http: {}, custom: {} };

function bucket(): BucketRecord {
  const found = findBucket(test1.world, testAccount, test1.bucket);
  if (found === undefined) throw new Error("the test's bucket is missing");
  return found;
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function put(key: string, text: string): Promise<StoredObject> {
  return test1.store.put(bucket(), key, bytes(text), { metadata });
}

async function content(key: string): Promise<string | undefined> {
  const object = test1.store.head(bucket(), key);
  if (object === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of test1.store.read(object)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function reason(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof R2Error) return `${error.reason} (${error.code})`;
    throw error;
  }
  return "accepted";
}

const locked = "ObjectLockedByBucketPolicy (10069)";

beforeEach(async () => {
  test1 = await startTestObjectStore();
});
afterEach(() => test1.stop());

describe("lock rules", () => {
  const at = (condition: object, uploaded: number, now: number, rule: object = {}) =>
    isLocked([{ condition, ...rule }], { key: "a/b", uploaded }, now);

  test("at their edges", () => {
    const age = { type: "Age", maxAgeSeconds: 60 };
    expect([at(age, 1000, 1000), at(age, 1000, 60_999), at(age, 1000, 61_000)]).toEqual([true, true, false]);
    const date = { type: "Date", date: "2026-01-01T00:00:00Z" };
    const midnight = Date.parse(date.date);
    expect([at(date, 0, midnight - 1), at(date, 0, midnight)]).toEqual([true, false]);
    expect(at({ type: "Indefinite" }, 0, Number.MAX_SAFE_INTEGER)).toBe(true);
    expect([
      at({ type: "Indefinite" }, 0, 1, { prefix: "a/" }),
      at({ type: "Indefinite" }, 0, 1, { prefix: "b/" }),
      at({ type: "Indefinite" }, 0, 1, { enabled: false }),
    ]).toEqual([true, false, false]);
  });

  test("the longest of several wins", () => {
    const rules = [{ condition: { type: "Age", maxAgeSeconds: 10 } }, { condition: { type: "Age", maxAgeSeconds: 100 }, prefix: "a" }];
    expect(isLocked(rules, { key: "a", uploaded: 0 }, 50_000)).toBe(true);
    expect(isLocked(rules, { key: "b", uploaded: 0 }, 50_000)).toBe(false);
  });

  test("hold against overwriting, deleting, copying over and completing an upload over, until their time", async () => {
    await put("daily/a", "first");
    await put("free", "1");
    await putLockRules(test1.world, test1.bucket, [
      { id: "daily", enabled: true, prefix: "daily/", condition: { type: "Age", maxAgeSeconds: 86_400 } },
    ]);
    const { store } = test1;
    const free = store.head(bucket(), "free") as StoredObject;
    const upload = await store.createUpload(bucket(), "daily/a", metadata);
    const part = await store.uploadPart(bucket(), "daily/a", upload.id, 1, bytes("second"));
    const complete = () => store.completeUpload(bucket(), "daily/a", upload.id, [{ number: 1, etag: part.etag }]);
    expect(await reason(put("daily/a", "second"))).toBe(locked);
    expect(await reason(store.delete(bucket(), ["free", "daily/a"]))).toBe(locked);
    expect(await reason(store.copy({ bucket: bucket(), object: free }, { bucket: bucket(), key: "daily/a" }))).toBe(locked);
    expect(await reason(complete())).toBe(locked);
    expect([await content("daily/a"), await content("free")]).toEqual(["first", "1"]);
    await test1.forward(86_400);
    expect(await reason(complete())).toBe("accepted");
    expect(await content("daily/a")).toBe("second");
    // The new object's own day begins.
    expect(await reason(store.delete(bucket(), ["daily/a"]))).toBe(locked);
  });
});

describe("lifecycle", () => {
  const lifecycle = (rules: object[]) =>
    putRecord(
      test1.world,
      "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
      "lifecycle",
      JSON.parse(JSON.stringify({ accountId: testAccount, bucketName: test1.bucket, rules })) as never,
      { jurisdiction: "default" },
    );

  test("deletes by age, ends uploads, and a lock wins", async () => {
    await lifecycle([
      { id: "d", enabled: true, conditions: { prefix: "daily/" }, deleteObjectsTransition: { condition: { type: "Age", maxAge: 100 } } },
      { id: "u", enabled: true, conditions: { prefix: "" }, abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 200 } } },
    ]);
    await putLockRules(test1.world, test1.bucket, [{ id: "l", enabled: true, prefix: "daily/kept", condition: { type: "Indefinite" } }]);
    for (const key of ["daily/a", "daily/kept", "weekly/a"]) await put(key, key);
    await test1.store.createUpload(bucket(), "x", metadata);
    expect(await runLifecycle(test1.store)).toEqual({ deleted: 0, aborted: 0, moved: 0, locked: 0 });
    await test1.forward(100);
    expect(await runLifecycle(test1.store)).toEqual({ deleted: 1, aborted: 0, moved: 0, locked: 1 });
    await test1.forward(100);
    expect(await runLifecycle(test1.store)).toEqual({ deleted: 0, aborted: 1, moved: 0, locked: 1 });
    expect(test1.store.list(bucket(), { limit: 10 }).objects.map(({ key }) => key)).toEqual(["daily/kept", "weekly/a"]);
  });

  test("a bucket without rules ends uploads after seven days", async () => {
    await test1.store.createUpload(bucket(), "x", metadata);
    await test1.forward(7 * 86_400 - 10);
    expect((await runLifecycle(test1.store)).aborted).toBe(0);
    await test1.forward(10);
    expect((await runLifecycle(test1.store)).aborted).toBe(1);
  });
});

test("bytes, uploads and the clock survive a restart; what nothing refers to is removed", async () => {
  await put("a", "1");
  await put("a", "2");
  const upload = await test1.store.createUpload(bucket(), "m", metadata);
  const part = await test1.store.uploadPart(bucket(), "m", upload.id, 1, bytes("part"));
  await test1.forward(1000);
  const { url } = test1;
  await test1.restart();
  expect(test1.url).toBe(url);
  expect(await content("a")).toBe("2");
  expect(test1.store.index.offsetSeconds).toBe(1000);
  await test1.store.completeUpload(bucket(), "m", upload.id, [{ number: 1, etag: part.etag }]);
  expect(await content("m")).toBe("part");
  expect(readdirSync(join(test1.directory, "blobs"))).toHaveLength(2);
});

test("a bucket that goes takes its objects with it", async () => {
  await put("a", "1");
  const { id } = bucket();
  await test1.world.delete("cloudflare:index/r2Bucket:R2Bucket", id);
  await test1.restart();
  expect(test1.store.index.objects(id).size).toBe(0);
  expect(readdirSync(join(test1.directory, "blobs"))).toEqual([]);
});

test("an object that is deleted while it is read is read to its end", async () => {
  const object = await put("a", "x".repeat(1 << 20));
  const stream = test1.store.read(object);
  await test1.store.delete(bucket(), ["a"]);
  let size = 0;
  for await (const chunk of stream) size += (chunk as Buffer).length;
  expect(size).toBe(1 << 20);
});

test("any pages of a list make the whole, in the order of the keys' bytes, and each group once", () => {
  const key = fc.stringMatching(/^[ab/\u00e9\ud7ff\uffee]{1,5}$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 30 }),
      fc.constantFrom("", "a", "b/"),
      fc.constantFrom("", "/", "ab"),
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, limit) => {
        const objects = new SortedObjects();
        for (const each of keys) objects.set({ key: each } as StoredObject);
        const sorted = [...keys]
          .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
          .filter((each) => each.startsWith(prefix));
        const groupOf = (each: string) => {
          const end = delimiter === "" ? -1 : each.indexOf(delimiter, prefix.length);
          return end < 0 ? undefined : each.slice(0, end + delimiter.length);
        };
        const [found, groups]: [string[], string[]] = [[], []];
        for (let cursor: string | undefined, more = true; more;) {
          const page = listObjects(objects, { prefix, delimiter, limit, cursor });
          expect(page.objects.length + page.prefixes.length).toBeLessThanOrEqual(limit);
          found.push(...page.objects.map((object) => object.key));
          groups.push(...page.prefixes);
          cursor = page.cursor;
          more = cursor !== undefined;
        }
        expect(found).toEqual(sorted.filter((each) => groupOf(each) === undefined));
        expect(groups).toEqual([...new Set(sorted.flatMap((each) => groupOf(each) ?? []))]);
      },
    ),
  );
});
