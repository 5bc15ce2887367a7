/** Issue 7's stand-up on the real engine, PostgreSQL and S3: prod's Google services, Supabase project and Pulumi state gone, the tool killed twice on the way. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { deleteAtVendor } from "../../ops/dr/drill/vendor-hand";
import type { StandUpReport } from "../../ops/dr/stand-up/report";
import { repositoryRoot } from "../../sandbox/control/paths";
import { runningFiles } from "../../sandbox/control/running-files";
import { clientOptions } from "../../supabase/client-options";
import { applyMigrations } from "../../supabase/apply";
import { readMigrations } from "../../supabase/migrations";
import { SignedClient, bytesOf, keysIn, s3Client, variablesOfService } from "../e2e/support/files-clients";
import { until, type Ended, type Started } from "../e2e/support/processes";
import { TestSandbox, committedConfiguration } from "../e2e/support/test-sandbox";

const sandbox = new TestSandbox();
const secrets = new Set<string>();
/** All that the stand-ups have printed. */
let printed = "";
const before = committedConfiguration();
const invoice = randomBytes(5000);
/** Larger than one part of a transfer. */
const scan = randomBytes((33 << 20) + 5);
let counts: { stocks: string; orders: string };
let report: StandUpReport;
/** What prod's API encrypted with its ENCRYPTION_KEY on the working day. */
const sealedText = "DE02 1203 0000 0000 2020 51";
let prodsKey: string;
let prodsSessions: string;

const journalFile = () => join(sandbox.paths.directory, "dr", "stand-up.json");

interface JournalPhase {
  readonly name: string;
  readonly state: string;
  readonly attempts: number;
}

function phaseNow(name: string): JournalPhase | undefined {
  if (!existsSync(journalFile())) return undefined;
  const { journal } = JSON.parse(readFileSync(journalFile(), "utf8")) as { journal: { phases: JournalPhase[] } };
  return journal.phases.find((phase) => phase.name === name);
}

