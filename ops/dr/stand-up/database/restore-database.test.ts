/** The database's part of a stand-up on real PostgreSQL and S3: chosen, restored, recognised when it is repeated, migrated, checked. */
import { generateX25519Identity } from "age-encryption";
import { createFreshProject, startProjectCluster } from "../../../backup/restore/test-support/rich-database";
import { canary, startTestProject, type TestProject } from "../../../backup/run/test-support/project";
import type { Manifest } from "../../../backup/format/manifest";
import type { PostgresCluster } from "../../../../supabase/test-support/postgres";
import { readMigrations } from "../../../../supabase/migrations";
import type { PhaseResult, PhaseSituation } from "../../phases/phase";
import { chooseRecoveryPoint, latestVerified, lossWindowSeconds } from "../assess/recovery-point";
import { recoveryPointPhase } from "../assess/recovery-point-phase";
import { runChecks } from "../verify/check";
import { databaseChecks } from "../verify/database-checks";
import { migratePhase } from "./migrate";
import { restoreDatabasePhase } from "./restore-database";

let prod: TestProject;
let target: PostgresCluster;
let manifest: Manifest;
const results = new Map<string, PhaseResult>();
const said: string[] = [];
let damaged = 0;
const situation: PhaseSituation = { results, say: (text) => said.push(text), signal: new AbortController().signal };

beforeAll(async () => {
  [prod, target] = await Promise.all([startTestProject(), startProjectCluster()]);
  const admin = await target.connect();
  await admin.query(`alter role postgres password '${canary}'`);
  await admin.end();
  const owner = await prod.cluster.connect("project", "postgres");
  await owner.query("select cron.schedule('stand-up-nightly', '0 3 * * *', 'select 1')");
  await allowWebhooks(prod.cluster, "project");
  await owner.query("create table public.stand_up_events (id int); create trigger hook after insert on public.stand_up_events for each row execute function supabase_functions.http_request('https://example.invalid', 'POST')");
  await owner.end();
  ({ manifest } = await prod.backup({ stack: "prod", kind: "daily" }));
  results.set("recovery-point", await recoveryPointPhase(() => chooseRecoveryPoint(prod.store, latestVerified, prod.identity)).run(situation));
  await createFreshProject(target, "stood_up");
  await allowWebhooks(target, "stood_up");
}, 300_000);
afterAll(async () => {
  await Promise.all([prod.stop(), target.stop()]);
});

/** As a project has it where webhooks were switched on in the dashboard. */
async function allowWebhooks(cluster: PostgresCluster, database: string): Promise<void> {
  const admin = await cluster.connect(database);
  await admin
    .query("create schema supabase_functions; grant usage on schema supabase_functions to postgres; create function supabase_functions.http_request() returns trigger language plpgsql as $$ begin return new; end $$")
    .finally(() => admin.end());
}

const urlOf = (database: string) => `postgresql://postgres:${canary}@127.0.0.1:${target.port}/${database}`;
const phaseFor = (database: string) => restoreDatabasePhase({ shelf: prod.store, identity: prod.identity, targetUrl: () => Promise.resolve(urlOf(database)), cloud: false, estimateSeconds: 1, connections: 2 });

async function ask<T extends object>(database: string, sql: string): Promise<T[]> {
  const owner = await target.connect(database, "postgres");
  try {
    return (await owner.query<T>(sql)).rows;
  } finally {
    await owner.end();
  }
}

describe("the recovery point", () => {
  test("the newest that can be restored; a newer one with an object missing is passed over and named", async () => {
    const id = "20991231T000000Z";
    await prod.store.put(`database/daily/${id}/manifest.json`, JSON.stringify({ ...manifest, id }));
    const found = await chooseRecoveryPoint(prod.store, latestVerified, prod.identity);
    expect(found.manifest.id).toBe(manifest.id);
    expect(found.passedOver).toEqual([expect.stringMatching(`^daily ${id}: .*is not in the bucket`)]);
    await expect(chooseRecoveryPoint(prod.store, id, prod.identity)).rejects.toThrow(/^CHI-A072 .*is not in the bucket.*--recovery-point latest-verified/);
    await prod.store.delete(`database/daily/${id}/manifest.json`);
  });

  test("another environment's backup is none of prod's", async () => {
    const id = "20991231T000001Z";
    await prod.store.put(`database/manual/${id}/manifest.json`, JSON.stringify({ ...manifest, id, kind: "manual", stack: "staging" }));
    expect((await chooseRecoveryPoint(prod.store, latestVerified, prod.identity)).passedOver).toEqual([`manual ${id}: it is a backup of staging`]);
    await prod.store.delete(`database/manual/${id}/manifest.json`);
  });

  test("a key that was never a recipient opens nothing: told before anything is made, without the key", async () => {
    const stranger = await generateX25519Identity();
    const refused = chooseRecoveryPoint(prod.store, latestVerified, stranger);
    await expect(refused).rejects.toThrow(/^CHI-H040 .*never a recipient/);
    await expect(refused).rejects.not.toThrow(stranger);
  });

  test("what a restore loses is counted from the snapshot", () => {
    expect(lossWindowSeconds({ manifest }, new Date(Date.parse(manifest.snapshotAt) + 90_000))).toBe(90);
  });
});

