/** The file version keeper in workerd, with R2 as Miniflare has it. What it does over time, cut off or out of order: keeper-model.test.ts. */
import type { ObjectEvent } from "./file-version-keeper/keep";
import { purgeCron, sweepCron } from "./file-versions/crons";
import { deletedName, versionName } from "./file-versions/vault-name";
import { type TestBucket, Workerd } from "./test-support/workerd";

let workerd: Workerd;
let files: TestBucket;
let vault: TestBucket;

beforeAll(() => {
  workerd = new Workerd();
});
beforeEach(async () => {
  await workerd.empty();
  [files, vault] = [await workerd.bucket("FILES"), await workerd.bucket("VAULT")];
});
afterAll(() => workerd.stop());

/** The name that an uploaded object's version has in the vault. */
function nameOf({ object: { key }, uploaded, etag }: ObjectEvent & { uploaded: Date; etag: string }): string {
  return versionName({ key, uploaded, etag });
}

test.each(["PutObject", "CopyObject", "CompleteMultipartUpload"] as const)(
  "%s: the object is in the vault, with its content and metadata",
  async (action) => {
    const event = await workerd.upload("orders/1/invoice.txt", "first", action);
    expect(await workerd.deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
    expect(await workerd.vaultKeys()).toEqual([nameOf(event)]);
    expect(nameOf(event)).toMatch(/^orders%2F1%2Finvoice\.txt\/\d{4}-\d\d-\d\dT[\d:.]{12}Z-[0-9a-f]{32}$/);
    const kept = await vault.get(nameOf(event));
    expect(await kept?.text()).toBe("first");
    expect(kept?.httpMetadata).toMatchObject({ contentType: "text/plain" });
    expect(kept?.customMetadata).toEqual({ owner: "u1" });
  },
);

test("a message that comes twice makes one version, and does not write it again", async () => {
  const event = await workerd.upload("a.txt", "first");
  await workerd.deliver(event, event);
  const written = (await vault.head(nameOf(event)))?.uploaded;
  expect(await workerd.deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
  expect(await workerd.vaultKeys()).toEqual([nameOf(event)]);
  expect((await vault.head(nameOf(event)))?.uploaded).toEqual(written);
});

test("an overwritten file has both versions, in the order of time", async () => {
  const first = await workerd.upload("a.txt", "first");
  await workerd.deliver(first);
  const second = await workerd.upload("a.txt", "second");
  await workerd.deliver(second);
  expect(await workerd.vaultKeys()).toEqual([nameOf(first), nameOf(second)]);
  expect(await (await vault.get(nameOf(first)))?.text()).toBe("first");
});

test("a deletion is recorded, and takes nothing out of the vault; a file made again is a further version", async () => {
  const created = await workerd.upload("a.txt", "first");
  await workerd.deliver(created);
  await files.delete("a.txt");
  const deleted: ObjectEvent = { action: "DeleteObject", bucket: "files", object: { key: "a.txt" }, eventTime: "2099-01-01T00:00:00Z" };
  expect(await workerd.deliver(deleted, deleted)).toEqual({ acknowledged: ["0", "1"], retried: [] });
  expect(await workerd.vaultKeys()).toEqual([nameOf(created), deletedName("a.txt", new Date("2099-01-01T00:00:00Z"))]);
  expect(await (await vault.get(nameOf(created)))?.text()).toBe("first");
  const again = await workerd.upload("a.txt", "again");
  await workerd.deliver(again);
  expect(await workerd.vaultKeys()).toContain(nameOf(again));
});

test("a burst on one key: what was overwritten before its message came is reported and counted once, and the present one is kept", async () => {
  const before = (await workerd.status()).lostLastDay;
  const burst = [await workerd.upload("burst.txt", "first"), await workerd.upload("burst.txt", "second"), await workerd.upload("burst.txt", "third")];
  expect((await workerd.deliver(...burst)).retried).toEqual([]);
  await workerd.deliver(...burst);
  const third = burst[2] as (typeof burst)[number];
  expect(await workerd.vaultKeys()).toEqual([nameOf(third)]);
  expect(workerd.log.join("")).toContain(`"version lost","action":"PutObject","key":"burst.txt","etag":"${burst[0]?.etag}"`);
  expect((await workerd.status()).lostLastDay).toBe(before + 2);
});

test("a file that is gone before its message came is reported, and is not retried for ever", async () => {
  const event = await workerd.upload("gone.txt", "first");
  await files.delete("gone.txt");
  expect(await workerd.deliver(event)).toEqual({ acknowledged: ["0"], retried: [] });
  expect(await workerd.vaultKeys()).toEqual([]);
  expect(workerd.log.join("")).toContain("version lost");
});

test("a message that fails is retried and counted, and the others of its batch are not retried", async () => {
  const good = await workerd.upload("good.txt", "1");
  // 1,024 bytes is R2's limit for a key: with the version behind it this one is too long for the vault.
  const tooLong = await workerd.upload("k".repeat(1000), "2");
  const strange = { ...good, action: "Rename" };
  const before = (await workerd.status()).failedLastTenMinutes;
  expect(await workerd.deliver(tooLong, strange, good)).toEqual({ acknowledged: ["2"], retried: ["0", "1"] });
  expect(await workerd.vaultKeys()).toEqual([nameOf(good)]);
  expect(workerd.log.join("")).toContain("copy failed");
  expect(workerd.log.join("")).toContain("unknown action Rename");
  expect((await workerd.status()).failedLastTenMinutes).toBe(before + 2);
});

test("the longest time from an event to its copy is what the status says", async () => {
  const event = await workerd.upload("late.txt", "1");
  await workerd.deliver({ ...event, eventTime: new Date(Date.now() - 3_600_000).toISOString() });
  expect((await workerd.status()).lagSeconds).toBeGreaterThanOrEqual(3600);
});

test("an upload in parts that is never completed leaves nothing, one that is completed is a version", async () => {
  const abandoned = await files.createMultipartUpload("parts.bin", {});
  await abandoned.uploadPart(1, new Uint8Array(5 * 2 ** 20));
  expect(await workerd.cron(sweepCron)).toBe("ok");
  expect(await workerd.vaultKeys()).toEqual([]);
  const upload = await files.createMultipartUpload("parts.bin", {});
  const parts = [await upload.uploadPart(1, new Uint8Array(5 * 2 ** 20)), await upload.uploadPart(2, new Uint8Array([1, 2, 3]))];
  const { etag, uploaded } = await upload.complete(parts);
  const event = { action: "CompleteMultipartUpload", bucket: "files", object: { key: "parts.bin", eTag: etag }, eventTime: uploaded.toISOString() };
  await workerd.deliver(event);
  expect(await workerd.vaultKeys()).toEqual([versionName({ key: "parts.bin", uploaded, etag })]);
  expect((await vault.head(versionName({ key: "parts.bin", uploaded, etag })))?.size).toBe(5 * 2 ** 20 + 3);
});

test("the sweep copies what no event told of; the purge records a deletion that none told of, and deletes nothing that is young", async () => {
  const first = await workerd.upload("swept/가.txt", "first");
  expect(await workerd.cron(sweepCron)).toBe("ok");
  expect(await workerd.vaultKeys()).toEqual([nameOf(first)]);
  await files.delete("swept/가.txt");
  expect(await workerd.cron(purgeCron)).toBe("ok");
  const [version, deletion] = await workerd.vaultKeys();
  expect(version).toBe(nameOf(first));
  expect(deletion).toMatch(/^swept%2F가\.txt\/.*-deleted$/);
  const status = await workerd.status();
  expect(status.sweep?.completed?.counts).toEqual({ files: 1, copied: 1 });
  expect(status.purge?.completed?.counts).toEqual({ files: 1, "deletions found": 1 });
  expect(status.sweepAgeSeconds).toBeGreaterThanOrEqual(0);
});

test("the purge leaves alone what the lock still holds, however long ago it was superseded", async () => {
  const old = { key: "old.txt", uploaded: new Date("2025-01-01T00:00:00.000Z"), etag: "0".repeat(32) };
  await vault.put(versionName(old), "old");
  await vault.put(deletedName("old.txt", new Date("2025-01-02T00:00:00.000Z")), "");
  expect(await workerd.cron(purgeCron)).toBe("ok");
  expect(await workerd.vaultKeys()).toHaveLength(2);
});

test("another cron than the two is an error", async () => {
  expect(await workerd.cron("0 0 * * *")).toBe("exception");
});
