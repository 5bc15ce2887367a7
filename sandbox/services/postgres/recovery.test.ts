import { mkdtempSync, rmSync, existsSync, renameSync, readFileSync, readdirSync, writeFileSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Archive } from "./archive";
import { readCatalogue } from "./archive-catalogue";
import { Cluster } from "./cluster";
import { createCluster } from "./create-cluster";
import { freePort } from "./free-port";
import { own } from "./owned-files";
import { type RecoverySteps, mendSwap, recover } from "./recovery";

const password = "first-".padEnd(32, "x");
// Each test makes a cluster, on machines that are busy with other things.
jest.setTimeout(180_000);

let templates: string;
let home: string;
let cluster: Cluster;
let archive: Archive;
let told: string[];
let succeeded: number;

const steps: RecoverySteps = {
  reapply: (of) => of.setOwnerPassword(password),
  succeeded: async () => void succeeded++,
  notify: (text) => void told.push(text),
};

beforeAll(() => {
  templates = mkdtempSync(join(tmpdir(), "chisan-pitr-templates-"));
  own(templates);
});
afterAll(() => rmSync(templates, { recursive: true, force: true }));
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "chisan-pitr-"));
  own(home);
  told = [];
  succeeded = 0;
  // A quote, a space and a per cent sign in the path: all three mean something to the shell or to PostgreSQL.
  cluster = await createCluster({ directory: join(home, "it's 100%"), port: await freePort(), password, templates, durable: false });
  archive = new Archive(cluster);
  cluster.settings = archive.settings();
  await cluster.start();
});
afterEach(async () => {
  await cluster.remove();
  rmSync(home, { recursive: true, force: true });
});

async function sql<Row extends object = Record<string, unknown>>(text: string): Promise<Row[]> {
  const client = await cluster.connect("postgres", "postgres", password);
  try {
    const result = (await client.query(text)) as unknown as { rows: Row[] } | Array<{ rows: Row[] }>;
    return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
  } finally {
    await client.end();
  }
}

/** A whole second that lies after all that is committed and before all that comes. */
async function moment(): Promise<number> {
  const at = Math.ceil((Date.now() + 50) / 1000) * 1000;
  await sleep(at - Date.now() + 50);
  return at;
}

async function numbers(): Promise<number[]> {
  return (await sql<{ n: number }>("select n from numbers order by n")).map(({ n }) => n);
}

test("a dropped table is back with exactly the rows of the moment, and the next recovery follows the new branch", async () => {
  await sql("create table numbers (n int primary key, note text default repeat('x', 100)); insert into numbers select generate_series(1, 1000)");
  await archive.enable();
  await sql("update numbers set n = n + 5000 where n > 990");
  const good = await moment();
  await sql("insert into numbers values (7777)");
  await sql("drop table numbers");
  const before = await sql("select pg_postmaster_start_time() as at");

  await recover(cluster, good, steps);

  expect(await numbers()).toEqual([...Array.from({ length: 990 }, (_, index) => index + 1), ...Array.from({ length: 10 }, (_, index) => 5991 + index)]);
  expect(await sql("select pg_postmaster_start_time() as at")).not.toEqual(before);
  expect([succeeded, told]).toEqual([1, []]);
  // Nothing of the recovery is left, and the next one has a base backup of the new timeline.
  expect(readdirSync(cluster.directory).filter((name) => name.startsWith("data") || name === "recovery.json")).toEqual(["data"]);
  expect(readFileSync(join(cluster.dataDirectory, "postgresql.auto.conf"), "utf8")).not.toMatch(/recovery_target|restore_command|hot_standby/);
  expect(readCatalogue(archive.directory).bases.map(({ timeline }) => timeline)).toEqual([1, 2]);

  // The new branch is archived in its turn, and the old one is not forgotten.
  await sql("insert into numbers values (1111)");
  const second = await moment();
  await sql("truncate numbers");
  await recover(cluster, second, steps);
  expect((await numbers()).includes(1111)).toBe(true);
  await recover(cluster, good, steps);
  expect((await numbers()).length).toBe(1000);
});

test("recovering to what the old branch held after the target of an earlier recovery", async () => {
  await sql("create table numbers (n int)");
  await archive.enable();
  const first = await moment();
  await sql("insert into numbers values (1)");
  const later = await moment();
  await recover(cluster, first, steps);
  expect(await numbers()).toEqual([]);
  await recover(cluster, later, steps);
  expect(await numbers()).toEqual([1]);
});

