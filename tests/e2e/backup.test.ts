/** Issue 6's "done when" for the database: backed up, destroyed, restored by the runbook's own commands, and compared by a program that is none of ours. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Client } from "pg";
import { ObjectStore } from "../../ops/backup/object-store/object-store";
import { deleteAtVendor } from "../../ops/dr/drill/vendor-hand";
import { prepareDatabase } from "../../ops/seed/prepare-database";
import { repositoryRoot } from "../../sandbox/control/paths";
import { clientOptions } from "../../supabase/client-options";
import { findPostgresClient } from "../../supabase/postgres-binaries";
import { hardRows } from "./support/hard-rows";
import { processesStartedWith, start, until, type Ended, type Started } from "./support/processes";
import { ageProgram, blocksBelow } from "./support/runbook";
import { TestSandbox } from "./support/test-sandbox";

const runbook = "docs/runbooks/restore-from-export.md";
const binaries = findPostgresClient();

interface Outputs {
  readonly databaseUrl: string;
  readonly supabaseProject: string;
  readonly backupsBucket: string;
  readonly backupsReader: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly backupsWriter: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A database as plain `pg_dump` and the catalogue tell it. */
interface Picture {
  readonly schema: string[];
  readonly rows: string[];
  readonly roles: unknown[];
}

const sandbox = new TestSandbox();
/** All that was printed, by every command: no secret may be in it. */
const printed: string[] = [];
const secrets = new Set<string>();
let staging: Outputs;
let before: Picture;
let point: string;

afterAll(() => sandbox.dispose());

/** A command, by its words, and what it printed. */
async function chisan(...args: string[]): Promise<Ended> {
  const ended = await sandbox.chisan(...args);
  printed.push(ended.text);
  return ended;
}

