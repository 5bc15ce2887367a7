/** Gaps against the schedule, what is a backup and what is none, and which one a recovery point means. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { backupFolder, latestPointerKey, manifestSchema, type BackupKind, type Manifest } from "../format/manifest";
import { MemoryStore } from "../restore/test-support/memory-store";
import { leaveReport, type Proof } from "../verify/proof";
import { findBackup } from "./find-backup";
import { timeOfId } from "../format/point-time";
import { listBackups, proofInWords } from "./list-backups";
import { gapsOf, scheduledTimes } from "./schedule-gaps";
import { manifestInWords } from "./show-backup";

const hash = "a".repeat(64);

function manifestOf(kind: BackupKind, id: string, more: Partial<Manifest> = {}): Manifest {
  const at = timeOfId(id).toISOString();
  const object = (name: string) => ({ name, bytes: 10, sha256: hash, etag: "e", plainBytes: 20 });
  return manifestSchema.parse({
    formatVersion: 1, id, kind, stack: "prod", snapshotAt: at, finishedAt: at, durationSeconds: 3, clockSkewSeconds: 0, tool: { version: "1", pgDump: "pg_dump 15" }, recipients: ["age1x"],
    database: { name: "postgres", serverVersion: "15.8", bytes: 1e9, migrationHead: "2026", schemaFingerprint: hash, extensions: [{ name: "pg_trgm", schema: "extensions", version: "1.6" }], largeObjects: 2, sequences: {} },
    tables: { "public.stocks": 5 }, roles: object("roles"), schema: object("schema"), rest: object("rest"), rows: [{ ...object("data/1"), schema: "public", table: "stocks", columns: ["id"], rows: 5 }], ...more,
  } satisfies Manifest);
}

async function put(store: MemoryStore, kind: BackupKind, id: string, manifest: Manifest = manifestOf(kind, id)): Promise<string> {
  const text = JSON.stringify(manifest);
  await store.put(`${backupFolder(kind, id)}manifest.json`, text);
  return createHash("sha256").update(text).digest("hex");
}

describe("the schedule", () => {
  test("03:00 in Korea is 18:00 UTC of the day before; Sunday 07:00 is Saturday 22:00 UTC", () => {
    const iso = (times: Date[]) => times.map((time) => time.toISOString().slice(0, 16));
    expect(iso(scheduledTimes("0 3 * * *", new Date("2026-11-20T18:00:00Z"), new Date("2026-11-22T18:00:00Z")))).toEqual(["2026-11-20T18:00", "2026-11-21T18:00", "2026-11-22T18:00"]);
    expect(iso(scheduledTimes("0 7 * * 0", new Date("2026-11-15T00:00:00Z"), new Date("2026-11-30T00:00:00Z")))).toEqual(["2026-11-21T22:00", "2026-11-28T22:00"]);
    expect(() => scheduledTimes("0 11 1 * *", new Date(), new Date())).toThrow("CHI-A075");
  });

  const now = new Date("2026-11-23T12:00:00Z");
  test("a day without a backup is named; a run that may still be at work is not missing yet", () => {
    const there = ["2026-11-19T18:01:00Z", "2026-11-20T18:01:00Z", "2026-11-22T18:05:00Z"].map((text) => new Date(text));
    expect(gapsOf("daily", there, now, 30)).toEqual(["no daily backup of 2026-11-22 03:00 KST"]);
    expect(gapsOf("daily", there.slice(0, 2), new Date("2026-11-21T20:00:00Z"), 30)).toEqual([]);
    expect(gapsOf("daily", there.slice(0, 2), new Date("2026-11-21T23:00:00Z"), 30)).toEqual(["no daily backup of 2026-11-22 03:00 KST"]);
    expect(gapsOf("weekly", [], now, 90)).toEqual(["there is no weekly backup at all"]);
  });

  test("whichever days are taken out of a whole row, exactly those are named", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 24 }), { maxLength: 10 }), (missing) => {
        // Day 0 is the oldest, which is there; the last of the 26 is this morning's.
        const day = (index: number) => new Date(Date.UTC(2026, 9, 28 + index, 18, 2));
        const there = Array.from({ length: 26 }, (_, index) => index).filter((index) => !missing.includes(index)).map(day);
        expect(gapsOf("daily", there, now, 30)).toHaveLength(missing.length);
      }),
    );
  });
});

test("the list says what is a backup, what is none, what was proven, and what is missing", async () => {
  const store = new MemoryStore();
  const manifestSha256 = await put(store, "daily", "20261121T180100Z");
  await put(store, "daily", "20261122T180100Z");
  await put(store, "daily", "20261120T180100Z", manifestOf("daily", "20261119T180100Z"));
  await store.put(`${backupFolder("manual", "20261123T010000Z")}data/0001.copy.zst.age`, "x");
  await store.put(`${backupFolder("weekly", "20261121T220100Z")}manifest.json`, "{");
  const proof: Proof = { formatVersion: 1, backup: { stack: "prod", kind: "daily", id: "20261121T180100Z", manifestSha256 }, depth: "restore", verifiedAt: "2026-11-22T02:00:00.000Z", seconds: 9, objects: 4, bytes: 40, rows: 5, notices: [] };
  await leaveReport(store, proof, [], "words");
  await leaveReport(store, { ...proof, verifiedAt: "2026-11-23T02:00:00.000Z" }, ["a doubt"], "words");
  const now = new Date("2026-11-23T12:00:00Z");
  const { backups, gaps } = await listBackups({ store, kinds: ["daily", "weekly", "drill"], days: { daily: 30, weekly: 90 }, now });
  expect(backups.map(({ kind, id, state }) => `${kind} ${id} ${state}`)).toEqual([
    "manual 20261123T010000Z incomplete",
    "daily 20261122T180100Z complete",
    "weekly 20261121T220100Z unreadable",
    "daily 20261121T180100Z complete",
    "daily 20261120T180100Z unreadable",
  ]);
  const proven = backups.map((backup) => (backup.state === "complete" ? proofInWords(backup.proof, now) : ""));
  expect(proven).toEqual(["", "never", "", "restore, 34.0 h ago", ""]);
  expect(gaps).toEqual(["there is no weekly backup at all"]);
  // The exporter counts objects of this name: a verification with a doubt leaves none.
  expect([...store.objects.keys()].filter((key) => key.startsWith("reports/") && key.endsWith("/manifest.json"))).toEqual(["reports/restore-test/20261122T020000Z/manifest.json"]);
});

describe("a recovery point", () => {
  test("what is of the future is no backup: not the latest, and no gap is filled by it", async () => {
    const store = new MemoryStore();
    await put(store, "daily", "20261121T180100Z");
    const manifestSha256 = await put(store, "daily", "20991231T000001Z");
    expect((await findBackup(store, "prod", "latest", "daily")).manifest.id).toBe("20261121T180100Z");
    await store.put(latestPointerKey, JSON.stringify({ kind: "daily", id: "20991231T000001Z", manifestSha256 }));
    expect((await findBackup(store, "prod", "latest", undefined)).manifest.id).toBe("20261121T180100Z");
    const { backups, gaps } = await listBackups({ store, kinds: ["daily"], days: { daily: 30, weekly: 90 }, now: new Date("2026-11-23T12:00:00Z") });
    expect(backups.map(({ id, state }) => [id, state])).toEqual([["20991231T000001Z", "unreadable"], ["20261121T180100Z", "complete"]]);
    expect(backups[0]).toMatchObject({ why: expect.stringMatching(/^CHI-A063 daily 20991231T000001Z is of the future/) as string });
    expect(gaps).toEqual(["no daily backup of 2026-11-23 03:00 KST"]);
  });

  test("without latest.json, which no lock holds, latest is the newest of any kind that has a manifest", async () => {
    const store = new MemoryStore();
    await put(store, "daily", "20261121T180100Z");
    await put(store, "weekly", "20261122T220100Z");
    await store.put(`${backupFolder("daily", "20261123T180100Z")}roles`, "x");
    expect((await findBackup(store, "prod", "latest", undefined)).manifest.id).toBe("20261122T220100Z");
  });

  test("latest is what latest.json names, and must be that very manifest; of a kind it is the newest with a manifest", async () => {
    const store = new MemoryStore();
    await expect(findBackup(store, "prod", "latest", undefined)).rejects.toThrow("CHI-A064");
    const manifestSha256 = await put(store, "daily", "20261121T180100Z");
    await put(store, "daily", "20261122T180100Z");
    await store.put(`${backupFolder("daily", "20261123T180100Z")}roles`, "x");
    await store.put(latestPointerKey, JSON.stringify({ kind: "daily", id: "20261121T180100Z", manifestSha256 }));
    expect((await findBackup(store, "prod", "latest", undefined)).manifest.id).toBe("20261121T180100Z");
    expect((await findBackup(store, "prod", "latest", "daily")).manifest.id).toBe("20261122T180100Z");
    await store.put(latestPointerKey, JSON.stringify({ kind: "daily", id: "20261121T180100Z", manifestSha256: hash }));
    await expect(findBackup(store, "prod", "latest", undefined)).rejects.toThrow("CHI-A063");
  });

  test("an id without a manifest, of two kinds, with another backup's manifest, or none at all is refused", async () => {
    const store = new MemoryStore();
    const id = "20261122T180100Z";
    await expect(findBackup(store, "prod", id, undefined)).rejects.toThrow("CHI-A064");
    await expect(findBackup(store, "prod", "yesterday", undefined)).rejects.toThrow('CHI-A064 "yesterday"');
    await put(store, "daily", id);
    expect((await findBackup(store, "prod", id, undefined)).manifest.kind).toBe("daily");
    await put(store, "manual", id);
    await expect(findBackup(store, "prod", id, undefined)).rejects.toThrow("CHI-A064 there are 2 backups");
    await put(store, "weekly", id, manifestOf("daily", id));
    await expect(findBackup(store, "prod", id, "weekly")).rejects.toThrow(/CHI-A063 .* is the manifest of daily/);
  });
});

test("a manifest in words says from when it is, of what, and who can read it", () => {
  const words = manifestInWords(manifestOf("daily", "20261122T180100Z"), "never");
  for (const part of ["2026-11-22T18:01:00.000Z", "PostgreSQL 15.8", "1 tables, 5 rows, 2 large objects", "age1x", "pg_trgm 1.6"]) expect(words).toContain(part);
});
