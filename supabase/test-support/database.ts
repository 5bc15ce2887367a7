/** A database of a throw-away cluster as a hosted project has it: outline, then all our migrations as the project's owner. */
import { spawnSync } from "node:child_process";
import type { Client } from "pg";
import { applyMigrations } from "../apply";
import { type Migration, readMigrations } from "../migrations";
import { applyDatabaseOutline, applyRoleOutline } from "../outline";
import { type PostgresCluster, startPostgres } from "./postgres";

export interface TestDatabase {
  readonly cluster: PostgresCluster;
  readonly name: string;
  readonly migrations: readonly Migration[];
  /** Connected as `postgres`, the project's owner. */
  readonly owner: Client;
  /** Connected as `supabase_admin`, the superuser. */
  readonly admin: Client;
  stop(): Promise<void>;
}

/** A cluster with the outline of Supabase in the database `chisan`, no migration applied. */
export async function startOutlineDatabase(): Promise<TestDatabase> {
  return startDatabase([]);
}

/** The same with every migration applied. */
export async function startMigratedDatabase(): Promise<TestDatabase> {
  return startDatabase(readMigrations());
}

async function startDatabase(migrations: readonly Migration[]): Promise<TestDatabase> {
  const cluster = await startPostgres();
  const clients: Client[] = [];
  const connect = async (database?: string, user?: string): Promise<Client> => {
    const client = await cluster.connect(database, user);
    clients.push(client);
    return client;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()));
    await cluster.stop();
  };
  try {
    const name = "chisan";
    const bootstrap = await connect();
    await applyRoleOutline(bootstrap);
    await bootstrap.query(`create database ${name} owner postgres`);
    const admin = await connect(name);
    await applyDatabaseOutline(admin);
    const owner = await connect(name, "postgres");
    await applyMigrations(owner, migrations);
    return { cluster, name, migrations: readMigrations(), owner, admin, stop };
  } catch (error) {
    // A broken migration must fail the tests, not hang them on a server that keeps running.
    await stop();
    throw error;
  }
}

/**
 * The schema as text that is equal for equal schemas: what `pg_dump` writes for it, object by object in alphabetical order, then the
 * roles and their memberships, which a dump leaves out.
 *
 * The order within an access list is the order of the grants and means nothing, so lines of grants are sorted.
 */
export async function schemaFingerprint(database: TestDatabase): Promise<string> {
  const { cluster, name, admin } = database;
  const dump = spawnSync(
    `${cluster.binaries}/pg_dump`,
    ["--schema-only", "--host", cluster.socketDirectory, "--port", String(cluster.port), "--username", "supabase_admin", name],
    {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (dump.status !== 0) {
    throw new Error(`pg_dump failed: ${dump.stderr}`);
  }
  const objects = dump.stdout
    // A random token that guards psql's meta-commands: new in each dump.
    .replace(/^\\(un)?restrict .*$/gm, "")
    .split(/^--\n(?=-- Name: )/m)
    .map((text) => (/; Type: (DEFAULT )?ACL;/.test(text) ? text.split("\n").sort().join("\n") : text).trim())
    .sort();
  const { rows } = await admin.query<{ line: string }>(`
    select format('role %s super=%s inherit=%s login=%s createrole=%s createdb=%s replication=%s bypassrls=%s %s',
      rolname, rolsuper, rolinherit, rolcanlogin, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconfig) as line
    from pg_roles
    union all
    select format('member %s of %s admin=%s', member::regrole, roleid::regrole, admin_option) from pg_auth_members
    union all
    select format('setting of database %s role %s: %s', setdatabase::regclass, setrole, setconfig) from pg_db_role_setting where setdatabase <> 0
    order by line`);
  return [...objects, ...rows.map((row) => row.line)].join("\n");
}
