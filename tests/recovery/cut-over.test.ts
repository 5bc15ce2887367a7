/** Users and data to chisan-dr and back, on the real engine, PostgreSQL and S3: the old side alive and fenced first, then lost; the tool killed on both ways. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Client } from "pg";
import { parse } from "yaml";
import { repositoryRoot } from "../../sandbox/control/paths";
import { runningFiles } from "../../sandbox/control/running-files";
import { applyMigrations } from "../../supabase/apply";
import { clientOptions } from "../../supabase/client-options";
import { readMigrations } from "../../supabase/migrations";
import { SignedClient, bytesOf, s3Client, variablesOfService } from "../e2e/support/files-clients";
import { processesStartedWith, until, type Ended, type Started } from "../e2e/support/processes";
import { TestSandbox, committedConfiguration } from "../e2e/support/test-sandbox";

const sandbox = new TestSandbox();
const before = committedConfiguration();
const invoice = randomBytes(5000);
const madeThere = randomBytes(7000);
let prodUrl: string;
let drUrl: string;
let printed = "";

const hostsOf = ["app.chisan.app", "api.chisan.app"];
const leading = ["dns-app", "dns-api", "web-domain"];
const cutOverOf = (stack: string) => (parse(readFileSync(join(sandbox.paths.project, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> }).config["chisan:cutOver"];
/** Which stack's state has what leads the users. */
const holders = () => Object.fromEntries(["prod", "chisan-dr"].map((stack) => [stack, sandbox.state(stack).resources.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)).filter((name) => leading.includes(name)).sort()]));

/** Ids and contents at the vendors. */
function records() {
  const world = sandbox.world();
  const dns = world.filter(({ type, outputs }) => type.endsWith(":DnsRecord") && hostsOf.includes(String(outputs["name"]))).map(({ id, outputs }) => [outputs["name"], id, outputs["content"]]);
  const address = (slug: string) => world.find(({ type, outputs }) => type.endsWith(":GlobalAddress") && outputs["name"] === `chisan-${slug}-api`)?.outputs["address"];
  return { dns: dns.sort(), prod: address("prod"), dr: address("dr") };
}