async function works(...args: string[]): Promise<Ended> {
  const ended = await sandbox.chisan(...args);
  if (ended.code !== 0) throw new Error(`chisan ${args.join(" ")} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
  return ended;
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

/** As an API encrypts a column: AES-256 in GCM, the nonce and the tag with it. */
function encrypted(key: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Throws with another key: GCM tells. */
function decrypted(key: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}

async function writer(service: string, worker: string): Promise<SignedClient> {
  const { workers } = await runningFiles(sandbox.running());
  return new SignedClient(String(workers[worker]), String(variablesOfService(sandbox.world(), service)["FILES_GATEWAY_SECRET"]));
}

/** Prod as it is in the middle of a working day, with its kit and a backup; and what happens after the backup. */
async function workingDay(): Promise<void> {
  await sandbox.operate("up", "prod");
  const { databaseUrl } = JSON.parse((await sandbox.chisan("output", "prod", "--json", "--show-secrets")).stdout) as { databaseUrl: string };
  secrets.add(new URL(databaseUrl).password);
  const client = new Client(clientOptions(databaseUrl));
  await client.connect();
  await applyMigrations(client, readMigrations());
  await client.query(readFileSync(join(repositoryRoot, "supabase", "seed.sql"), "utf8"));
  const { ENCRYPTION_KEY = "", JWT_SECRET = "" } = variablesOfService(sandbox.world(), "chisan-prod-api");
  [prodsKey, prodsSessions] = [ENCRYPTION_KEY, JWT_SECRET];
  secrets.add(prodsKey);
  await client.query("create table private.bank_accounts (id integer primary key, iban_encrypted text not null)");
  await client.query("insert into private.bank_accounts values (1, $1)", [encrypted(prodsKey, sealedText)]);
  await client.query("select cron.schedule('nightly', '0 3 * * *', 'select 1')");
  await client.end();
  [counts] = (await query<{ stocks: string; orders: string }>(databaseUrl, "select (select count(*) from stocks) as stocks, (select count(*) from orders) as orders")) as [typeof counts];
  const files = await writer("chisan-prod-api", "chisan-prod-files-gateway");
  await files.put("orders/1/invoice.pdf", invoice);
  await files.put("orders/2/changed.txt", "as in the backup");
  await files.put("orders/3/deleted.txt", "still there in the backup");
  await files.putInParts("scans/한글 1%.bin", [scan.subarray(0, 12 << 20), scan.subarray(12 << 20, 24 << 20), scan.subarray(24 << 20)]);
  // An upload in parts is in the vault when the keeper has heard of it.
  await until("every version in the vault", 60, async () => Object.values((await runningFiles(sandbox.running())).queues).every((waiting) => waiting === 0));
  await works("backup", "run", "--stack", "prod", "--kind", "daily");
  await works("dr", "kit");
  await files.put("orders/2/changed.txt", "changed afterwards");
  await files.delete("orders/3/deleted.txt");
  await files.put("orders/4/later.txt", "made afterwards");
}

/** What of Google's a deletion protection of the provider does not keep: enough that nobody can be served, and no secret be read. */
const googles = ["globalForwardingRule", "targetHttpsProxy", "uRLMap", "backendService", "regionNetworkEndpointGroup", "secretVersion"];

async function disaster(): Promise<void> {
  const running = sandbox.running();
  const world = sandbox.world();
  for (const { type, id } of world.filter(({ type: each, outputs }) => each === "supabase:index/project:Project" && outputs["name"] === "chisan-prod")) await deleteAtVendor(running, "terraform-provider", type, id);
  for (const kind of googles) {
    const lost = world.filter(({ type, outputs }) => type.startsWith("gcp:") && type.endsWith(`/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`) && JSON.stringify(outputs).includes("chisan-sandbox-prod"));
    for (const { type, id } of lost) await deleteAtVendor(running, "gcp", type, id);
  }
  const folder = join(sandbox.paths.state, ".pulumi", "stacks", "chisan");
  for (const name of readdirSync(folder).filter((each) => each.startsWith("prod."))) rmSync(join(folder, name));
}

/** Waits for a moment of a run that still goes on then, and kills the tool there: not what it started. */
async function killAt(what: string, isThen: () => boolean): Promise<void> {
  const started: Started = sandbox.startChisan("dr", "stand-up", "--json");
  let over = false;
  void started.ended.then(() => (over = true));
  await until(what, 280, () => over || isThen());
  if (over) throw new Error(`it was over before it could be killed: ${started.text()}`);
  process.kill(started.pid, "SIGKILL");
  printed += (await started.ended).text;
}

beforeAll(workingDay, 900_000);
afterAll(() => sandbox.dispose());

test("without prod's project, services and state: killed in two phases, typed again, it stands", async () => {
  await disaster();
  await killAt("the middle of provisioning", () => sandbox.world().filter(({ outputs }) => JSON.stringify(outputs).includes("chisan-dr-")).length > 40);
  expect(phaseNow("provision")).toMatchObject({ state: "running", attempts: 1 });
  await killAt("the restore of the database", () => phaseNow("restore-database")?.state === "running");
  const ended = await works("dr", "stand-up", "--json");
  printed += ended.text;
  report = JSON.parse(ended.stdout) as StandUpReport;
  expect(report).toMatchObject({ result: "done", failure: null, target: "sandbox", withinObjective: true, lossWithinObjective: true });
  expect(report.phases.map(({ name, state }) => [name, state])).toEqual(
    ["assess", "recovery-point", "provision", "size-disk", "restore-database", "migrate", "restore-files", "switch", "verify"].map((name) => [name, "done"]),
  );
  expect(report.phases.find(({ name }) => name === "provision")?.attempts).toBeGreaterThan(1);
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.checks.length).toBeGreaterThan(9);
}, 900_000);

test("what was silent is a finding: nothing of it was needed, and nothing made prod's state anew", () => {
  const systems = report.phases.find(({ name }) => name === "assess")?.result?.facts["systems"] as readonly { system: string; answers: boolean }[];
  const silent = systems.filter(({ answers }) => !answers).map(({ system }) => system);
  expect(silent).toEqual(expect.arrayContaining(["web app", "API", "database", "Supabase", "Pulumi state"]));
  expect(readdirSync(join(sandbox.paths.state, ".pulumi", "stacks", "chisan")).filter((name) => name.startsWith("prod."))).toEqual([]);
});

test("the rows are prod's, and nothing acts by itself", async () => {
  const { DATABASE_URL: url = "" } = variablesOfService(sandbox.world(), "chisan-dr-api");
  expect(await query(url, "select (select count(*) from stocks) as stocks, (select count(*) from orders) as orders")).toEqual([counts]);
  expect(await query(url, "select jobname, active from cron.job")).toEqual([{ jobname: "nightly", active: false }]);
  expect(report.todo.join("\n")).toContain("cron job nightly");
});

test("what prod's API encrypted before the disaster is read with what chisan-dr's is given, and with no key that it would have made", async () => {
  const { DATABASE_URL: url = "", ENCRYPTION_KEY: key = "", JWT_SECRET: sessions } = variablesOfService(sandbox.world(), "chisan-dr-api");
  const [row] = await query<{ iban_encrypted: string }>(url, "select iban_encrypted from private.bank_accounts");
  expect(decrypted(key, row?.iban_encrypted ?? "")).toBe(sealedText);
  expect(() => decrypted(randomBytes(32).toString("base64"), row?.iban_encrypted ?? "")).toThrow();
  expect(report.checks.find(({ name }) => name === "encryption key")).toMatchObject({ ok: true, detail: expect.stringMatching(/ are given prod's, generation 1 \(compared by SHA-256\)$/) as string });
  // Sessions belong to the environment: users sign in again.
  expect([sessions?.length, prodsSessions.length]).toEqual([64, 64]);
  expect(sessions).not.toBe(prodsSessions);
});

test("the key is kept encrypted: in the configuration and in the state, and the preview does not show it", async () => {
  const file = join(sandbox.paths.project, "Pulumi.chisan-dr.yaml");
  expect(readFileSync(file, "utf8")).toMatch(/chisan:encryptionKeys:\s+secure: /);
  const plainly = [readFileSync(file, "utf8"), (await sandbox.pulumi(["stack", "export", "--stack", "chisan-dr"])).text, (await sandbox.pulumi(["stack", "output", "--json", "--stack", "chisan-dr"])).text];
  plainly.push((await sandbox.pulumi(["preview", "--stack", "chisan-dr", "--diff", "--config-file", file])).text);
  for (const text of plainly) {
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toContain(prodsKey);
  }
  expect((await sandbox.pulumi(["stack", "export", "--stack", "chisan-dr", "--show-secrets"])).text).toContain(prodsKey);
});

test("the files are those of the recovery point, byte for byte", async () => {
  const given = variablesOfService(sandbox.world(), "chisan-dr-api");
  const s3 = s3Client(sandbox.running().s3Url, { accessKeyId: String(given["R2_ACCESS_KEY_ID"]), secretAccessKey: String(given["R2_SECRET_ACCESS_KEY"]) });
  const bucket = String(given["R2_BUCKET_NAME"]);
  try {
    expect((await keysIn(s3, bucket)).sort()).toEqual(["orders/1/invoice.pdf", "orders/2/changed.txt", "orders/3/deleted.txt", "scans/한글 1%.bin"]);
    const digest = (body: Buffer) => createHash("sha256").update(body).digest("hex");
    expect(digest(await bytesOf(s3, bucket, "orders/1/invoice.pdf"))).toBe(digest(invoice));
    expect(digest(await bytesOf(s3, bucket, "scans/한글 1%.bin"))).toBe(digest(scan));
    expect((await bytesOf(s3, bucket, "orders/2/changed.txt")).toString()).toBe("as in the backup");
  } finally {
    s3.destroy();
  }
});

test("typed once more it begins anew, finds everything, and makes nothing twice", async () => {
  const count = sandbox.world().length;
  const again = JSON.parse((await works("dr", "stand-up", "--json")).stdout) as StandUpReport;
  expect(again.id).not.toBe(report.id);
  expect(again.phases.find(({ name }) => name === "provision")?.result?.summary).toMatch(/^no changes/);
  expect(again.phases.find(({ name }) => name === "restore-database")?.result?.summary).toContain("restored by an earlier run");
  expect(again.phases.find(({ name }) => name === "restore-files")?.result?.facts).toMatchObject({ files: 4, copied: 0 });
  expect(sandbox.world().length).toBe(count);
}, 600_000);

test("no secret was printed or kept in a report, and the committed configuration is as it was", () => {
  const { DATABASE_URL: url = "", FILES_GATEWAY_SECRET: key = "", R2_SECRET_ACCESS_KEY: s3 = "" } = variablesOfService(sandbox.world(), "chisan-dr-api");
  for (const secret of [new URL(url).password, key, s3]) secrets.add(secret);
  const folder = join(sandbox.paths.directory, "dr");
  const kept = readdirSync(folder).filter((name) => name.startsWith("stand-up") || name.startsWith("files-")).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    expect(printed).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
  expect(`${printed}${kept}`).not.toMatch(/AGE-SECRET-KEY|signature=/);
  expect(committedConfiguration()).toEqual(before);
});
