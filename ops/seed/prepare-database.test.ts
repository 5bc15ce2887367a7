import { Client } from "pg";
import { readMigrations } from "../../supabase/migrations";
import { clientOptions } from "../../supabase/client-options";
import { createCluster } from "../../sandbox/services/postgres/create-cluster";
import type { Cluster } from "../../sandbox/services/postgres/cluster";
import { freePort } from "../../sandbox/services/postgres/free-port";
import { temporaryHome } from "../../sandbox/services/postgres/test-support/temporary-home";
import { isPrepared, prepareDatabase } from "./prepare-database";

const home = temporaryHome();
const password = "canary0123456789";
const all = `${readMigrations().length} migrations`;
let made = 0;
let cluster: Cluster;
beforeEach(async () => {
  const options = { directory: `${home.directory}/${(made += 1)}`, templates: home.templates, port: await freePort(), password, durable: false };
  cluster = await createCluster(options);
  await cluster.start();
});
afterEach(() => cluster.remove());
afterAll(() => home.remove());

const url = (): string => `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/postgres?sslmode=require`;

async function accounts(): Promise<number> {
  const client = new Client(clientOptions(url()));
  await client.connect();
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from public.users");
  await client.end();
  return rows[0]?.count ?? -1;
}

test("staging: migrations and seed, once; what was changed since is kept", async () => {
  const steps: string[] = [];
  expect(await prepareDatabase("staging", url(), (what) => steps.push(what))).toBe(`${all}, seed loaded`);
  expect(steps).toHaveLength(readMigrations().length + 1);
  expect(await accounts()).toBe(12);
  const client = await cluster.connect("postgres", "postgres", password);
  await client.query("delete from auth.users where email = 'viewer-01@example.com'");
  await client.end();
  const again: string[] = [];
  expect(await prepareDatabase("staging", url(), (what) => again.push(what))).toBe(`${all}, data kept`);
  expect(again).toEqual([]);
  expect(await accounts()).toBe(11);
});

test("prod: migrations, and no made-up people", async () => {
  expect(await prepareDatabase("prod", url())).toBe(all);
  expect(await accounts()).toBe(0);
});

test("a database that is not there: where it should be, and no password", async () => {
  await cluster.stop();
  const message = await prepareDatabase("staging", url()).then(() => "", (error: Error) => error.message);
  expect(message).toMatch(new RegExp(`^CHI-S220 the database of staging at 127.0.0.1:${cluster.port} cannot be reached .*ECONNREFUSED`));
  expect(message).not.toContain(password);
});

test("dev's database is local Supabase's own, and chisan-dr's comes from a backup", () => {
  expect([isPrepared("dev"), isPrepared("staging"), isPrepared("prod"), isPrepared("chisan-dr")]).toEqual([false, true, true, false]);
});
