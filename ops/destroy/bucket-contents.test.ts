import { startTestObjectStore, testAccount, type TestObjectStore, putBucket, putCredentials, putLockRules } from "../../sandbox/services/r2/testing";
import { ObjectStore } from "../backup/object-store/object-store";
import { deleteAll, look } from "./bucket-contents";
import type { StackBucket } from "./state-buckets";

const day = 86_400;
const rules = [{ enabled: true, prefix: "versions/", condition: { type: "Age", maxAgeSeconds: 31 * day } }];
const bucket: StackBucket = { name: "vault", accountId: testAccount, rules, urns: [] };
let endpoint: TestObjectStore;
let access: Parameters<typeof look>[1];

beforeAll(async () => {
  endpoint = await startTestObjectStore();
  await putBucket(endpoint.world, "vault");
  await putLockRules(endpoint.world, "vault", rules);
  access = { endpoint: endpoint.url, bucket: "vault", ...(await putCredentials(endpoint.world, "vault", "read and write")) };
  const store = new ObjectStore(access);
  for (const key of ["versions/1", "versions/2", "brought/1", "brought/2", "own/1"]) await store.put(key, `content of ${key}`);
  store.close();
});
afterAll(() => endpoint.stop());

const brought = ({ key, etag }: { key: string; etag: string }) => key.startsWith("brought/") && etag.length === 32;
const now = () => Date.now() + endpoint.store.index.offsetSeconds * 1000;

test("what is locked, what was brought, and what is somebody's own", async () => {
  const { locked, free, others } = await look(bucket, access, brought, now());
  expect([locked.objects, locked.bytes, free, others]).toEqual([2, 2 * "content of versions/1".length, ["brought/1", "brought/2"], ["own/1"]]);
  expect(Math.abs(locked.until - now() - 31 * day * 1000)).toBeLessThan(60_000);
});

test("a lock that a clock of ours takes for over still holds: what it keeps is there afterwards, and all else is gone", async () => {
  let done = 0;
  await deleteAll(["versions/1", "brought/1", "brought/2", "never/there"], access, () => (done += 1));
  expect(done).toBe(4);
  expect(await look(bucket, access, brought, now())).toMatchObject({ locked: { objects: 2 }, free: [], others: ["own/1"] });
});

test("when the lock has ended, its versions may go", async () => {
  await endpoint.forward(31 * day + 60);
  const found = await look(bucket, access, brought, now());
  expect(found).toMatchObject({ locked: { objects: 0 }, free: ["versions/1", "versions/2"] });
  await deleteAll(found.free, access, () => undefined);
  expect(await look(bucket, access, brought, now())).toMatchObject({ free: [], others: ["own/1"] });
});

test("a bucket that is gone is empty, one that refuses is not", async () => {
  const gone = { ...access, ...(await putCredentials(endpoint.world, "gone", "read and write")), bucket: "gone" };
  expect(await look({ ...bucket, name: "gone" }, gone, brought, now())).toMatchObject({ locked: { objects: 0 }, free: [], others: [] });
  await expect(look(bucket, { ...access, secretAccessKey: "0".repeat(64) }, brought, now())).rejects.toThrow(/^CHI-A010 /);
});
