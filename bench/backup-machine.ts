/** What the backup benchmark measures on: a PostgreSQL 15 with a database like CHISAN's, empty databases to restore into, and an S3 endpoint. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestObjectStore, type TestObjectStore } from "../sandbox/services/r2/testing";
import { applyMigrations } from "../supabase/apply";
import { readMigrations } from "../supabase/migrations";
import { applyDatabaseOutline, applyRoleOutline } from "../supabase/outline";
import { startPostgres, type PostgresCluster } from "../supabase/test-support/postgres";

export interface Machine {
  readonly cluster: PostgresCluster;
  readonly store: TestObjectStore;
  /** Of a database, as the project's owner: ours. */
  urlOf(database: string): string;
  /** The same as a superuser: PostgreSQL's own programs stop at what the vendor keeps from the owner. */
  superuserUrlOf(database: string): string;
  /** The database that is backed up. */
  readonly source: string;
  /** Its size on disk, bytes. */
  readonly databaseBytes: number;
  /** For what contestants write; measured, and emptied before each. */
  readonly scratch: string;
  /** Makes an empty database: as a new Supabase project has it, or with nothing in it. */
  emptyDatabase(name: string, content: "project" | "nothing"): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Writes what the contestant before left in memory, so that none pays for another. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const source = "chisan";

/** @param orders how many: 1,000,000 are about 1.2 GB (bench/backup-data.sql) */
export async function startMachine(orders: number, say: (text: string) => void): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "chisan-bench-"));
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const cluster = await startPostgres();
  const store = await startTestObjectStore({ bucket: "chisan-backups", directory: join(folder, "r2") });
  const stop = async () => {
    await store.stop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const admin = await cluster.connect();
    await applyRoleOutline(admin);
    // A superuser's password for the roles: the benchmark is about speed, and the cluster is gone with it.
    await admin.query(`alter role postgres password '${cluster.password}'`);
    const address = (user: string) => (name: string) => `postgresql://${user}:${cluster.password}@127.0.0.1:${cluster.port}/${name}`;
    const make = async (name: string, content: "project" | "nothing") => {
      await admin.query(`create database ${name} owner postgres`);
      if (content === "nothing") return;
      const inside = await cluster.connect(name);
      await applyDatabaseOutline(inside);
      await inside.end();
    };
    await make(source, "project");
    const owner = await cluster.connect(source, "postgres");
    await applyMigrations(owner, readMigrations());
    await owner.end();
    say(`making ${orders} orders …`);
    execFileSync(join(cluster.binaries, "psql"), ["-qX", "-v", "ON_ERROR_STOP=1", "-v", `orders=${orders}`, "-h", cluster.socketDirectory, "-p", String(cluster.port), "-U", "supabase_admin", "-d", source, "-f", join(__dirname, "backup-data.sql")], { stdio: ["ignore", "ignore", "inherit"] });
    // As a database that has been at work for a day: the first to read freshly written rows would mark each, and autovacuum begin beside it.
    const data = await cluster.connect(source);
    await data.query("vacuum (analyze)");
    await data.end();
    const { rows } = await admin.query<{ bytes: string }>(`select pg_database_size('${source}') as bytes`);
    return {
      cluster,
      store,
      urlOf: address("postgres"),
      superuserUrlOf: address("supabase_admin"),
      source,
      databaseBytes: Number(rows[0]?.bytes),
      scratch,
      emptyDatabase: make,
      dropDatabase: async (name) => void (await admin.query(`drop database if exists ${name} with (force)`)),
      settle: async () => {
        await admin.query("checkpoint");
        execFileSync("sync");
      },
      stop: async () => {
        await admin.end();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