test("the password of now opens the database as it was before the password was changed", async () => {
  await cluster.setOwnerPassword("an older password");
  await archive.enable();
  const at = await moment();
  await cluster.setOwnerPassword(password);
  await recover(cluster, at, steps);
  expect(await sql("select 1 as one")).toEqual([{ one: 1 }]);
});

test("a moment after which nothing was committed can be recovered too", async () => {
  await sql("create table numbers (n int)");
  await archive.enable();
  await sql("insert into numbers values (1)");
  const at = await moment();
  await recover(cluster, at, steps);
  expect(await numbers()).toEqual([1]);
});

test("a moment before the first base backup is refused and nothing is touched", async () => {
  await sql("create table numbers (n int); insert into numbers values (1)");
  const early = await moment();
  await archive.enable();
  const before = await sql("select pg_postmaster_start_time() as at");
  await expect(recover(cluster, early, steps)).rejects.toThrow(/^CHI-A100 /);
  expect(await sql("select pg_postmaster_start_time() as at")).toEqual(before);
  expect(archive.window(7, Date.now())?.earliest ?? Infinity).toBeGreaterThan(early / 1000);
});

test.each([
  ["a WAL file is missing", () => {
    rmSync(join(archive.directory, "wal", String(readCatalogue(archive.directory).bases[0]?.startSegment)));
  }],
  ["the base backup is damaged", () => {
    const [base] = readCatalogue(archive.directory).bases;
    rmSync(join(archive.baseDirectory(base as { id: string }), "global"), { recursive: true });
  }],
  ["the base backup is gone", () => rmSync(join(archive.directory, "base"), { recursive: true })],
])("a recovery that fails because %s puts the data of before back", async (_what, damage) => {
  await sql("create table numbers (n int)");
  await archive.enable();
  const at = await moment();
  await sql("insert into numbers values (1), (2)");
  damage();
  await expect(recover(cluster, at, steps)).rejects.toThrow(/^CHI-A102 .* the data of before are back /);
  expect(await numbers()).toEqual([1, 2]);
  expect(succeeded).toBe(0);
  expect(readdirSync(cluster.directory).filter((name) => name.startsWith("data"))).toEqual(["data"]);
});

test("an archive that cannot take the present is noticed before anything is stopped", async () => {
  await sql("create table numbers (n int)");
  await archive.enable();
  const at = await moment();
  const before = await sql("select pg_postmaster_start_time() as at");
  jest.spyOn(Archive.prototype, "archivePresent").mockRejectedValueOnce(new Error("CHI-A101 the WAL file did not come"));
  await expect(recover(cluster, at, steps)).rejects.toThrow(/^CHI-A101 /);
  expect(await sql("select pg_postmaster_start_time() as at")).toEqual(before);
  jest.restoreAllMocks();
});

describe("interrupted", () => {
  /** Each is what a kill leaves: at which step, and how the folders are then. */
  let at: number;
  beforeEach(async () => {
    await sql("create table numbers (n int); insert into numbers values (1)");
    await archive.enable();
    at = await moment();
    await sql("insert into numbers values (2)");
  });

  test("while the base backup is copied: the recovery begins anew", async () => {
    await cluster.stop();
    writeFileSync(`${cluster.dataDirectory}.recovering`, "half");
    await recover(cluster, at, steps);
    expect(await numbers()).toEqual([1]);
  });

  test("between the two renames: a plain start has the data of before, and the recovery begins anew", async () => {
    await cluster.stop();
    renameSync(cluster.dataDirectory, `${cluster.dataDirectory}.before`);
    mendSwap(cluster);
    await cluster.start();
    expect(await numbers()).toEqual([1, 2]);
    await recover(cluster, at, steps);
    expect(await numbers()).toEqual([1]);
  });

  test("in the replay, and after it: the call for the same moment ends it, and keeps what was written since", async () => {
    const died = new Error("killed");
    const killed = recover(cluster, at, { ...steps, reapply: () => Promise.reject(died) });
    await expect(killed).rejects.toBe(died);
    expect(existsSync(`${cluster.dataDirectory}.before`)).toBe(true);
    await cluster.stop("immediate");
    mendSwap(cluster);
    await cluster.start();
    await cluster.setOwnerPassword(password);
    await sql("insert into numbers values (3)");
    await recover(cluster, at, steps);
    expect(await numbers()).toEqual([1, 3]);
    expect([succeeded, existsSync(`${cluster.dataDirectory}.before`)]).toEqual([1, false]);
  });

  test("in the replay: the call for the same moment ends it", async () => {
    // What a kill leaves while the server replays: the recovery's data directory in place, with its signal, and no server.
    const { stop } = Cluster.prototype;
    const start = jest.spyOn(Cluster.prototype, "start");
    const kill = jest.spyOn(Cluster.prototype, "stop");
    const died = new Error("killed");
    start.mockImplementation(async function (this: Cluster) {
      if (existsSync(`${this.dataDirectory}.before`)) throw died;
    });
    kill.mockImplementation(function (this: Cluster, mode) {
      return mode === "immediate" ? Promise.reject(died) : stop.call(this);
    });
    await recover(cluster, at, steps).catch(() => undefined);
    jest.restoreAllMocks();
    expect([existsSync(`${cluster.dataDirectory}.before`), existsSync(join(cluster.dataDirectory, "recovery.signal")), cluster.isRunning()]).toEqual([true, true, false]);
    mendSwap(cluster);
    await recover(cluster, at, steps);
    expect([await numbers(), succeeded]).toEqual([[1], 1]);
  });
});

