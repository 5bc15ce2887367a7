/** `prune` is killed, and the S3 endpoint under it: what is left is whole backups and folders that say themselves that they are none. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { listBackups } from "../list/list-backups";
import { ObjectStore } from "../object-store/object-store";
import { objectDoubts } from "../restore/preflight";
import { restoreBackup } from "../restore/restore";
import { rowsDump } from "../restore/test-support/independent-dump";
import { MemoryStore } from "../restore/test-support/memory-store";
import { MortalEndpoint } from "../restore/test-support/mortal-endpoint";
import { createFreshProject, createRichProject, startProjectCluster } from "../restore/test-support/rich-database";
import { type WrittenBackup, writeBackup } from "../restore/test-support/write-backup";

jest.setTimeout(300_000);

let cluster: PostgresCluster;
let good: WrittenBackup;
const endpoint = new MortalEndpoint();
const days = { daily: 30, weekly: 90 };
const idAt = (ageDays: number) => new Date(Date.now() - ageDays * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, "");
const goodId = idAt(0.1);
const oldIds = [400, 300, 200, 100].map(idAt);

beforeAll(async () => {
  [cluster] = await Promise.all([startProjectCluster(), endpoint.start()]);
  const admin = await cluster.connect();
  await admin.query(`alter role postgres password '${cluster.password}'`);
  await admin.end();
  await createRichProject(cluster, "source");
  const memory = new MemoryStore();
  for (const id of oldIds) await writeBackup({ cluster, database: "source", store: memory, id });
  good = await writeBackup({ cluster, database: "source", store: memory, id: goodId });
  await inBucket(async (store) => {
    for (const [key, { body }] of memory.objects) await store.put(key, body);
  });
});

afterAll(async () => {
  await Promise.all([cluster.stop(), endpoint.stop()]);
});

async function inBucket<T>(work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = new ObjectStore(endpoint.access("writer"));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly words: string;
}

/** Runs `prune` in a process of its own. @param onBegin called when the first deletion is about to be asked for */
async function prune(onBegin: (kill: () => void) => Promise<void> = () => Promise.resolve()): Promise<Ended> {
  const root = join(__dirname, "../../..");
  const child = spawn(process.execPath, ["--require", join(root, "toolchain/typescript.cjs"), join(__dirname, "test-support/prune-process.ts")], { stdio: ["pipe", "pipe", "pipe"] });
  let words = "";
  let begun: Promise<void> | undefined;
  child.stdout.on("data", () => (begun ??= onBegin(() => child.kill("SIGKILL"))));
  child.stderr.on("data", (text: Buffer) => (words += text.toString()));
  child.stdin.end(JSON.stringify(endpoint.access("writer")));
  const ended = await new Promise<Ended>((resolve) => child.once("close", (status, signal) => resolve({ status, signal, words })));
  await begun;
  return ended;
}

/** Whatever was cut: no folder with a manifest lacks an object, and the newest backup is untouched. @returns the ids that are backups */
async function wholeBackups(): Promise<string[]> {
  return inBucket(async (store) => {
    const { backups } = await listBackups({ store, kinds: ["daily"], days, now: new Date() });
    const ids: string[] = [];
    for (const backup of backups) {
      expect(backup.state).not.toBe("unreadable");
      if (backup.state !== "complete") continue;
      expect(await objectDoubts(store, backup.found.manifest)).toEqual([]);
      ids.push(backup.id);
    }
    expect(ids).toContain(goodId);
    return ids;
  });
}

test("killed at random moments, and the endpoint too; typed again it ends, and the last good backup can be restored", async () => {
  let cuts = 0;
  for (const who of ["prune", "endpoint", "prune", "endpoint"] as const) {
    const { status, signal, words } = await prune(async (kill) => {
      await wait(Math.random() * 60);
      if (who === "prune") kill();
      else await endpoint.kill();
    });
    if (who === "prune" && signal === "SIGKILL") cuts += 1;
    if (who === "endpoint") {
      await endpoint.start();
      if (status !== 0) {
        cuts += 1;
        expect([status, words]).toEqual([1, expect.stringMatching(/^CHI-A012 the object store at .* did not (delete|list) .*; see that it is reachable and run the same command again\n$/)]);
      }
    }
    await wholeBackups();
  }
  expect(cuts).toBeGreaterThan(0);

  expect(await prune()).toMatchObject({ status: 0, words: "" });
  expect(await wholeBackups()).toEqual([goodId]);
  const left = await inBucket((store) => store.folders("database/daily/"));
  expect(left).toEqual([`database/daily/${goodId}/`]);
  await createFreshProject(cluster, "target");
  const targetUrl = `postgresql://postgres:${cluster.password}@127.0.0.1:${cluster.port}/target`;
  const report = await inBucket((store) => restoreBackup({ store, ...good, targetUrl, targetName: "the target", mode: "project", connections: 2, enableJobs: false, onPhase: () => undefined, onBytes: () => undefined }));
  expect(report.doubts).toEqual([]);
  expect(rowsDump(cluster, "target")).toEqual(rowsDump(cluster, "source"));
});

