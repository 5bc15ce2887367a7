import { proofPrefixes, scheduledKinds } from "../../config/exported-metrics";
import { type BackupSource, backupClient, readBackupAges } from "./backup-ages";
import { type BucketStandIn, startBucket } from "./test-support/bucket";

const never = new AbortController().signal;
const now = Date.parse("2026-11-23T00:00:00Z");
let bucket: BucketStandIn;
beforeEach(async () => {
  bucket = await startBucket("chisan-backups");
});
afterEach(() => bucket.stop());

function source(change: Partial<BackupSource> = {}): BackupSource {
  return {
    endpoint: bucket.url,
    bucket: "chisan-backups",
    accessKeyId: "id",
    secretAccessKey: "c4n4ry-secret",
    kinds: scheduledKinds,
    ...change,
  };
}

function ages(change: Partial<BackupSource> = {}) {
  const from = source(change);
  return readBackupAges(backupClient(from), from, never, () => now);
}

function hoursAgo(hours: number): Date {
  return new Date(now - hours * 3_600_000);
}

test("the newest proof of each kind counts; other objects, and other prefixes, do not", async () => {
  bucket.put("database/daily/2026-11-21/manifest.json", hoursAgo(45));
  bucket.put("database/daily/2026-11-22/manifest.json", hoursAgo(21));
  bucket.put("database/daily/2026-11-23/data.zst", hoursAgo(1));
  bucket.put("database/daily/2026-11-23/old-manifest.json", hoursAgo(1));
  bucket.put("database/daily/2026-11-23/manifest.json.partial", hoursAgo(1));
  bucket.put("database/weekly/2026-11-22/manifest.json", hoursAgo(24));
  bucket.put("reports/restore-test/2026-11/manifest.json", hoursAgo(500));
  bucket.put("reports/drill/manifest.json", hoursAgo(-1));
  expect(await ages()).toEqual({ daily: 21 * 3600, weekly: 24 * 3600, "restore-test": 500 * 3600, drill: 0 });
});

test("a kind without a proof is as old as 1970: older than any threshold, not absent", async () => {
  expect(await ages({ kinds: ["daily"] })).toEqual({ daily: now / 1000 });
});

test("the newest proof is found on whichever page it is", async () => {
  for (let index = 0; index < 45; index += 1)
    bucket.put(`${proofPrefixes.daily}${String(index).padStart(3, "0")}/manifest.json`, hoursAgo(100 + index));
  for (const index of ["000", "019", "020", "044"]) {
    bucket.put(`${proofPrefixes.daily}${index}/manifest.json`, hoursAgo(2));
    expect(await ages({ kinds: ["daily"] })).toEqual({ daily: 7200 });
    bucket.put(`${proofPrefixes.daily}${index}/manifest.json`, hoursAgo(99));
  }
  // Three pages of 20 each time, and nothing but the prefix was asked for.
  expect(bucket.requests).toHaveLength(12);
  expect(new Set(bucket.requests.map(({ prefix }) => prefix))).toEqual(new Set([proofPrefixes.daily]));
});

test.each([
  [403, "AccessDenied", "CHI-X007 database/daily/ in chisan-backups cannot be listed (HTTP 403, "],
  [404, "NoSuchBucket", "CHI-X007 database/daily/ in chisan-backups cannot be listed (HTTP 404, "],
])("a refusal with HTTP %i is told in one line, without the credential", async (status, code, message) => {
  bucket.refuse(status, code);
  const failure = String(await ages({ kinds: ["daily"] }).catch(String));
  expect(failure).toContain(message);
  expect(failure).not.toMatch(/c4n4ry|\n/);
});

test("nobody at the address", async () => {
  await bucket.stop();
  await expect(ages({ kinds: ["daily"] })).rejects.toThrow(
    /^CHI-X007 database\/daily\/ in chisan-backups cannot be listed \(.*ECONNREFUSED/,
  );
});
