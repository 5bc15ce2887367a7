/** What goes, what stays, and what an interruption leaves. */
import fc from "fast-check";
import { backupFolder, backupKinds, type Manifest } from "../format/manifest";
import type { ListedBackup } from "../list/list-backups";
import { MemoryStore } from "../restore/test-support/memory-store";
import type { Proof } from "../verify/proof";
import { pruneBackups, readLatest } from "./prune-backups";
import { planPrune, type PruneRules } from "./prune-plan";

const now = new Date("2026-11-23T12:00:00Z");
const days = { daily: 30, weekly: 90 };

function idAt(ageDays: number): string {
  return new Date(now.getTime() - ageDays * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, "");
}

function complete(kind: ListedBackup["kind"], ageDays: number, verifiedAt?: string): ListedBackup {
  const id = idAt(ageDays);
  const proof = verifiedAt === undefined ? undefined : ({ verifiedAt, depth: "decode" } as Proof);
  return { state: "complete", kind, id, found: { manifest: {} as Manifest, manifestSha256: "" }, bytes: 1, proof };
}

function removed(backups: readonly ListedBackup[], more: Partial<PruneRules> = {}): string[] {
  const decisions = planPrune(backups, { days, manualDays: undefined, latest: undefined, now, ...more });
  return decisions.filter(({ remove }) => remove).map(({ kind, id }) => `${kind} ${id}`);
}

test("each kind goes after its own days, manual ones only when somebody says when", () => {
  const backups = backupKinds.flatMap((kind) => [complete(kind, 1), complete(kind, 29), complete(kind, 31), complete(kind, 89), complete(kind, 91)]);
  expect(removed(backups)).toEqual([`daily ${idAt(31)}`, `daily ${idAt(89)}`, `daily ${idAt(91)}`, `weekly ${idAt(91)}`]);
  expect(removed(backups, { manualDays: 90 })).toContain(`manual ${idAt(91)}`);
});

test("the newest, the last verified and the latest stay, however old", () => {
  const backups = [complete("daily", 100), complete("daily", 200, "2026-05-02T00:00:00Z"), complete("daily", 300, "2026-01-01T00:00:00Z"), complete("daily", 400)];
  expect(removed(backups, { latest: { kind: "daily", id: idAt(400) } })).toEqual([`daily ${idAt(300)}`]);
});

test("a folder without a manifest goes when no run can be at work on it; one whose manifest is unreadable stays", () => {
  const backups: ListedBackup[] = [
    complete("daily", 0.1),
    { state: "incomplete", kind: "daily", id: idAt(0.9) },
    { state: "incomplete", kind: "daily", id: idAt(1.1) },
    { state: "incomplete", kind: "daily", id: "somebody's" },
    { state: "unreadable", kind: "daily", id: idAt(99), why: "" },
  ];
  expect(removed(backups)).toEqual([`daily ${idAt(1.1)}`]);
});

test("whatever there is: of each kind that has a complete one, a complete one stays, and a verified one if there was any", () => {
  const one = fc.record({ kind: fc.constantFrom(...backupKinds), age: fc.integer({ min: 0, max: 500 }), verified: fc.boolean(), incomplete: fc.boolean() });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ age }) => age, maxLength: 20 }), fc.option(fc.nat(400), { nil: undefined }), (given, manualDays) => {
      const backups = given.map(({ kind, age, verified, incomplete }): ListedBackup => (incomplete ? { state: "incomplete", kind, id: idAt(age) } : complete(kind, age, verified ? new Date(now.getTime() - age * 1000).toISOString() : undefined)));
      const gone = new Set(removed(backups, { manualDays }));
      for (const kind of backupKinds) {
        const there = backups.filter((backup) => backup.state === "complete" && backup.kind === kind);
        const stay = there.filter(({ id }) => !gone.has(`${kind} ${id}`));
        if (there.length > 0) expect(stay.length).toBeGreaterThan(0);
        if (there.some((backup) => backup.state === "complete" && backup.proof !== undefined)) expect(stay.some((backup) => backup.state === "complete" && backup.proof !== undefined)).toBe(true);
      }
    }),
  );
});

describe("deleting", () => {
  const folder = backupFolder("daily", "20260101T000000Z");
  const decision = { kind: "daily" as const, id: "20260101T000000Z", remove: true, why: "" };

  async function filled(): Promise<MemoryStore> {
    const store = new MemoryStore();
    for (const name of ["data/0001.copy.zst.age", "manifest.json", "roles.sql.zst.age"]) await store.put(`${folder}${name}`, "x");
    await store.put(`${backupFolder("daily", "20260102T000000Z")}manifest.json`, "y");
    return store;
  }

  test("begins with the manifest, so whatever cuts it leaves no backup that is none; typed again it finishes", async () => {
    for (let cut = 0; cut < 3; cut += 1) {
      const store = await filled();
      let requests = 0;
      store.fault = (request) => (request === "delete" && requests++ === cut ? new Error("killed") : undefined);
      await expect(pruneBackups(store, [decision], () => undefined)).rejects.toThrow("killed");
      const left = [...store.objects.keys()].filter((key) => key.startsWith(folder));
      if (cut === 0) expect(left).toHaveLength(3);
      else expect(left).not.toContain(`${folder}manifest.json`);
      store.fault = undefined;
      await pruneBackups(store, [decision], () => undefined);
      expect([...store.objects.keys()]).toEqual([`${backupFolder("daily", "20260102T000000Z")}manifest.json`]);
    }
  });

  test("a lock is a reason: nothing of the backup goes, and the next one is looked at", async () => {
    const store = await filled();
    store.locked = [folder];
    const other = { ...decision, id: "20260102T000000Z" };
    expect(await pruneBackups(store, [other, decision], () => undefined)).toEqual([
      { kind: "daily", id: "20260101T000000Z", result: "locked", objects: 0, bytes: 0 },
      { kind: "daily", id: "20260102T000000Z", result: "removed", objects: 1, bytes: 1 },
    ]);
    expect([...store.objects.keys()].filter((key) => key.startsWith(folder))).toHaveLength(3);
  });

  test("what latest.json names must be known", async () => {
    const store = new MemoryStore();
    expect(await readLatest(store)).toBeUndefined();
    await store.put("database/latest.json", "{");
    await expect(readLatest(store)).rejects.toThrow("CHI-A076");
  });
});
