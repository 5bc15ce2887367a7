/** A backup of a database with one of everything, restored by the project's owner, who is no superuser, and compared by dumps of both. */
import { schemaDump, rowsDump } from "./test-support/independent-dump";
import { MemoryStore } from "./test-support/memory-store";
import { createFreshProject, createRichProject, startProjectCluster } from "./test-support/rich-database";
import { type WrittenBackup, writeBackup } from "./test-support/write-backup";
import { type RestoreInput, restoreBackup } from "./restore";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";

let source: PostgresCluster;
let target: PostgresCluster;
const store = new MemoryStore();
let backup: WrittenBackup;
let databases = 0;
/** The target's password, which nothing may repeat. */
const canary = "canary-9f2c71";

const roles = `create role chisan_reports nologin;
alter role chisan_reports set statement_timeout to '7s';
grant chisan_reports to postgres;
create role chisan_metrics nologin noinherit;
grant chisan_metrics to postgres;
create role postgres superuser;
`;

beforeAll(async () => {
  source = await startProjectCluster();
  target = await startProjectCluster();
  await createRichProject(source, "source");
  const admin = await target.connect();
  await admin.query(`alter role postgres password '${canary}'`);
  await admin.end();
  backup = await writeBackup({ cluster: source, database: "source", store, id: "20261123T030000Z", roles });
});

afterAll(async () => {
  await source.stop();
  await target.stop();
});

async function freshDatabase(): Promise<string> {
  databases += 1;
  const name = `target_${databases}`;
  await createFreshProject(target, name);
  return name;
}

function inputFor(database: string, more: Partial<RestoreInput> = {}): RestoreInput {
  const targetUrl = `postgresql://postgres:${canary}@127.0.0.1:${target.port}/${database}`;
  return { store, ...backup, targetUrl, targetName: "the test's target", mode: "project", connections: 2, enableJobs: false, onPhase: () => undefined, onBytes: () => undefined, ...more };
}

test("restored into a fresh project, the database is the one that was backed up", async () => {
  const database = await freshDatabase();
  const report = await restoreBackup(inputFor(database));
  expect(report.doubts).toEqual([]);
  expect(report.leftOut.filter(({ missed }) => missed)).toEqual([]);
  expect(schemaDump(target, database)).toEqual(schemaDump(source, "source"));
  expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
});
