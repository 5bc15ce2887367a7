/** A target whose disk is too small: a clear line, and when it has grown, the same command ends with the whole database. */
import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyDatabaseOutline } from "../../../supabase/outline";
import { serverIdentity } from "../../../supabase/server-identity";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { restoreBackup } from "./restore";
import { rowsDump, schemaDump } from "./test-support/independent-dump";
import { MemoryStore } from "./test-support/memory-store";
import { createRichProject, startProjectCluster } from "./test-support/rich-database";
import { writeBackup } from "./test-support/write-backup";

jest.setTimeout(300_000);

/** A file system of so many MiB; undefined where this user may mount none. The rows below need some 60, the database's catalogue 10. */
function mountSmall(mebibytes: number): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "chisan-small-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", directory]);
  if (status === 0) return directory;
  rmSync(directory, { recursive: true });
  return undefined;
}

const disk = mountSmall(32);
let cluster: PostgresCluster | undefined;

afterAll(async () => {
  await cluster?.stop();
  if (disk === undefined) return;
  spawnSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

const onSmallDisk = disk === undefined ? test.skip : test;

onSmallDisk("disk full at the target (needs the right to mount a file system)", async () => {
  const { uid, gid } = serverIdentity();
  const place = join(disk ?? "", "data");
  mkdirSync(place);
  if (uid !== undefined && gid !== undefined) chownSync(place, uid, gid);
  cluster = await startProjectCluster();
  await createRichProject(cluster, "source");
  const owner = await cluster.connect("source", "postgres");
  await owner.query("create table warehouse.big (id bigint primary key, word text); insert into warehouse.big select i, repeat(md5(i::text), 4) from generate_series(1, 200000) as i; create index big_word on warehouse.big (word)");
  await owner.end();
  const store = new MemoryStore();
  const backup = await writeBackup({ cluster, database: "source", store, id: "20261123T030000Z" });

  const admin = await cluster.connect();
  await admin.query(`create tablespace small location '${place}'`);
  await admin.query("create database target owner postgres tablespace small");
  await admin.query(`alter role postgres password '${cluster.password}'`);
  await admin.end();
  const vendor = await cluster.connect("target");
  await applyDatabaseOutline(vendor);
  await vendor.end();

  const targetUrl = `postgresql://postgres:${cluster.password}@127.0.0.1:${cluster.port}/target`;
  const restore = () => restoreBackup({ store, ...backup, targetUrl, targetName: "the target", mode: "project", connections: 2, enableJobs: false, onPhase: () => undefined, onBytes: () => undefined });
  const line = /^CHI-A059 the disk of the target is full, or nearly \(could not extend file .*: No space left on device\): give it more .* type the same command again, it goes on where it ended$/;
  await expect(restore()).rejects.toThrow(line);
  await expect(restore()).rejects.toThrow(line);
  expect(spawnSync("mount", ["-o", "remount,size=400m", disk ?? ""]).status).toBe(0);
  expect(await restore()).toMatchObject({ resumed: true, doubts: [] });
  expect(schemaDump(cluster, "target")).toEqual(schemaDump(cluster, "source"));
  expect(rowsDump(cluster, "target")).toEqual(rowsDump(cluster, "source"));
});
