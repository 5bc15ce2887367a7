/** A backup that is whole passes at each depth; each kind of damage is a doubt that names the object. */
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { MemoryStore } from "../restore/test-support/memory-store";
import { createRichProject, startProjectCluster } from "../restore/test-support/rich-database";
import { startPostgres } from "../../../supabase/test-support/postgres";
import { type WrittenBackup, writeBackup } from "../restore/test-support/write-backup";
import type { Depth } from "./proof";
import { strangersLine, verificationWords } from "./report-words";
import { type VerifyInput, verifyBackup } from "./verify-backup";

let source: PostgresCluster;
/** Plain PostgreSQL: not one of Supabase's roles. */
let plain: PostgresCluster;
let backup: WrittenBackup;
const store = new MemoryStore();
const folder = "database/daily/20261123T030000Z/";
const canary = "canary-77aa";

beforeAll(async () => {
  source = await startProjectCluster();
  plain = await startPostgres();
  await createRichProject(source, "source");
  backup = await writeBackup({ cluster: source, database: "source", store, id: "20261123T030000Z", roles: "create role chisan_reports nologin;\ncreate role chisan_metrics nologin;\n" });
  const admin = await plain.connect();
  await admin.query(`create role tester login createdb createrole password '${canary}'`);
  await admin.query("create database tests owner tester");
  await admin.end();
});

afterAll(async () => {
  await source.stop();
  await plain.stop();
});

function inputFor(depth: Depth, more: Partial<VerifyInput> = {}): VerifyInput {
  const scratchUrl = `postgresql://tester:${canary}@127.0.0.1:${plain.port}/tests`;
  return { store, ...backup, depth, scratchUrl, connections: 2, binaries: plain.binaries, onBytes: () => undefined, onPhase: () => undefined, ...more };
}

async function leftOnServer(): Promise<unknown[]> {
  const admin = await plain.connect();
  try {
    const { rows } = await admin.query("select datname as name from pg_database where datname like 'chisan%' union all select rolname from pg_roles where rolname in ('anon', 'chisan_reports', 'chisan_metrics')");
    return rows;
  } finally {
    await admin.end();
  }
}

test.each(["hashes", "decode"] as const)("a whole backup passes by %s", async (depth) => {
  const result = await verifyBackup(inputFor(depth));
  expect(result).toMatchObject({ doubts: [], rows: null, objects: backup.manifest.rows.length + 3 });
});

test("a whole backup passes by restore on a plain server, by a role that is no superuser, and leaves nothing there", async () => {
  const result = await verifyBackup(inputFor("restore"));
  expect(result.doubts).toEqual([]);
  expect(result.rows).toBe(Object.values(backup.manifest.tables).reduce((sum, count) => sum + count, 0));
  expect(JSON.stringify(result)).not.toContain(canary);
  expect(await leftOnServer()).toEqual([]);
});

test("the scratch database is dropped when the restore fails", async () => {
  const broken = Object.assign(Object.create(store) as MemoryStore, {});
  const part = backup.manifest.rows[0]?.name ?? "";
  let reads = 0;
  broken.getStream = (key: string) => {
    if (key.endsWith(part) && (reads += 1) > 1) throw new Error("CHI-A012 the object store did not answer");
    return store.getStream(key);
  };
  await expect(verifyBackup(inputFor("restore", { store: broken }))).rejects.toThrow("CHI-A012");
  expect(await leftOnServer()).toEqual([]);
});

test("interrupted while it restores, it has proven nothing and leaves nothing on the server", async () => {
  const interruption = new AbortController();
  const onPhase = (phase: string) => {
    if (phase.startsWith("rows")) interruption.abort(new Error("SIGTERM"));
  };
  const error = await verifyBackup(inputFor("restore", { onPhase, signal: interruption.signal })).then(() => undefined, (reason: unknown) => reason);
  expect(error).toMatchObject({ exitCode: 143, message: "CHI-A081 interrupted (SIGTERM): nothing was proven, and no scratch database is left: type the same command again" });
  expect(await leftOnServer()).toEqual([]);
});