/** @throws with all that was printed unless it ends with 0 */
async function works(...args: string[]): Promise<Ended> {
  const ended = await chisan(...args);
  if (ended.code !== 0) throw new Error(`chisan ${args.join(" ")} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
  return ended;
}

/** The outputs of a stack; what is secret in them, and its private key, goes to the list of what nobody may see. */
async function outputsOf(stack: string): Promise<Outputs> {
  const ended = await sandbox.chisan("output", stack, "--json", "--show-secrets");
  const outputs = JSON.parse(ended.stdout) as Outputs;
  secrets.add(new URL(outputs.databaseUrl).password);
  for (const { secretAccessKey } of [outputs.backupsReader, outputs.backupsWriter]) secrets.add(secretAccessKey);
  const identity = (await sandbox.pulumi(["config", "get", "chisan:backupIdentity", "--stack", stack])).stdout.trim();
  expect(identity).toMatch(/^AGE-SECRET-KEY-1/);
  secrets.add(identity);
  return outputs;
}

/** Of libpq, for its own programs. */
function libpq(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url);
  return { ...sandbox.environment, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1), PGSSLMODE: "require" };
}

function program(name: string, args: readonly string[], url: string, input?: string): string {
  const { status, stdout, stderr } = spawnSync(join(binaries, name), args, { env: libpq(url), input, encoding: "utf8", maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")}: ${stderr}`);
  return stdout;
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

/**
 * What a restore must not change. Left aside, and why: the vault's rows, which no backup can have; the platform's own bookkeeping and
 * passing rows (auth.schema_migrations and the like), which a new project has in its own version; whether a cron job is active, since a
 * restored database does nothing by itself, and its port, which is the server's; `\restrict`'s token, random in every dump. Objects are
 * sorted by name and the lines of one COPY and of one access list by text: neither order means anything, and PostgreSQL promises none.
 */
function pictureOf(url: string, roles: unknown[]): Picture {
  const left = ["vault.secrets", "auth.schema_migrations", "storage.migrations", "cron.job_run_details", "cron.job"].map((table) => `--exclude-table-data=${table}`);
  const entries = (args: string[]) =>
    program("pg_dump", args, url)
      .replace(/^\\(un)?restrict .*$/gm, "")
      .split(/^--\n(?=-- (?:Data for )?Name: )/m)
      .slice(1)
      .map((text) => text.replace(/\n--\n-- PostgreSQL database dump complete[^]*$/, "").trim())
      .map((text) => (/; Type: (DEFAULT )?ACL;/.test(text) || /^COPY /m.test(text) ? text.split("\n").sort().join("\n") : text))
      .sort();
  return { schema: entries(["--schema-only"]), rows: entries(["--data-only", "--blobs", ...left]), roles };
}

async function picture(url: string): Promise<Picture> {
  const roles = await query(
    url,
    `select r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolbypassrls, r.rolconfig,
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid order by 1) as member_of
     from pg_roles r where r.rolname !~ '^pg_' order by 1`,
  );
  return pictureOf(url, roles);
}

const cronJobs = (url: string) => query(url, "select jobname, schedule, command, database, username, active from cron.job order by jobname");

/** Only what differs, so that a failure can be read. */
function differences(one: Picture, other: Picture): Record<string, string[]> {
  const only = (a: readonly unknown[], b: readonly unknown[]) => {
    const there = new Set(b.map((item) => JSON.stringify(item)));
    return a.map((item) => JSON.stringify(item)).filter((item) => !there.has(item)).map((item) => item.slice(0, 600));
  };
  return Object.fromEntries((["schema", "rows", "roles"] as const).map((part) => [part, [...only(one[part], other[part]).map((item) => `- ${item}`), ...only(other[part], one[part]).map((item) => `+ ${item}`)]]));
}
const none = { schema: [], rows: [], roles: [] };

function store(): ObjectStore {
  return new ObjectStore({ endpoint: sandbox.running().s3Url, bucket: staging.backupsBucket, ...staging.backupsReader });
}

async function keysBelow(prefix: string): Promise<string[]> {
  const bucket = store();
  const keys: string[] = [];
  try {
    for await (const { key } of bucket.list(prefix)) keys.push(key);
  } finally {
    bucket.close();
  }
  return keys;
}

/** `backup run`, stopped by SIGSTOP when it has its snapshot. @returns its folder in the bucket */
async function startRun(mark: string): Promise<{ run: Started; folder: string }> {
  const args = [join(repositoryRoot, "ops/chisan.cjs"), "backup", "run", "--stack", "staging"];
  const run = start(process.execPath, args, { environment: { ...sandbox.environment, E2E_MARK: mark }, directory: repositoryRoot });
  const folder = await until("the snapshot", 60, () => /^Backup (database\/manual\/\S+)$/m.exec(run.text())?.[1]);
  process.kill(run.pid, "SIGSTOP");
  return { run, folder };
}

const sessionsOfRuns = async () => (await query<{ n: number }>(staging.databaseUrl, "select count(*)::int as n from pg_stat_activity where application_name like 'chisan backup run%' or application_name = 'pg_dump'"))[0]?.n;

describe("a database, backed up and restored", () => {
  beforeAll(async () => {
    await sandbox.operate("up", "staging");
    await sandbox.operate("up", "chisan-dr");
    staging = await outputsOf("staging");
    await prepareDatabase("staging", staging.databaseUrl);
    program("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1"], staging.databaseUrl, hardRows);
    before = await picture(staging.databaseUrl);
    // Guards the comparison itself: what it compares is there.
    const text = `${before.schema.join("\n")}${before.rows.join("\n")}`;
    for (const kind of [/GENERATED ALWAYS AS \(/, /PARTITION OF|ATTACH PARTITION/, /AS ENUM/, /CREATE MATERIALIZED VIEW/, /CREATE POLICY/, /lowrite|lo_open/, /setval\('hard\.tickets', 8, true\)/, /GENERATED ALWAYS AS IDENTITY/, /EXTENSION IF NOT EXISTS citext/]) {
      expect(text).toMatch(kind);
    }
  });

  test("`backup run`, list, show, and a proof at each depth", async () => {
    const run = JSON.parse((await works("backup", "run", "--stack", "staging", "--kind", "daily", "--json")).stdout) as { id: string; isLatest: boolean; rows: number };
    expect(run).toMatchObject({ isLatest: true });
    expect(run.rows).toBeGreaterThan(200_000);
    point = run.id;
    expect((await works("backup", "list", "--stack", "staging", "--check")).stdout).toMatch(new RegExp(`^${point} +daily .* never`, "m"));
    expect((await works("backup", "show", "latest", "--stack", "staging")).stdout).toContain(`daily ${point} of staging`);
    expect(JSON.parse((await works("backup", "verify", "--stack", "staging", "--depth", "decode", "--json")).stdout)).toMatchObject({ depth: "decode", doubts: [], backup: { id: point } });
  });

  test("the monthly job's command leaves its proof, and no scratch database", async () => {
    const verified = JSON.parse((await works("backup", "verify", "--stack", "staging", "--depth", "restore", "--report", "--json")).stdout) as { doubts: string[]; report: string };
    expect(verified).toMatchObject({ depth: "restore", doubts: [], report: expect.stringMatching(/^reports\/restore-test\/\d{8}T\d{6}Z\/$/) as string });
    expect((await keysBelow("reports/restore-test/")).filter((key) => key.startsWith(verified.report)).length).toBeGreaterThan(0);
    expect((await works("backup", "list", "--stack", "staging")).stdout).toMatch(new RegExp(`^${point} +daily .*restore`, "m"));
    expect(await query(staging.databaseUrl, "select datname from pg_database where not datistemplate")).toEqual([{ datname: "postgres" }]);
  });

  test("a second run at once is refused; the first ends well", async () => {
    const { run, folder } = await startRun("held");
    let second: Ended;
    try {
      second = await chisan("backup", "run", "--stack", "staging");
    } finally {
      process.kill(run.pid, "SIGCONT");
    }
    expect([second.code, second.text]).toEqual([1, expect.stringMatching(/^CHI-A031 .*already running/m)]);
    const first = await run.ended;
    printed.push(first.text);
    expect([first.code, first.text]).toEqual([0, expect.stringContaining(folder)]);
    expect(await keysBelow(folder)).toContain(`${folder}manifest.json`);
  });

  test("kill -9 of a run leaves no manifest, no process and no session; the former backup stays the latest, and the next run works", async () => {
    const latest = (await works("backup", "show", "latest", "--stack", "staging", "--json")).stdout;
    const { run, folder } = await startRun("killed-run");
    expect(processesStartedWith("E2E_MARK=killed-run")).toContain(run.pid);
    process.kill(run.pid, "SIGKILL");
    const ended = await run.ended;
    printed.push(ended.text);
    expect(ended.signal).toBe("SIGKILL");
    await until("every process of the run to end", 60, () => processesStartedWith("E2E_MARK=killed-run").length === 0);
    await until("the run's sessions to end", 60, async () => (await sessionsOfRuns()) === 0);
    expect(await keysBelow(folder)).not.toContain(`${folder}manifest.json`);
    expect((await works("backup", "show", "latest", "--stack", "staging", "--json")).stdout).toBe(latest);
    expect(JSON.parse((await works("backup", "verify", "--stack", "staging", "--json")).stdout)).toMatchObject({ doubts: [] });
    expect(JSON.parse((await works("backup", "run", "--stack", "staging", "--json")).stdout)).toMatchObject({ isLatest: true });
  });

  test("Ctrl-C of a run: 130, one line, no manifest, no session; the former backup stays the latest", async () => {
    const latest = (await works("backup", "show", "latest", "--stack", "staging", "--json")).stdout;
    const { run, folder } = await startRun("interrupted-run");
    run.interrupt();
    process.kill(run.pid, "SIGCONT");
    const ended = await run.ended;
    printed.push(ended.text);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([130, "", expect.stringMatching(/^CHI-A036 interrupted \(SIGINT\): nothing counts as a backup, .*; run the same command again\n$/m)]);
    await until("the run's sessions to end", 60, async () => (await sessionsOfRuns()) === 0);
    expect(processesStartedWith("E2E_MARK=interrupted-run")).toEqual([]);
    expect(await keysBelow(folder)).not.toContain(`${folder}manifest.json`);
    expect((await works("backup", "show", "latest", "--stack", "staging", "--json")).stdout).toBe(latest);
  });

  test("a database that is not empty is refused, and is not touched", async () => {
    const ended = await chisan("backup", "restore", "--stack", "staging", "--recovery-point", "latest", "--to-stack", "staging", "--yes");
    expect([ended.code, ended.text]).toEqual([1, expect.stringMatching(/^CHI-A066 staging is not empty/m)]);
    expect(differences(before, await picture(staging.databaseUrl))).toEqual(none);
  });

  test("Ctrl-C and kill -9 of a restore, typed again by the runbook: chisan-dr equals staging, which then is destroyed and restored itself", async () => {
    const dr = await outputsOf("chisan-dr");
    const typed = ["backup", "restore", "--stack", "staging", "--recovery-point", "latest", "--to-stack", "chisan-dr", "--yes", "--jobs", "16"];
    const restore = sandbox.startChisan(...typed);
    const watcher = new Client(clientOptions(dr.databaseUrl));
    await watcher.connect();
    await until("the restore to have begun", 60, async () => {
      const { rows } = await watcher.query<{ there: boolean }>("select to_regclass('hard.big') is not null as there");
      return rows[0]?.there;
    });
    await watcher.end();
    restore.interrupt();
    const interrupted = await restore.ended;
    printed.push(interrupted.text);
    expect([interrupted.code, interrupted.stdout]).toEqual([130, ""]);
    expect(interrupted.stderr).toMatch(/^CHI-A081 interrupted \(SIGINT\): what is done stays done: type the same command again, it goes on where it ended\n$/m);

    const again = sandbox.startChisan(...typed);
    await until("the restore to go on", 60, () => /^rows, indexes, constraints$/m.test(again.text()));
    process.kill(again.pid, "SIGKILL");
    const killed = await again.ended;
    printed.push(killed.text);
    expect(killed.signal).toBe("SIGKILL");
    expect(await query(dr.databaseUrl, "select count(*)::int as n from chisan_restore.run")).toEqual([{ n: 1 }]);

    const into = await runBlocks("1.", "2.", "3b.", "4.");
    expect(into).toMatch(/restored, and equal to the backup/);
    expect(into).toMatch(/carried on from an earlier run/);
    expect(into).toContain("e2e-nightly");
    expect(differences(before, await picture(dr.databaseUrl))).toEqual(none);
    expect(await query(dr.databaseUrl, "select to_regnamespace('chisan_restore') as left")).toEqual([{ left: null }]);
    expect(await cronJobs(dr.databaseUrl)).toEqual((await cronJobs(staging.databaseUrl)).map((job) => ({ ...job, active: false })));
  });

  test("the project is deleted at the vendor: the runbook brings it back, and by hand it can be read too", async () => {
    const jobs = await cronJobs(staging.databaseUrl);
    expect(jobs).toEqual([expect.objectContaining({ jobname: "e2e-nightly", active: true })]);
    // As somebody does in the dashboard: the vendor has it no more, and Pulumi is not told.
    const project = sandbox.state("staging").resources.find(({ type }) => type === "supabase:index/project:Project");
    await deleteAtVendor(sandbox.running(), "terraform-provider", "supabase:index/project:Project", project?.id ?? "");
    await until("the database to be gone", 60, () => query(staging.databaseUrl, "select 1").then(() => false, () => true));

    const into = await runBlocks("1.", "2.", "3a.", "4.", "LAST RESORT");
    expect(into).toMatch(/of staging into postgres@[\d.:]+\/postgres: restored, and equal to the backup/);
    const rebuilt = await outputsOf("staging");
    expect(rebuilt.supabaseProject).not.toBe(staging.supabaseProject);
    expect(differences(before, await picture(rebuilt.databaseUrl))).toEqual(none);
    expect(await cronJobs(rebuilt.databaseUrl)).toEqual(jobs.map((job) => ({ ...job, active: false })));

    expect(into).toMatch(/^same\|hard\.big\|200000$/m);
    expect(into).toMatch(/^same\|auth\.users\|12$/m);
    expect(into.match(/^(DIFFERENT|NOT LOADED).*$/gm) ?? []).toEqual([]);
    const byHand = new URL(rebuilt.databaseUrl);
    byHand.pathname = "/by_hand";
    const objects = "select loid::int, length(lo_get(loid))::int as bytes from (select oid as loid from pg_largeobject_metadata) as l order by 1";
    expect(await query(byHand.href, objects)).toEqual([{ loid: 70001, bytes: 65000 }, { loid: 70002, bytes: 0 }]);
    expect(await query(byHand.href, "select last_value::int from hard.tickets")).toEqual([{ last_value: 8 }]);
  });

  test("no password, key or private key was printed by anything, nor a warning of Node's", () => {
    expect(secrets.size).toBeGreaterThanOrEqual(8);
    const all = printed.join("\n");
    expect(all).not.toMatch(/MaxListeners|\(node:\d+\)/);
    expect(all.length).toBeGreaterThan(3000);
    expect([...secrets].filter((secret) => all.includes(secret))).toEqual([]);
  });
});

/** The document's blocks below these headings, as they stand, in one shell; an error ends it. @returns all that was printed */
async function runBlocks(...headings: string[]): Promise<string> {
  const script = ["set -uo pipefail", ...headings.map((heading) => blocksBelow(runbook, heading))].join("\n");
  const path = `${ageProgram(join(sandbox.directory, "bin"))}:${process.env["PATH"]}`;
  const ended = await sandbox.bash(script, { more: { PATH: path } });
  printed.push(ended.text);
  if (ended.code !== 0) throw new Error(`the runbook's blocks ${headings.join(" ")} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
  return ended.text;
}
