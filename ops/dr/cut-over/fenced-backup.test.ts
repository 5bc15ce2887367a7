/** A failback backs a fenced database up and restores it: on Supabase's outline, with our migrations and one of everything, by the project's owner. */
import { schemaDump } from "../../backup/restore/test-support/independent-dump";
import { MemoryStore } from "../../backup/restore/test-support/memory-store";
import { createFreshProject, createRichProject, startProjectCluster } from "../../backup/restore/test-support/rich-database";
import { writeBackup } from "../../backup/restore/test-support/write-backup";
import { restoreBackup } from "../../backup/restore/restore";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { fence, unfence } from "./fence";

jest.setTimeout(300_000);

const password = "0123456789abcdef";
let cluster: PostgresCluster;
const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/${database}?sslmode=disable`;

beforeAll(async () => {
  cluster = await startProjectCluster();
  await createRichProject(cluster, "substitute");
  await createFreshProject(cluster, "rebuilt");
  const admin = await cluster.connect();
  await admin.query(`alter role postgres password '${password}'`);
  await admin.end();
});
afterAll(() => cluster.stop());

/** As the API may: in a transaction that asks to write. */
async function written(database: string): Promise<string> {
  const client = await cluster.connect(database, "postgres");
  try {
    await client.query("begin read write; insert into public.warehouses default values");
    return "succeeded";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

test("the copy of a fenced project is equal to it, can be written once it is opened, and has nothing of the fence then", async () => {
  const before = schemaDump(cluster, "substitute");
  const { guarded } = await fence(urlOf("substitute"), "chisan-dr's database");
  expect(guarded).toBeGreaterThan(10);
  expect(await written("substitute")).toBe("25006");

  const store = new MemoryStore();
  const backup = await writeBackup({ cluster, database: "substitute", store, id: "20261123T030000Z" });
  const report = await restoreBackup({
    store, ...backup, targetUrl: urlOf("rebuilt"), targetName: "prod", mode: "project", connections: 2, enableJobs: true, onPhase: () => undefined, onBytes: () => undefined,
  });
  expect(report.doubts).toEqual([]);
  expect(report.leftOut.filter(({ missed }) => missed)).toEqual([]);
  // Idle already: the setting that the triggers ask for is the other database's. (A row without its columns is refused for another reason.)
  expect(await written("rebuilt")).not.toBe("25006");

  expect(await unfence(urlOf("rebuilt"), "prod's database")).toEqual({ before: false });
  await unfence(urlOf("substitute"), "chisan-dr's database");
  expect(schemaDump(cluster, "substitute")).toEqual(before);
  expect(schemaDump(cluster, "rebuilt").filter((line) => line.includes("chisan_fence"))).toEqual([]);
});
