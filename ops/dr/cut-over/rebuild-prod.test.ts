import { createFreshProject, createRichProject, startProjectCluster } from "../../backup/restore/test-support/rich-database";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { requireRoom } from "./rebuild-prod";

jest.setTimeout(300_000);

const password = "canary-0123456789";
let cluster: PostgresCluster;
const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/${database}?sslmode=disable`;

beforeAll(async () => {
  cluster = await startProjectCluster();
  await createRichProject(cluster, "outlived");
  await createFreshProject(cluster, "fresh");
  const admin = await cluster.connect();
  await admin.query(`alter role postgres password '${password}'`);
  await admin.end();
});
afterAll(() => cluster.stop());

/** The refusal; undefined where there is none. */
const refusal = (database: string, cloud: boolean) => requireRoom(urlOf(database), "prodref", cloud).then(() => undefined, ({ message }: Error) => message);

test("a new project has room", async () => {
  expect(await refusal("fresh", true)).toBeUndefined();
});

test("what outlived the disaster is not overwritten, and the line says how to keep it and how to go on", async () => {
  const [cloud, rehearsed] = [await refusal("outlived", true), await refusal("outlived", false)];
  expect(cloud).toMatch(/^CHI-H108 prod's database \(project prodref\) still has what it had before the disaster .*npx chisan backup run --stack prod --kind manual --cloud\).*delete the project prodref at Supabase \(dashboard, Project Settings, General, Delete project;.*procedure-c\.md, step 5\)$/);
  expect(rehearsed).toMatch(/^CHI-H108 .*npx chisan backup run --stack prod --kind manual\), then delete the project: npx chisan sandbox lose-database prod --yes --confirm prod, and type the same command again/);
  for (const words of [cloud, rehearsed]) expect(words).not.toContain(password);
});
