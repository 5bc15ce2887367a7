/** On a real PostgreSQL 15 with the outline of Supabase and all migrations. */
import { type AddressInfo, createServer } from "node:net";
import type { ClientConfig } from "pg";
import { type TestDatabase, startMigratedDatabase, startOutlineDatabase } from "../../supabase/test-support/database";
import { connectionConfig, readDatabaseMetrics } from "./database-metrics";
import { queryTimeP95 } from "./query-percentile";
import { type StatementReading, activityBetween } from "./statement-activity";

jest.setTimeout(30_000);
const never = new AbortController().signal;
let database: TestDatabase;
let config: ClientConfig;

beforeAll(async () => {
  database = await startMigratedDatabase();
  config = { host: database.cluster.socketDirectory, port: database.cluster.port, user: "postgres", database: database.name };
});
afterAll(() => database.stop());

async function read(): Promise<StatementReading> {
  return (await readDatabaseMetrics(config, never)).reading;
}

test("connections: those open, our own among them, of those that are not reserved for superusers", async () => {
  const others = await Promise.all([1, 2, 3].map(() => database.cluster.connect(database.name, "postgres")));
  const { rows } = await database.admin.query<{ open: number }>(
    "select count(*)::int as open from pg_stat_activity where backend_type = 'client backend'",
  );
  const { connectionUtilization } = await readDatabaseMetrics(config, never);
  await Promise.all(others.map((client) => client.end()));
  // The test cluster allows 40, of which PostgreSQL reserves 3.
  expect(rows[0]?.open).toBeGreaterThanOrEqual(5);
  expect(connectionUtilization).toBeCloseTo(((rows[0]?.open as number) + 1) / 37, 10);
});

test("no connection stays behind", async () => {
  await read();
  const left = "select count(*)::int as left from pg_stat_activity where application_name = 'chisan-metrics-exporter'";
  // The server forgets a closed connection a moment after the client.
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { rows } = await database.admin.query<{ left: number }>(left);
    if (rows[0]?.left === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the exporter's connection is still open");
});

test("counted are the application's statements, by any of its roles; not the platform's, the exporter's, or what controls a transaction", async () => {
  const before = await read();
  for (let time = 0; time < 3; time += 1) {
    await database.owner.query("begin");
    await database.owner.query("select 1 as marker, count(*) from public.warehouses");
    await database.owner.query("commit");
    await database.admin.query("select 2 as platform, count(*) from public.warehouses");
  }
  await database.owner.query("set role authenticated");
  await database.owner.query("select 3 as as_a_user");
  await database.owner.query("reset role");
  await read();
  const activity = activityBetween(before, await read());
  if (typeof activity === "string") throw new Error(activity);
  expect(activity.map(({ calls }) => calls).sort()).toEqual([1, 3]);
});

test("a reset of the counters is noticed", async () => {
  const before = await read();
  await database.admin.query("select extensions.pg_stat_statements_reset()");
  expect(activityBetween(before, await read())).toBe("counters were reset");
});

test("the role can call the two functions and nothing else", async () => {
  const client = await database.cluster.connect(database.name, "postgres");
  await client.query("set role chisan_metrics");
  const { fields } = await client.query("select * from private.statement_counters()");
  expect(fields.map(({ name }) => name)).toEqual(["statement", "calls", "mean_ms", "deviation_ms"]);
  for (const [statement, message] of [
    ["select * from public.users", "permission denied for table users"],
    ["select * from private.signup_domains", "permission denied for table signup_domains"],
    ["select * from extensions.pg_stat_statements", "permission denied for schema extensions"],
    ["select * from auth.users", "permission denied for schema auth"],
    ["create table public.mine ()", "permission denied for schema public"],
    ["select private.has_role('viewer')", "permission denied for function has_role"],
  ]) {
    await expect(client.query(statement as string)).rejects.toThrow(message);
  }
  const { rows: seen } = await client.query<{ query: string }>("select query from pg_stat_activity where usename = 'supabase_admin'");
  expect(seen.every(({ query }) => query === "<insufficient privilege>")).toBe(true);
  await client.end();
  const { rows: roles } = await database.admin.query(
    "select rolcanlogin, rolinherit, rolsuper from pg_roles where rolname = 'chisan_metrics'",
  );
  expect(roles).toEqual([{ rolcanlogin: false, rolinherit: false, rolsuper: false }]);
});

test.each(["anon", "authenticated", "service_role"])("%s cannot call them", async (role) => {
  const client = await database.cluster.connect(database.name, "postgres");
  await client.query(`set role ${role}`);
  for (const name of ["connection_use", "statement_counters"]) {
    await expect(client.query(`select private.${name}()`)).rejects.toThrow(/permission denied/);
  }
  await client.end();
});

/** Runs statements, and gives the times that the server itself measured for them, in milliseconds: independent of how busy the machine is. */
async function measured(statements: readonly string[]): Promise<number[]> {
  await database.admin.query("alter role postgres set log_min_duration_statement = 0");
  const client = await database.cluster.connect(database.name, "postgres");
  const times: number[] = [];
  client.on("notice", ({ message }) => {
    const duration = /^duration: ([\d.]+) ms {2}statement: select pg_sleep/.exec(message ?? "");
    if (duration !== null) times.push(Number(duration[1]));
  });
  await client.query("set client_min_messages = log");
  for (const statement of statements) await client.query(statement);
  await client.end();
  await database.admin.query("alter role postgres reset log_min_duration_statement");
  expect(times).toHaveLength(statements.length);
  return times;
}

function p95(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] as number;
}