describe("restored, in order", () => {
  test("into the fresh project, equal to the backup, its jobs switched off and listed", async () => {
    const result = await phaseFor("stood_up").run(situation);
    expect(result.summary).toMatch(/^\d+ tables, \d+ rows, equal to the backup, 2 jobs and webhooks switched off$/);
    expect(result.facts["switchedOff"]).toEqual(["cron job stand-up-nightly", "webhook hook on stand_up_events"]);
    expect(await ask("stood_up", "select active from cron.job")).toEqual([{ active: false }]);
    results.set("restore-database", result);
  });

  test("repeated, as after a kill between its end and the journal: its own work is recognised, and not touched", async () => {
    const result = await phaseFor("stood_up").run(situation);
    expect(result.summary).toMatch(/restored by an earlier run and counted anew, 2 jobs and webhooks switched off$/);
    expect(result.facts["rows"]).toBe(results.get("restore-database")?.facts["rows"]);
  });

  test("migrations of the checkout that the backup does not have are applied once", async () => {
    const late = { version: "20991231000000", name: "add_stand_up_mark", statements: ["create table private.stand_up_mark (id int primary key)"], rollback: { name: "drop", statements: ["drop table private.stand_up_mark"] } };
    const phase = migratePhase({ targetUrl: () => Promise.resolve(urlOf("stood_up")), migrations: [...readMigrations(), late] });
    expect((await phase.run(situation)).facts["applied"]).toEqual(["20991231000000_add_stand_up_mark"]);
    expect((await phase.run(situation)).summary).toMatch(/^none is pending/);
  });

  test("every check of the database holds", async () => {
    const client = await target.connect("stood_up", "postgres");
    try {
      const checks = databaseChecks({ client, manifest, migrated: ["20991231000000_add_stand_up_mark"], companyDomain: "chisanpaper.com" });
      const found = await runChecks(checks, () => undefined, situation.signal);
      // The test's project has two tables that are open to everybody: they are found.
      expect(found.filter(({ ok }) => !ok)).toEqual([{ name: "row level security", ok: false, detail: "off, or not forced, on opened, stand_up_events" }]);
      expect(found.map(({ name }) => name)).toEqual(["row counts", "critical table stocks", "critical table orders", "row level security", "login rule", "nothing acts by itself"]);
    } finally {
      await client.end();
    }
  });

  test.each([
    ["row counts", "insert into public.warehouses (code, name, city) values ('ZZX-01', 'x', 'x')", /public\.warehouses has \d+ rows, the manifest \d+/],
    ["row counts", "alter table public.stocks rename to stocks_once", /public\.stocks has no table and so no rows/],
    ["critical table stocks", "drop table public.stocks", /does not exist/],
    ["row level security", "alter table public.orders disable row level security", /orders/],
    ["row level security", "drop table public.opened, public.stand_up_events cascade; grant select on public.orders to anon", /anon may use .*orders/],
    ["login rule", "insert into private.signup_domains values ('*')", /outsider@example\.com may sign up/],
    ["login rule", "delete from private.signup_domains", /somebody@chisanpaper\.com may not sign up/],
    ["nothing acts by itself", "update cron.job set active = true", /cron job stand-up-nightly would act/],
    ["nothing acts by itself", "alter table public.stand_up_events enable trigger hook", /webhook hook on stand_up_events would act/],
  ])("%s: broken by %s, it is found", async (name, sql, words) => {
    const database = `damaged_${(damaged += 1)}`;
    const admin = await target.connect();
    await admin.query(`create database ${database} template stood_up owner postgres`).finally(() => admin.end());
    const [breaker, client] = [await target.connect(database), await target.connect(database, "postgres")];
    try {
      await breaker.query("set session_replication_role = replica");
      await breaker.query(sql);
      const checks = databaseChecks({ client, manifest, migrated: [], companyDomain: "chisanpaper.com" });
      await expect(checks.find((each) => each.name === name)?.run()).rejects.toThrow(words);
    } finally {
      await Promise.all([breaker.end(), client.end()]);
    }
  });
});

test("a critical table whose rows are not those of the manifest is named by itself", async () => {
  const client = await target.connect("stood_up", "postgres");
  const other = { ...manifest, tables: { ...manifest.tables, "public.orders": (manifest.tables["public.orders"] ?? 0) + 1 } };
  const checks = databaseChecks({ client, manifest: other, migrated: [], companyDomain: "chisanpaper.com" });
  await expect(checks.find(({ name }) => name === "critical table orders")?.run().finally(() => client.end())).rejects.toThrow(/^\d+ rows, the manifest \d+$/);
});

test("a database that holds something else is refused with what differs, and not touched", async () => {
  await createFreshProject(target, "forgotten");
  await ask("forgotten", "create table public.somebodys (id int)");
  await expect(phaseFor("forgotten").run(situation)).rejects.toThrow(/^CHI-H062 .*holds something else than daily .*destroy chisan-dr/);
  expect(await ask("forgotten", "select to_regclass('public.orders') as orders, to_regclass('public.somebodys')::text as own")).toEqual([{ orders: null, own: "somebodys" }]);
});

test("the backup that was chosen and is gone is told", async () => {
  const gone = { ...results.get("recovery-point"), summary: "", facts: { ...results.get("recovery-point")?.facts, manifestSha256: "0".repeat(64) } };
  await expect(phaseFor("stood_up").run({ ...situation, results: new Map([["recovery-point", gone]]) })).rejects.toThrow(/^CHI-H060 .*is another one now/);
});

test("nothing that was said or kept holds the password or the key", () => {
  const all = JSON.stringify([said, [...results]]);
  expect(all).not.toContain(canary);
  expect(all).not.toContain("AGE-SECRET-KEY");
});