describe("damage", () => {
  const whole = new Map<string, { body: Buffer; lastModified: Date }>();
  beforeAll(() => {
    for (const [key, object] of store.objects) whole.set(key, { ...object, body: Buffer.from(object.body) });
  });
  afterEach(() => {
    store.objects.clear();
    for (const [key, object] of whole) store.objects.set(key, { ...object, body: Buffer.from(object.body) });
  });

  test.each(["hashes", "decode"] as const)("every object that is missing, cut, flipped or swapped is named, by %s", async (depth) => {
    const names = [backup.manifest.roles.name, backup.manifest.schema.name, backup.manifest.rest.name, backup.manifest.rows[0]?.name ?? ""];
    for (const name of names) {
      const key = `${folder}${name}`;
      const found = whole.get(key)?.body ?? Buffer.alloc(0);
      const other = whole.get(`${folder}${names[(names.indexOf(name) + 1) % names.length]}`)?.body ?? Buffer.alloc(0);
      const flipped = Buffer.from(found);
      flipped[flipped.length - 3] = (flipped[flipped.length - 3] ?? 0) ^ 4;
      for (const body of [undefined, found.subarray(0, found.length - 1), flipped, other]) {
        if (body === undefined) store.objects.delete(key);
        else store.objects.set(key, { body, lastModified: new Date() });
        const { doubts } = await verifyBackup(inputFor(depth));
        expect(doubts.filter((doubt) => doubt.includes(key)).length).toBeGreaterThan(0);
        store.objects.set(key, { body: found, lastModified: new Date() });
      }
    }
  });

  test.each(["hashes", "restore"] as const)("a stranger in the folder is named, and is no doubt about the backup, by %s", async (depth) => {
    await store.put(`${folder}data/999999.copy.zst.age`, "x");
    const result = await verifyBackup(inputFor(depth));
    expect(result).toMatchObject({ doubts: [], strangers: [`${folder}data/999999.copy.zst.age`], rows: depth === "restore" ? expect.any(Number) as number : null });
    expect(strangersLine(backup.manifest, result)).toMatch(/^CHI-A083 daily 20261123T030000Z is sound and can be restored, but 1 object that is none of it lies in its folder \(database\/daily\/20261123T030000Z\/data\/999999/);
    expect(verificationWords(backup.manifest, depth, result, new Date())).toMatch(/\*\*No doubt\*\*[^]*## Strangers in its folder[^]*sound and can be restored[^]*data\/999999/);
    const broken = await verifyBackup(inputFor("hashes", { manifest: { ...backup.manifest, tables: {} } }));
    expect(strangersLine(backup.manifest, broken)).toContain("is in doubt");
    store.objects.delete(`${folder}data/999999.copy.zst.age`);
    expect(strangersLine(backup.manifest, await verifyBackup(inputFor("hashes")))).toBeUndefined();
  });

  test("a manifest whose counts contradict themselves is in doubt", async () => {
    const [first] = backup.manifest.rows;
    const manifest = { ...backup.manifest, tables: { ...backup.manifest.tables, [`${first?.schema}.${first?.table}`]: 1 } };
    const { doubts } = await verifyBackup(inputFor("hashes", { manifest }));
    expect(doubts).toContainEqual(expect.stringContaining(`${first?.schema}.${first?.table} has`));
  });

  test("a number of rows that is not there is a doubt by decode", async () => {
    const rows = backup.manifest.rows.map((part, index) => (index === 0 ? { ...part, rows: part.rows + 1 } : part));
    const { doubts } = await verifyBackup(inputFor("decode", { manifest: { ...backup.manifest, rows } }));
    expect(doubts).toContainEqual(expect.stringContaining(`${folder}${rows[0]?.name} has ${(rows[0]?.rows ?? 0) - 1} rows`));
  });
});

test("a depth that reads needs a key that is a recipient's", async () => {
  await expect(verifyBackup(inputFor("decode", { identity: undefined }))).rejects.toThrow("CHI-A073");
  const { generateIdentity } = await import("age-encryption");
  await expect(verifyBackup(inputFor("decode", { identity: await generateIdentity() }))).rejects.toThrow("CHI-A071");
});
