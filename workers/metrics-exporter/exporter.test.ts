/** The whole exporter as a process, between a real PostgreSQL 15 over TLS and stand-ins for Supabase, R2, the files gateway, the metadata server and Cloud Monitoring. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { type TestDatabase, startMigratedDatabase } from "../../supabase/test-support/database";
import { type BucketStandIn, startBucket } from "./test-support/bucket";
import { type FilesGatewayStandIn, keeperStatus, startFilesGateway, statusKey } from "./test-support/files-gateway";
import { type LocalServer, startLocalServer } from "./test-support/local-server";
import { metricsText } from "./test-support/metrics-text";
import { serveTls } from "./test-support/tls";

jest.setTimeout(60_000);

interface WrittenSeries {
  readonly metric: { readonly type: string; readonly labels: Record<string, string> };
  readonly points: readonly { readonly value: { readonly doubleValue: number } }[];
  readonly [key: string]: unknown;
}

const root = join(__dirname, "..", "..");
const serviceRoleKey = "c4n4ry-service-role-key";
let database: TestDatabase;
let certificate: string;
let supabase: LocalServer & { answer: { status: number; body: string; delay?: Promise<void> }; seen: string[] };
let google: LocalServer & { status: number; bodies: { timeSeries: WrittenSeries[] }[]; seen: string[] };
let bucket: BucketStandIn;
let gateway: FilesGatewayStandIn;
let exporter: { child: ChildProcess; url: string; log: string[] };

async function startSupabase(): Promise<typeof supabase> {
  const state = { answer: { status: 200, body: metricsText() } as (typeof supabase)["answer"], seen: [] as string[] };
  const server = await startLocalServer((request, _body, response) => {
    state.seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const { status, body, delay = Promise.resolve() } = state.answer;
    void delay.then(() => response.writeHead(status, { "content-type": "text/plain" }).end(body));
  });
  return Object.assign(state, server);
}

/** The metadata server of Cloud Run and Cloud Monitoring in one. */
async function startGoogle(): Promise<typeof google> {
  const state = { status: 200, bodies: [] as { timeSeries: WrittenSeries[] }[], seen: [] as string[] };
  const server = await startLocalServer((request, body, response) => {
    if (request.url?.startsWith("/computeMetadata/")) {
      response.writeHead(200, { "metadata-flavor": "Google", "content-type": "application/json" });
      response.end(
        request.url.includes("/token")
          ? JSON.stringify({ access_token: "c4n4ry-token", expires_in: 3600, token_type: "Bearer" })
          : "chisan-test",
      );
      return;
    }
    state.seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (state.status === 200) state.bodies.push(JSON.parse(body) as { timeSeries: WrittenSeries[] });
    // A careless vendor quotes what it was sent.
    const message = `refused: ${request.headers.authorization} ${serviceRoleKey}`;
    response
      .writeHead(state.status, { "content-type": "application/json" })
      .end(state.status === 200 ? "{}" : JSON.stringify({ error: { message } }));
  });
  return Object.assign(state, server);
}

function variables(): Record<string, string> {
  const { port, password } = database.cluster;
  return {
    PATH: process.env["PATH"] ?? "",
    HOST: "127.0.0.1",
    PORT: "0",
    GCP_PROJECT: "chisan-test",
    SUPABASE_URL: supabase.url,
    SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
    DATABASE_URL: `postgresql://supabase_admin:${password}@localhost:${port}/${database.name}?sslmode=require`,
    DATABASE_CA: certificate,
    BACKUPS_ENDPOINT: bucket.url,
    BACKUPS_BUCKET_NAME: "chisan-backups",
    BACKUPS_READER_ACCESS_KEY_ID: "c4n4ry-key-id",
    BACKUPS_READER_SECRET_ACCESS_KEY: "c4n4ry-secret-key",
    SCHEDULED_KINDS: "daily,weekly",
    FILES_GATEWAY_URL: gateway.url,
    FILES_STATUS_KEY: statusKey,
    MONITORING_ENDPOINT: google.url,
    GCE_METADATA_HOST: google.url.replace("http://", ""),
    METADATA_SERVER_DETECTION: "assume-present",
  };
}

async function startExporter(change: Record<string, string> = {}): Promise<typeof exporter> {
  const child = spawn(process.execPath, ["--require", "./toolchain/typescript.cjs", "workers/metrics-exporter/server.ts"], {
    cwd: root,
    env: { ...variables(), ...change },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the exporter ended with ${code}: ${log.join("\n")}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        log.push(...chunk.split("\n").filter((line) => line !== ""));
        const port = /listening on port (\d+)/.exec(chunk)?.[1];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      });
    }
  });
  return { child, url, log };
}

async function stopExporter(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => exporter.child.once("exit", resolve));
  exporter.child.kill("SIGTERM");
  return ended;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly written?: number; readonly skipped?: string[]; readonly failures: string[] };
}