describe("the archive", () => {
  test("refuses to overwrite, takes the same file again, and copies nothing while it is off", async () => {
    const { archive_command: command = "" } = archive.settings();
    const source = join(home, "segment");
    const archived = join(archive.directory, "wal", "000000010000000000000099");
    const { spawnSync } = await import("node:child_process");
    const take = (content: string): number | null => {
      writeFileSync(source, content);
      const line = command.replaceAll('"$PWD/%p"', `'${source}'`).replaceAll("%f", "000000010000000000000099").replaceAll("%%", "%");
      return spawnSync("sh", ["-c", line]).status;
    };
    expect([take("one"), existsSync(archived)]).toEqual([0, false]);
    writeFileSync(join(archive.directory, "enabled"), "");
    expect([take("one"), existsSync(archived)]).toEqual([0, true]);
    expect(take("one")).toBe(0);
    expect(take("two")).not.toBe(0);
    // A copy that a kill cut off does not hinder the next.
    rmSync(archived);
    writeFileSync(join(archive.directory, "wal", ".000000010000000000000099"), "ha");
    expect([take("one"), readdirSync(join(archive.directory, "wal"))]).toEqual([0, ["000000010000000000000099"]]);
  });

  test("the window moves on without anybody's help when something was written, by a limit below the RPO of a minute", async () => {
    await archive.enable();
    expect(Number(archive.settings().archive_timeout)).toBeLessThan(60);
    const latest = archive.window(7, Date.now())?.latest ?? 0;
    await sql("create table numbers (n int); insert into numbers values (1)");
    while ((archive.window(7, Date.now())?.latest ?? 0) <= latest) await sleep(100);
  });

  test("keeps what its days need and drops the rest", async () => {
    await archive.enable();
    await sql("create table numbers (n int)");
    const good = await moment();
    const [first] = readCatalogue(archive.directory).bases;
    await sql("insert into numbers values (1); select pg_current_wal_lsn()");
    const second = await archive.takeBaseBackup();
    const dayLater = second.consistentAt + 7 * 86_400_000;
    await archive.prune(7, dayLater - 1);
    expect(readCatalogue(archive.directory).bases).toHaveLength(2);
    await archive.prune(7, dayLater + 1);
    expect(readCatalogue(archive.directory).bases).toEqual([second]);
    expect(readdirSync(join(archive.directory, "base"))).toEqual([second.id]);
    const wal = readdirSync(join(archive.directory, "wal")).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
    expect(wal[0]).toBe(second.startSegment);
    expect(first?.startSegment).not.toBe(second.startSegment);
    await expect(recover(cluster, good, steps)).rejects.toThrow("CHI-A100");
    // The window is not longer than the days, however old the base backup is.
    const newest = join(archive.directory, "wal", String(wal.at(-1)));
    utimesSync(newest, dayLater / 1000 + 86_400, dayLater / 1000 + 86_400);
    expect(archive.window(7, dayLater + 86_400_000)?.earliest).toBe(Math.ceil(second.consistentAt / 1000 + 86_400));
  });

  test("is forgotten at once when it is switched off, and begins anew", async () => {
    await archive.enable();
    archive.disable();
    expect([archive.window(7, Date.now()), readdirSync(join(archive.directory, "base"))]).toEqual([undefined, []]);
    await archive.enable();
    expect(readCatalogue(archive.directory).bases).toHaveLength(1);
  });
});
