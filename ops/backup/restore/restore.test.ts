/** A backup of a database with one of everything, restored by the project's owner, who is no superuser, and compared by dumps of both. */
import { spawnSync } from "node:child_process";
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

async function ask<T extends object>(database: string, sql: string): Promise<T[]> {
  const admin = await target.connect(database);
  try {
    return (await admin.query<T>(sql)).rows;
  } finally {
    await admin.end();
  }
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

describe("what must not happen", () => {
  test("a target that is not empty is refused, by name, and untouched", async () => {
    const database = await freshDatabase();
    const owner = await target.connect(database, "postgres");
    try {
      await owner.query("create table public.theirs (id integer)");
      await expect(restoreBackup(inputFor(database))).rejects.toThrow(/CHI-A066 the test's target is not empty: public\.theirs: /);
      await owner.query("drop table public.theirs; insert into auth.users (id) values (gen_random_uuid())");
      await expect(restoreBackup(inputFor(database))).rejects.toThrow(/CHI-A066 .*rows in auth\.users/);
      await owner.query("delete from auth.users; create schema elsewhere");
      await expect(restoreBackup(inputFor(database))).rejects.toThrow(/CHI-A066 .*schema elsewhere/);
      await owner.query("drop schema elsewhere; select lo_create(5)");
      await expect(restoreBackup(inputFor(database))).rejects.toThrow(/CHI-A066 .*large object 5/);
      const { rows } = await owner.query("select from pg_namespace where nspname = 'chisan_restore'");
      expect(rows).toHaveLength(0);
    } finally {
      await owner.end();
    }
  });

  test("a target of an older major is refused, and untouched", async () => {
    const database = await freshDatabase();
    const { version } = (await ask<{ version: string }>(database, "select current_setting('server_version') as version"))[0] ?? { version: "" };
    const newer = `${Number.parseInt(version, 10) + 1}.2`;
    const manifest = { ...backup.manifest, database: { ...backup.manifest.database, serverVersion: newer } };
    await expect(restoreBackup(inputFor(database, { manifest }))).rejects.toThrow(`CHI-A070 the test's target is PostgreSQL ${version}, the backup is of ${newer}, which an older server cannot hold: take a target with`);
    expect(await ask(database, "select from pg_namespace where nspname = 'chisan_restore'")).toEqual([]);
  });

  test("an extension that the target's server does not have is named, and nothing is touched", async () => {
    const name = "with_extension";
    await createFreshProject(source, name);
    const admin = await source.connect(name);
    // No server here has one that another lacks: one of the source's gets a name that none has.
    await admin.query("create extension citext with schema extensions; update pg_extension set extname = 'chisan_absent' where extname = 'citext'");
    await admin.end();
    const other = new MemoryStore();
    const extended = await writeBackup({ cluster: source, database: name, store: other, id: "20261123T050000Z" });
    const database = await freshDatabase();
    await expect(restoreBackup(inputFor(database, { ...extended, store: other }))).rejects.toThrow(/^CHI-A067 the target's server does not have extension chisan_absent: install it there, or take another target; nothing was touched$/);
    expect(await ask(database, "select from pg_namespace where nspname = 'chisan_restore'")).toEqual([]);
    expect((await restoreBackup(inputFor(database))).doubts).toEqual([]);
  });

  test("a key that was never a recipient is named as such, and appears nowhere", async () => {
    const { generateIdentity } = await import("age-encryption");
    const stranger = await generateIdentity();
    const database = await freshDatabase();
    const error = await restoreBackup(inputFor(database, { identity: stranger })).then(() => undefined, (reason: Error) => reason);
    expect(error?.message).toMatch(/^CHI-A071 the key given is that of age1.* it was never a recipient/);
    expect(error?.message).not.toContain(stranger);
  });

  test("a missing, truncated, flipped or swapped part leaves a target that carries on when the part is back", async () => {
    const database = await freshDatabase();
    const parts = backup.manifest.rows.filter(({ plainBytes }) => plainBytes > 0);
    const key = (index: number) => `database/daily/20261123T030000Z/${parts[index]?.name}`;
    const whole = new Map([...store.objects]);
    const faults: [RegExp, () => void][] = [
      [/CHI-A072 \S+ is not in the bucket/, () => store.objects.delete(key(0))],
      [/CHI-A072 \S+ has \d+ bytes, the manifest says/, () => edit(key(0), (body) => body.subarray(0, body.length - 7))],
      [/CHI-A072 .* another object lies in its place/, () => edit(key(0), (body) => flipped(body, body.length - 20))],
      [/CHI-A072 /, () => store.objects.set(key(0), whole.get(key(1)) as never)],
    ];
    for (const [message, harm] of faults) {
      harm();
      await expect(restoreBackup(inputFor(database))).rejects.toThrow(message);
      for (const [name, object] of whole) store.objects.set(name, object);
    }
    // Damage behind the bucket's back: size and ETag are as they were.
    const rotten = Object.assign(Object.create(store) as MemoryStore, {
      getStream: (name: string) => {
        if (name !== key(0)) return store.getStream(name);
        const other = new MemoryStore();
        other.objects.set(name, { body: flipped(Buffer.from(whole.get(name)?.body ?? []), 400), lastModified: new Date() });
        return other.getStream(name);
      },
    });
    const error = await restoreBackup(inputFor(database, { store: rotten })).then(() => undefined, (reason: Error) => reason);
    expect(error?.message).toContain(key(0));
    expect(error?.message).toMatch(/^CHI-A0/);
    await expect(restoreBackup(inputFor(database, { manifestSha256: "f".repeat(64) }))).rejects.toThrow(/CHI-A065 .* unfinished restore of daily 20261123T030000Z/);
    const report = await restoreBackup(inputFor(database));
    expect(report).toMatchObject({ resumed: true, doubts: [] });
    expect(rowsDump(target, database)).toEqual(rowsDump(source, "source"));
  });

  test("nothing that is printed or thrown holds the target's password", async () => {
    const database = await freshDatabase();
    const report = await restoreBackup(inputFor(database));
    expect(JSON.stringify(report)).not.toContain(canary);
    const wrong = inputFor(database, { targetUrl: `postgresql://postgres:${canary}x@127.0.0.1:${target.port}/${database}` });
    const error = await restoreBackup(wrong).then(() => undefined, (reason: Error) => reason);
    expect(error?.message).toMatch(/^CHI-A054 /);
    expect(`${error?.message} ${error?.stack}`).not.toContain(canary);
  });
});

function edit(key: string, change: (body: Buffer) => Buffer): void {
  const found = store.objects.get(key);
  if (found === undefined) throw new Error(key);
  store.objects.set(key, { ...found, body: change(Buffer.from(found.body)) });
}

function flipped(body: Buffer, at: number): Buffer {
  body[at] = (body[at] ?? 0) ^ 1;
  return body;
}

describe("what would act by itself", () => {
  /** In outline, as the extensions have it: they are not installed here. */
  const platform = `
    create schema supabase_functions;
    create function supabase_functions.http_request() returns trigger language plpgsql as $$ begin return new; end $$;
    grant usage on schema supabase_functions to postgres;`;

  test("webhooks are restored switched off, unless they are wanted", async () => {
    const name = "with_webhook";
    await createFreshProject(source, name);
    const admin = await source.connect(name);
    await admin.query(platform);
    await admin.end();
    const owner = await source.connect(name, "postgres");
    await owner.query("create table public.events (id integer); create trigger hook after insert on public.events for each row execute function supabase_functions.http_request('https://example.invalid', 'POST')");
    await owner.end();
    const other = new MemoryStore();
    const hooked = await writeBackup({ cluster: source, database: name, store: other, id: "20261123T040000Z" });
    for (const enableJobs of [false, true]) {
      const database = await freshDatabase();
      const vendor = await target.connect(database);
      try {
        await vendor.query(platform);
        const report = await restoreBackup(inputFor(database, { ...hooked, store: other, enableJobs }));
        expect(report.doubts).toEqual([]);
        const { rows } = await vendor.query("select tgenabled as enabled from pg_trigger where tgname = 'hook'");
        expect(rows).toEqual([{ enabled: enableJobs ? "O" : "D" }]);
      } finally {
        await vendor.end();
      }
    }
  });
});

test("a target that was changed while it was restored is a doubt, and the restore stays unfinished", async () => {
  const database = await freshDatabase();
  const changes = `
    delete from public.opened;
    drop policy reports_read on warehouse.parents;
    alter table public.users disable row level security;
    select setval('warehouse.tickets', 1000);
    grant select on public.orders to anon;
    create table public.stranger (id integer);
    select lo_unlink(70002);`;
  const onPhase = (phase: string) => {
    // As it begins: nothing of the comparison has run.
    if (phase !== "comparison") return;
    const env = { ...process.env, PGHOST: target.socketDirectory, PGPORT: String(target.port), PGUSER: "supabase_admin", PGDATABASE: database };
    expect(spawnSync(`${target.binaries}/psql`, ["-XqAt", "-v", "ON_ERROR_STOP=1"], { env, input: changes }).status).toBe(0);
  };
  const { doubts } = await restoreBackup(inputFor(database, { onPhase }));
  for (const doubt of [
    "public.opened has 0 rows, the manifest says 1",
    "policy warehouse.parents reports_read is missing in the target",
    "row security public.users is missing in the target",
    "sequence warehouse.tickets gives 1003 next, the manifest says 11",
    "acl public.TABLE orders differs",
    "table public.stranger is in the target and not in the backup",
    "there are 1 large objects, the manifest says 2",
  ]) {
    expect(doubts).toContainEqual(expect.stringContaining(doubt));
  }
  const again = await restoreBackup(inputFor(database));
  expect(again).toMatchObject({ resumed: true });
  expect(again.doubts.length).toBeGreaterThan(0);
});