// The bounds allow for a stall of the machine within a statement's times, which widens its measured deviation.
test.each([
  [
    "an exponential distribution within one statement",
    Array.from({ length: 160 }, (_, i) => `select pg_sleep(${(-0.008 * Math.log(1 - (i + 0.5) / 160)).toFixed(6)})`),
  ],
  [
    "two statements, the slow one 10 % of the calls",
    Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? "select pg_sleep(0.06), 1 as slow" : "select pg_sleep(0.001)")),
  ],
])("the estimate is near the truth of the server's own log: %s", async (_, statements) => {
  const before = await read();
  const times = await measured(statements);
  const activity = activityBetween(before, await read());
  if (typeof activity === "string") throw new Error(activity);
  expect(activity.reduce((sum, { calls }) => sum + calls, 0)).toBe(statements.length);
  const ratio = (queryTimeP95(activity) as number) / p95(times);
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.7);
});

test("a refused password: one line with the code, and neither the password nor the URL in it", async () => {
  const url = `postgresql://postgres:c4n4ry-password@127.0.0.1:${database.cluster.port}/${database.name}?sslmode=require`;
  const failure = await readDatabaseMetrics({ ...connectionConfig({ url, certificateAuthority: undefined }), ssl: false }, never).catch(
    String,
  );
  expect(failure).toMatch(
    /^ExporterError: CHI-X005 the database cannot be asked \(password authentication failed for user "postgres"\): [^\n]+$/,
  );
});

test("a server without TLS is refused before the password is sent", async () => {
  const url = `postgresql://postgres:c4n4ry-password@127.0.0.1:${database.cluster.port}/${database.name}?sslmode=disable`;
  await expect(readDatabaseMetrics(connectionConfig({ url, certificateAuthority: undefined }), never)).rejects.toThrow(
    "CHI-X005 the database cannot be asked (The server does not support SSL connections)",
  );
});

test("a URL that is none is refused without being quoted", () => {
  expect(() => connectionConfig({ url: "postgresql://postgres:c4n4ry:x@@[/", certificateAuthority: undefined })).toThrow(
    /^CHI-X001 DATABASE_URL is no URL: [^4]*$/,
  );
});

test("escaped characters of the URL are decoded, and a given authority is required", () => {
  expect(connectionConfig({ url: "postgresql://a%40b:c%2Fd@db.example.com/e%20f", certificateAuthority: "PEM" })).toMatchObject({
    host: "db.example.com",
    port: 5432,
    user: "a@b",
    password: "c/d",
    database: "e f",
    ssl: { ca: "PEM", rejectUnauthorized: true },
  });
});

test.each([
  ["while it connects", (abort: () => void) => abort()],
  ["later", (abort: () => void) => void setTimeout(abort, 200)],
])("a reading that is aborted %s ends with the reason of the abort", async (_, when) => {
  // Accepts, and never says a word: as a database behind a broken network does.
  // Nor does it end its side of a connection: only writes to one that the other side has left altogether end it.
  const silent = createServer({ allowHalfOpen: true }, (socket) => {
    let knocking: NodeJS.Timeout | undefined;
    socket.on("error", () => undefined).on("close", () => clearInterval(knocking));
    socket.on("end", () => (knocking = setInterval(() => socket.write("?"), 20))).resume();
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const controller = new AbortController();
  const reading = readDatabaseMetrics(
    { host: "127.0.0.1", port: (silent.address() as AddressInfo).port, user: "a", password: "b" },
    controller.signal,
  );
  when(() => controller.abort(new Error("enough")));
  await expect(reading).rejects.toThrow("enough");
  // It closes only when no connection is left: the reading has ended its own.
  await new Promise((resolve) => silent.close(resolve));
});

test("without the migration it says which one is missing", async () => {
  const empty = await startOutlineDatabase();
  try {
    const { port, socketDirectory } = empty.cluster;
    await expect(readDatabaseMetrics({ host: socketDirectory, port, user: "postgres", database: empty.name }, never)).rejects.toThrow(
      'CHI-X006 the database refuses its metrics (role "chisan_metrics" does not exist): apply the migration create_metrics_role',
    );
  } finally {
    await empty.stop();
  }
});