async function call(): Promise<Answer> {
  const response = await fetch(`${exporter.url}/export`, { method: "POST" });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

function writtenTypes(): string[] {
  return (google.bodies.at(-1)?.timeSeries ?? [])
    .map(
      ({ metric }) =>
        `${metric.type}${Object.values(metric.labels)
          .map((label) => ` ${label}`)
          .join("")}`,
    )
    .sort();
}

const files = [
  "custom.googleapis.com/chisan/files/sweep_age",
  "custom.googleapis.com/chisan/files/version_lag",
  "custom.googleapis.com/chisan/files/versions_lost",
];
const hostAndBackups = [
  "custom.googleapis.com/chisan/backup/age daily",
  "custom.googleapis.com/chisan/backup/age weekly",
  "custom.googleapis.com/chisan/database/disk_utilization",
  "custom.googleapis.com/chisan/database/memory_utilization",
];
const connections = "custom.googleapis.com/chisan/database/connection_utilization";
const p95 = "custom.googleapis.com/chisan/database/query_p95";

beforeAll(async () => {
  database = await startMigratedDatabase();
  certificate = await serveTls(database.admin);
});
afterAll(() => database.stop());

beforeEach(async () => {
  [supabase, google, bucket, gateway] = await Promise.all([startSupabase(), startGoogle(), startBucket("chisan-backups"), startFilesGateway()]);
  bucket.put("database/daily/2026-11-22/manifest.json", new Date(Date.now() - 3_600_000));
  exporter = await startExporter();
});
afterEach(async () => {
  if (exporter.child.exitCode === null) await stopExporter();
  await Promise.all([supabase.stop(), google.stop(), bucket.stop(), gateway.stop()]);
});

test("two calls: the first writes all but the query times, the second those too, exactly as Cloud Monitoring takes them", async () => {
  expect(await call()).toEqual({ status: 200, body: { written: 8, skipped: ["databaseQueryTime: first reading"], failures: [] } });
  expect(writtenTypes()).toEqual([...hostAndBackups, ...files, connections].sort());
  for (let time = 0; time < 20; time += 1) await database.owner.query("select pg_sleep(0.02), count(*) from public.warehouses");
  expect(await call()).toEqual({ status: 200, body: { written: 9, skipped: [], failures: [] } });
  expect(writtenTypes()).toEqual([...hostAndBackups, ...files, connections, p95].sort());

  const series = google.bodies.at(-1)?.timeSeries as WrittenSeries[];
  const value = (type: string): number =>
    series.find(({ metric }) => `${metric.type} ${metric.labels["kind"] ?? ""}`.trim() === type)?.points[0]?.value.doubleValue as number;
  expect(value(p95)).toBeGreaterThanOrEqual(20);
  expect(value("custom.googleapis.com/chisan/database/disk_utilization")).toBeCloseTo(0.25);
  expect(value("custom.googleapis.com/chisan/database/memory_utilization")).toBeCloseTo(0.75);
  expect(value("custom.googleapis.com/chisan/backup/age daily")).toBeGreaterThanOrEqual(3600);
  expect(value("custom.googleapis.com/chisan/backup/age weekly")).toBeGreaterThan(1.7e9);
  expect(value(connections)).toBeGreaterThan(0);
  expect(files.map(value)).toEqual([240, 7.5, 3]);
  expect(series.find(({ metric }) => metric.type === p95)).toEqual({
    metric: { type: p95, labels: {} },
    resource: { type: "global", labels: { project_id: "chisan-test" } },
    metricKind: "GAUGE",
    valueType: "DOUBLE",
    unit: "ms",
    points: [{ interval: { endTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string }, value: { doubleValue: value(p95) } }],
  });
  expect(google.seen).toEqual(Array(2).fill("POST /v3/projects/chisan-test/timeSeries Bearer c4n4ry-token"));
  const basic = Buffer.from(`service_role:${serviceRoleKey}`).toString("base64");
  expect(supabase.seen).toEqual(Array(2).fill(`GET /customer/v1/privileged/metrics Basic ${basic}`));
  expect(bucket.requests.every(({ authorization }) => authorization.includes("Credential=c4n4ry-key-id/"))).toBe(true);
  // The gateway let both in, by its own check of signatures.
  expect(gateway.seen).toEqual(Array(2).fill("GET /status 200"));
});

test.each([
  [
    "Supabase refuses the key",
    () => (supabase.answer = { status: 401, body: serviceRoleKey }),
    "CHI-X002 Supabase's metrics endpoint answered HTTP 401, expected 200",
    [...hostAndBackups.slice(0, 2), ...files, connections],
  ],
  [
    "Supabase answers something else",
    () => (supabase.answer = { status: 200, body: `<html>${serviceRoleKey}` }),
    "CHI-X003 line 1",
    [...hostAndBackups.slice(0, 2), ...files, connections],
  ],
  [
    "the bucket refuses the token",
    () => bucket.refuse(403, "AccessDenied"),
    "CHI-X007 database/daily/ in chisan-backups cannot be listed (HTTP 403",
    [...hostAndBackups.slice(2), ...files, connections],
  ],
  [
    "the files gateway fails",
    () => (gateway.answer = { status: 500, body: statusKey }),
    "CHI-X013 the files gateway answered HTTP 500, expected 200",
    [...hostAndBackups, connections],
  ],
  [
    "the files gateway is gone",
    () => gateway.stop(),
    "CHI-X013 the files gateway cannot be reached (fetch failed: ",
    [...hostAndBackups, connections],
  ],
  [
    "the files gateway answers something else",
    () => (gateway.answer = { status: 200, body: `<html>${statusKey}` }),
    "CHI-X014 the files gateway's status has no JSON",
    [...hostAndBackups, connections],
  ],
])(
  "%s: HTTP 500 with one line, the other sources are written all the same, and nothing secret is said",
  async (_, fail, message, written) => {
    await fail();
    const { status, body } = await call();
    expect(status).toBe(500);
    expect(body.failures).toEqual([expect.stringContaining(message)]);
    expect(body.failures.join("")).not.toContain("\n");
    expect(writtenTypes()).toEqual([...written].sort());
    expect([...exporter.log, JSON.stringify(body)].join("\n")).not.toMatch(/c4n4ry/);
    expect(exporter.log.filter((line) => line.includes('"severity":"ERROR"'))).toHaveLength(1);
  },
);

test("Cloud Monitoring refuses: HTTP 500, and the token that it quotes is taken out", async () => {
  google.status = 403;
  const { status, body } = await call();
  expect(status).toBe(500);
  expect(body).toMatchObject({
    written: 0,
    failures: [
      expect.stringMatching(
        /^CHI-X008 Cloud Monitoring answered HTTP 403 to 8 values, expected 200 \(refused: Bearer \*\*\* \*\*\*\): grant/,
      ),
    ],
  });
  expect(exporter.log.join("\n")).not.toMatch(/c4n4ry/);
});

test("a sweep that never ran has no age: none is written, and that is said", async () => {
  gateway.answer = { status: 200, body: keeperStatus({ sweepAgeSeconds: -1 }) };
  const { status, body } = await call();
  expect(status).toBe(200);
  expect(body).toEqual({ written: 7, skipped: expect.arrayContaining(["fileSweepAge: the sweep never ran"]) as string[], failures: [] });
  expect(writtenTypes()).toEqual([...hostAndBackups, ...files.slice(1), connections].sort());
});

test("a call during another is answered 409, and does not run", async () => {
  let release = (): void => undefined;
  supabase.answer = { status: 200, body: metricsText(), delay: new Promise((resolve) => (release = resolve)) };
  const first = call();
  while (supabase.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await call()).toEqual({ status: 409, body: { failures: ["CHI-X011 an export is running: its values are this minute's"] } });
  release();
  expect((await first).status).toBe(200);
  expect(supabase.seen).toHaveLength(1);
  expect((await call()).status).toBe(200);
});

test("the health endpoint, other paths and other methods do not export", async () => {
  const statusOf = async (path: string, method: string): Promise<number> => (await fetch(`${exporter.url}${path}`, { method })).status;
  expect(await statusOf("/health", "GET")).toBe(200);
  expect(await statusOf("/export", "GET")).toBe(405);
  expect(await statusOf("/health", "POST")).toBe(405);
  expect(await statusOf("/", "POST")).toBe(404);
  expect(supabase.seen).toEqual([]);
});

test("SIGTERM lets the running export finish, and ends the process with 0", async () => {
  let release = (): void => undefined;
  supabase.answer = { status: 200, body: metricsText(), delay: new Promise((resolve) => (release = resolve)) };
  const running = call();
  while (supabase.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const ended = stopExporter();
  release();
  expect((await running).status).toBe(200);
  expect(await ended).toBe(0);
});

test("a server that another authority certifies is not sent the password", async () => {
  await stopExporter();
  const other = await serveTls(database.admin);
  try {
    exporter = await startExporter({ DATABASE_CA: certificate });
    const { status, body } = await call();
    expect(status).toBe(500);
    expect(body.failures).toEqual([expect.stringMatching(/^CHI-X005 the database cannot be asked \(.*certificate.*\)/)]);
  } finally {
    certificate = other;
  }
});

test("without its variables it ends at once, names them, and shows the value of none", async () => {
  const started = startExporter({ DATABASE_URL: "", SUPABASE_URL: "http://c4n4ry.example.com", SCHEDULED_KINDS: "daily,hourly" });
  await expect(started).rejects.toThrow(
    /the exporter ended with 1: .*CHI-X001 .*\(SUPABASE_URL is no https address, DATABASE_URL is missing, SCHEDULED_KINDS has a name/,
  );
  await expect(started).rejects.not.toThrow(/c4n4ry/);
});