async function works(...args: string[]): Promise<Ended> {
  const ended = await sandbox.chisan(...args);
  printed += ended.text;
  if (ended.code !== 0) throw new Error(`chisan ${args.join(" ")} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
  return ended;
}

async function refused(...args: string[]): Promise<string> {
  const ended = await sandbox.chisan(...args);
  printed += ended.text;
  expect([ended.code, ended.stdout]).toEqual([1, ""]);
  return ended.stderr;
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client(clientOptions(url));
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** As a client asks: which stack answers, and how. */
function asked(host: string): Promise<[number, unknown]> {
  const { hostname, port } = new URL(sandbox.running().edgeUrl);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: "/api/smoke", headers: { host } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (more: string) => (text += more)).on("end", () => resolve([answer.statusCode ?? 0, (JSON.parse(text) as { stack?: string }).stack]));
    }).once("error", reject).end();
  });
}

async function writer(stack: "prod" | "dr"): Promise<SignedClient> {
  const { workers } = await runningFiles(sandbox.running());
  const name = stack === "prod" ? "chisan-prod" : "chisan-dr";
  return new SignedClient(String(workers[`${name}-files-gateway`]), String(variablesOfService(sandbox.world(), `${name}-api`)["FILES_GATEWAY_SECRET"]));
}

const vaulted = () => until("every version in the vault", 60, async () => Object.values((await runningFiles(sandbox.running())).queues).every((waiting) => waiting === 0));

beforeAll(async () => {
  await sandbox.operate("up", "prod");
  ({ databaseUrl: prodUrl } = JSON.parse((await sandbox.chisan("output", "prod", "--json", "--show-secrets")).stdout) as { databaseUrl: string });
  const client = new Client(clientOptions(prodUrl));
  await client.connect();
  await applyMigrations(client, readMigrations());
  await client.query(readFileSync(join(repositoryRoot, "supabase", "seed.sql"), "utf8"));
  await client.query("create table public.incident_notes (id int primary key, note text); insert into public.incident_notes values (1, 'before')");
  // As every table of ours (section 1.3): the stand-up's verification asks for it.
  await client.query("alter table public.incident_notes enable row level security; alter table public.incident_notes force row level security");
  await client.end();
  await (await writer("prod")).put("orders/1/invoice.pdf", invoice);
  await vaulted();
  await works("backup", "run", "--stack", "prod", "--kind", "daily");
  await works("dr", "kit");
}, 900_000);
afterAll(() => sandbox.dispose());

test("not before a stand-up, and nothing to fail back", async () => {
  const there = records();
  await sandbox.operate("up", "chisan-dr");
  expect(await refused("dr", "cutover", "--yes", "--confirm", "chisan-dr", "--json")).toContain("CHI-H106 chisan-dr was not stood up");
  expect(JSON.parse((await works("dr", "failback", "--json")).stdout)).toMatchObject({ operation: "failback", result: "nothing to do", phases: [] });
  expect(records().dns).toEqual(there.dns);
}, 600_000);

test("an old side that answers is not gone, and nobody is moved without the name", async () => {
  const [verified = "no check was counted"] = /\d+ checks hold/.exec((await works("dr", "stand-up", "--json")).stderr) ?? [];
  ({ DATABASE_URL: drUrl = "" } = variablesOfService(sandbox.world(), "chisan-dr-api"));
  expect(await refused("dr", "cutover", "--old-side-gone", "--yes", "--confirm", "chisan-dr", "--json")).toContain("CHI-H104 --old-side-gone was said, but prod's database answers");
  const proposed = await refused("dr", "cutover", "--yes", "--json");
  expect(proposed).toMatch(/api\.chisan\.app: A [\d.]+ -> A [\d.]+[^]*CHI-D010 nobody confirmed, nothing was touched/);
  expect(proposed).toMatch(/^What users wrote to the database since 20\d\d-\d\d-\d\d [\d:]+ KST \(\d+ .*\) will not be there$/m);
  expect(proposed).toContain("prod serves users NOW: api.chisan.app and app.chisan.app answer from there; is prod really lost?");
  expect(proposed).toContain(`chisan-dr: ${verified}`);
  expect(proposed.match(/^Target:/gm)).toHaveLength(1);
  // A wrong name is told before the verification's minutes.
  const otherName = await refused("dr", "cutover", "--yes", "--confirm", "prod", "--json");
  expect(otherName).toContain('CHI-D010 --confirm says "prod", the stack is "chisan-dr"');
  expect(otherName).not.toContain("Target:");
  await query(prodUrl, "insert into public.incident_notes values (2, 'prod may still be written')");
  expect([cutOverOf("prod"), cutOverOf("chisan-dr"), holders()]).toEqual([undefined, undefined, { prod: [...leading].sort(), "chisan-dr": [] }]);
}, 900_000);

test("cutover, killed while its engine points the records: typed again it does what is left, and the same records lead to chisan-dr, which answers", async () => {
  const { dns, prod, dr } = records();
  expect(dns.map(([, , content]) => content)).toEqual([prod, "cname.vercel-dns.com"]);
  const started = sandbox.startChisan("dr", "cutover", "--yes", "--confirm", "chisan-dr", "--json");
  let over = false;
  void started.ended.then(() => (over = true));
  await until("the engine to move the record", 300, () => over || records().dns.some(([, , content]) => content === dr));
  if (over) throw new Error(`it was over before it could be killed: ${started.text()}`);
  process.kill(started.pid, "SIGKILL");
  printed += (await started.ended).text;
  expect([cutOverOf("prod"), cutOverOf("chisan-dr"), holders()]).toEqual([true, true, { prod: [...leading].sort(), "chisan-dr": [...leading].sort() }]);

  // The name was typed for it once.
  const carriedOn = await works("dr", "cutover", "--json");
  const moved = JSON.parse(carriedOn.stdout) as { result: string; measured: { host: string; arrived: boolean }[]; released: boolean };
  expect(moved).toMatchObject({ result: "cut over", released: true, fence: { before: true } });
  expect(carriedOn.stderr).toContain("Next: npx chisan up chisan-dr");
  expect(moved.measured.map(({ host, arrived }) => [host, arrived])).toEqual(hostsOf.map((host) => [host, true]));
  expect(records().dns).toEqual(dns.map(([name, id, content]) => [name, id, content === prod ? dr : content]));
  expect(holders()).toEqual({ prod: [], "chisan-dr": [...leading].sort() });
  for (const host of hostsOf) expect([host, await asked(host)]).toEqual([host, [200, "chisan-dr"]]);
  await expect(query(prodUrl, "insert into public.incident_notes values (3, 'split brain')")).rejects.toMatchObject({ code: "25006" });
  expect([cutOverOf("prod"), cutOverOf("chisan-dr")]).toEqual([true, true]);
}, 600_000);

test("twice: nothing to do; and prod is not deployed by mistake", async () => {
  const there = records();
  const again = await works("dr", "cutover", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ result: "nothing to do", released: true, fence: { before: true }, measured: hostsOf.map((host) => ({ host, arrived: true })) });
  expect(again.stderr).toContain("Next: npx chisan up chisan-dr");
  const up = await sandbox.chisan("up", "prod", "--json");
  expect(up.code).not.toBe(0);
  expect(up.text).toContain("CHI-H080");
  expect(records()).toEqual(there);
}, 600_000);

interface JournalPhase {
  readonly name: string;
  readonly state: string;
}
function phaseNow(name: string): string | undefined {
  const file = join(sandbox.paths.directory, "dr", "fail-back.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { journal: { phases: JournalPhase[] } }).journal.phases.find((phase) => phase.name === name)?.state;
}

/** The tool alone, not what it started. */
async function killIn(phase: string): Promise<void> {
  const started: Started = sandbox.startChisan("dr", "failback", "--yes", "--confirm", "prod", "--json");
  let over = false;
  void started.ended.then(() => (over = true));
  await until(`the phase ${phase}`, 600, () => over || phaseNow(phase) === "running");
  if (over) throw new Error(`it was over before it could be killed: ${started.text()}`);
  process.kill(started.pid, "SIGKILL");
  printed += (await started.ended).text;
}

test("failback, killed in six phases, four of them after the hosts began to move: what was written at chisan-dr is in prod, and prod answers", async () => {
  await query(drUrl, "insert into public.incident_notes values (4, 'written at chisan-dr')");
  await (await writer("dr")).put("orders/9/made-there.bin", madeThere);
  await vaulted();
  expect(await refused("dr", "failback", "--yes", "--confirm", "chisan-dr", "--json")).toContain("CHI-D010");
  expect(await refused("dr", "failback", "--yes", "--confirm", "prod", "--json")).toContain("CHI-H108");
  await works("sandbox", "lose-database", "prod", "--yes", "--confirm", "prod");
  for (const phase of ["rebuild-prod", "restore-prod", "hand-over", "release-dr", "arrival", "protect-prod"]) {
    await killIn(phase);
    // Its users are at chisan-dr still; what the failback is filling must not be made read-only.
    if (phase === "restore-prod") expect(await refused("dr", "cutover", "--yes", "--confirm", "chisan-dr", "--json")).toContain("CHI-H119 app and api lead to chisan-dr already, and a failback has begun");
  }
  const ended = JSON.parse((await works("dr", "failback", "--yes", "--confirm", "prod", "--json")).stdout) as { result: string; phases: { name: string; result: { facts: { id?: string } } }[] };
  expect(ended.result).toBe("failed back");
  // A second disaster before the next daily backup loses nothing of what came back.
  const { backups } = JSON.parse((await works("backup", "list", "--stack", "prod", "--json")).stdout) as { backups: { kind: string; id: string }[] };
  const newest = backups.reduce((one, other) => (other.id > one.id ? other : one));
  expect(newest).toMatchObject({ kind: "manual", id: ended.phases.find(({ name }) => name === "protect-prod")?.result.facts.id });
  const { databaseUrl } = JSON.parse((await sandbox.chisan("output", "prod", "--json", "--show-secrets")).stdout) as { databaseUrl: string };
  expect(await query(databaseUrl, "select id, note from public.incident_notes order by id")).toEqual([
    { id: 1, note: "before" },
    { id: 4, note: "written at chisan-dr" },
  ]);
  await query(databaseUrl, "insert into public.incident_notes values (5, 'prod is written again')");
  await expect(query(drUrl, "insert into public.incident_notes values (6, 'split brain')")).rejects.toMatchObject({ code: "25006" });
  const given = variablesOfService(sandbox.world(), "chisan-prod-api");
  const s3 = s3Client(sandbox.running().s3Url, { accessKeyId: String(given["R2_ACCESS_KEY_ID"]), secretAccessKey: String(given["R2_SECRET_ACCESS_KEY"]) });
  for (const [key, content] of [["orders/1/invoice.pdf", invoice], ["orders/9/made-there.bin", madeThere]] as const) {
    expect([key, Buffer.compare(await bytesOf(s3, String(given["R2_BUCKET_NAME"]), key), content)]).toEqual([key, 0]);
  }
}, 1_500_000);

test("the records are prod's again", async () => {
  const { dns, prod } = records();
  expect(dns.map(([, , content]) => content)).toEqual([prod, "cname.vercel-dns.com"]);
  expect(holders()).toEqual({ prod: [...leading].sort(), "chisan-dr": [] });
  expect([cutOverOf("prod"), cutOverOf("chisan-dr")]).toEqual([undefined, undefined]);
  for (const host of hostsOf) expect([host, await asked(host)]).toEqual([host, [200, "prod"]]);
  expect(JSON.parse((await works("dr", "failback", "--json")).stdout)).toMatchObject({ result: "nothing to do" });
}, 300_000);

interface DestroyAnswer {
  readonly result: string;
  readonly kept: readonly { bucket: string; objects: number; bytes: number; lockedUntil: string; dollarsPerMonth: number }[];
}
/** By the name of the bucket that they are, or are on. */
const ofDr = (type: string) =>
  sandbox.world().filter((record) => record.type.endsWith(`:${type}`)).map(({ outputs }) => String(outputs[type === "R2Bucket" ? "name" : "bucketName"])).filter((name) => name.endsWith("-dr")).sort();

async function moveClock(offsetSeconds: number): Promise<void> {
  const answer = await fetch(`${sandbox.running().controlUrl}/clock`, { method: "PUT", body: JSON.stringify({ offsetSeconds }) });
  if (!answer.ok) throw new Error(await answer.text());
}

test("chisan-dr is not destroyed by --yes alone while it has what users wrote; by name all of it goes but what a lock keeps, and that when the lock has ended", async () => {
  const there = records().dns;
  const buckets = ofDr("R2Bucket");
  expect(await refused("destroy", "chisan-dr", "--yes", "--json")).toMatch(/^CHI-O025 chisan-dr has objects that no stand-up .*1 in chisan-files-dr \(orders\/9\/made-there\.bin\).*npx chisan destroy chisan-dr --confirm chisan-dr$/m);
  expect(ofDr("R2Bucket")).toEqual(buckets);

  const first = JSON.parse((await works("destroy", "chisan-dr", "--confirm", "chisan-dr", "--json")).stdout) as DestroyAnswer;
  expect(first.result).toMatch(/^destroyed, except what is locked until 20\d\d-\d\d-\d\d$/);
  expect(first.kept.map(({ bucket }) => bucket)).toEqual(["chisan-files-vault-dr"]);
  expect(first.kept[0]?.objects).toBeGreaterThanOrEqual(2);
  expect(first.kept[0]?.bytes).toBeGreaterThanOrEqual(invoice.length + madeThere.length);
  const days = (Date.parse(String(first.kept[0]?.lockedUntil)) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(32);
  expect([ofDr("R2Bucket"), ofDr("R2BucketLock")]).toEqual([["chisan-files-vault-dr"], ["chisan-files-vault-dr"]]);
  expect(sandbox.world().filter(({ type, outputs }) => !type.includes("/deleted") && ["chisan-dr", "chisan-dr-api"].includes(String(outputs["name"]))).map(({ type }) => type)).toEqual([]);

  // Before its time it is no failure, and changes nothing.
  expect((JSON.parse((await works("destroy", "chisan-dr", "--yes", "--json")).stdout) as DestroyAnswer).kept).toEqual(first.kept);
  await moveClock(32 * 86_400);
  expect(JSON.parse((await works("destroy", "chisan-dr", "--yes", "--json")).stdout)).toMatchObject({ result: "destroyed", kept: [] });
  await moveClock(0);
  expect([ofDr("R2Bucket"), ofDr("R2BucketLock")]).toEqual([[], []]);
  expect(records().dns).toEqual(there);
  for (const host of hostsOf) expect([host, await asked(host)]).toEqual([host, [200, "prod"]]);
}, 900_000);

test("nothing secret was printed, nothing committed was changed, and nothing is left", async () => {
  for (const url of [prodUrl, drUrl]) expect(printed).not.toContain(new URL(url).password);
  expect(committedConfiguration()).toEqual(before);
  await sandbox.dispose();
  await until("every process of the sandbox to end", 60, () => processesStartedWith(sandbox.directory).length === 0);
  expect(existsSync(sandbox.directory)).toBe(false);
}, 300_000);
