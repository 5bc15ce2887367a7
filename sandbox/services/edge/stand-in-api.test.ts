/** The stand-in on a real database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { clientOptions } from "../../../supabase/client-options";
import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { Databases } from "../postgres/databases";
import { temporaryHome } from "../postgres/test-support/temporary-home";
import { worldWithDatabases } from "../postgres/world-with-databases";
import { type Edge, startEdge } from "./edge";
import { canary, hosts, places, putEnvironment, ref } from "./test-support/environment";
import { visit } from "./test-support/visit";

const home = temporaryHome();
const directory = mkdtempSync(join(tmpdir(), "chisan-edge-"));
let databases: Databases;
let world: World;
let edge: Edge;
let databaseUrl: string;

beforeAll(async () => {
  const remembered = memoryWorld();
  databases = await Databases.open({ world: remembered, home, durable: false, notify: () => undefined });
  world = worldWithDatabases(remembered, databases);
  const project = { name: "chisan-prod", databasePassword: canary };
  await world.put({ type: places.supabase[0], id: ref, urns: [], inputs: project, outputs: { ...project, id: ref }, secretPaths: [] });
  const port = Number(databases.address(ref)?.split(":")[1]);
  await putEnvironment(world, port);
  databaseUrl = `postgresql://postgres:${canary}@127.0.0.1:${port}/postgres?sslmode=require`;
  edge = await startEdge({ world: remembered, portFile: join(directory, "edge-port") });
});
afterAll(async () => {
  await edge.stop();
  await databases.stop();
  await home.remove();
  rmSync(directory, { recursive: true });
});

const api = (path: string) => visit(edge.url, hosts.api, path);

async function withDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(clientOptions(databaseUrl));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
const run = (statement: string) => withDatabase((client) => client.query<Record<string, unknown>>(statement));
const smokeSchemas = async () => (await run("select 1 from pg_namespace where nspname = 'chisan_smoke'")).rowCount;

test("an empty database is reachable, and no application: /health answers, /smoke does not", async () => {
  expect(await api("/health")).toMatchObject({ status: 200, body: { stack: "prod", database: "ok", counts: {} } });
  expect(await api("/api/smoke")).toMatchObject({ status: 503, body: { missing: ["stocks", "orders"] } });
});

test("counts rows of the application's tables, whatever they are called", async () => {
  await run(`create table stocks as select generate_series(1, 7) as id; create table orders (id int); create table "odd "" name" as select 1 as id;
    create table parted (id int) partition by range (id); create table parted_1 partition of parted for values from (0) to (10); insert into parted values (1), (2)`);
  const counts = { stocks: 7, orders: 0, 'odd " name': 1, parted: 2 };
  for (const path of ["/health", "/smoke", "/api/smoke"]) {
    const { status, body } = await api(path);
    expect({ path, status, counts: body["counts"], database: body["database"] }).toEqual({ path, status: 200, counts, database: "ok" });
  }
  expect(await visit(edge.url, hosts.app, "/health")).toMatchObject({
    status: 200,
    body: { service: "chisan-prod-web", database: "ok", counts },
  });
  expect(await visit(edge.url, hosts.app, "/api/smoke?write=1")).toMatchObject({
    status: 200,
    body: { service: "chisan-prod-api", written: true },
  });
});

test("a write is read back, also several at once, and leaves nothing", async () => {
  const seen = await Promise.all([1, 2, 3].map(() => api("/api/smoke?write=1")));
  expect(seen.map(({ status, body }) => [status, body["written"]])).toEqual(seen.map(() => [200, true]));
  expect(await smokeSchemas()).toBe(0);
  expect((await api("/health?write=1")).body).not.toHaveProperty("written");
});

test("a backup that holds the table is not disturbed, and what is left goes with the next write", async () => {
  await run("create schema chisan_smoke; create table chisan_smoke.writes (row uuid primary key)");
  await withDatabase(async (backup) => {
    await backup.query("begin; lock table chisan_smoke.writes in access share mode");
    expect(await api("/smoke?write=1")).toMatchObject({ status: 200, body: { written: true } });
    expect(await smokeSchemas()).toBe(1);
    await backup.query("rollback");
  });
  expect((await api("/smoke?write=1")).status).toBe(200);
  expect(await smokeSchemas()).toBe(0);
});

test("fenced: it reads, says read-only, and a write is refused", async () => {
  await run("alter database postgres set default_transaction_read_only = on");
  expect(await api("/health")).toMatchObject({ status: 200, body: { database: "read-only", counts: { stocks: 7 } } });
  expect(await api("/smoke?write=1")).toMatchObject({ status: 503, body: { database: "read-only", written: false } });
  await withDatabase(async (client) => {
    await client.query("set default_transaction_read_only = off");
    await client.query("alter database postgres reset default_transaction_read_only");
  });
  expect(await api("/smoke?write=1")).toMatchObject({ status: 200, body: { database: "ok", written: true } });
});

test("another password, then no project: 503 with the server's words, and no password in any answer", async () => {
  await world.put({
    ...world.get(...places.version)!,
    outputs: { ...world.get(...places.version)!.outputs, secretData: databaseUrl.replace(canary, `${canary}x`) },
  });
  const wrong = await api("/health");
  expect([wrong.status, wrong.body["database"]]).toEqual([503, expect.stringMatching(/password authentication failed/)]);
  await world.delete(...places.supabase);
  const lost = await api("/health");
  expect([lost.status, lost.body["database"]]).toEqual([503, expect.stringMatching(/ECONNREFUSED/)]);
  expect(wrong.text + lost.text).not.toContain(canary);
  expect(await visit(edge.url, hosts.app, "/health")).toMatchObject({ status: 503, hop: "Supabase project" });
});
