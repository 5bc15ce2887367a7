import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { startOf } from "../../world/process-start";
import { Cluster, type ClusterOptions } from "./cluster";
import { createCluster } from "./create-cluster";
import { freePort } from "./free-port";
import { identityOfServers } from "./owned-files";
import { temporaryHome } from "./test-support/temporary-home";

const home = temporaryHome();
afterAll(() => home.remove());

/** Must be in no file of the server. A quote, a backslash and a letter beyond ASCII are the vendor's to allow. */
const canary = "ca'na\\ry-ü0123456789";

let made = 0;
let cluster: Cluster;
beforeAll(async () => {
  cluster = await newCluster();
  await cluster.start();
});

async function newCluster(change: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const directory = join(home.directory, `cluster-${(made += 1)}`);
  return createCluster({ directory, port: await freePort(), templates: home.templates, password: canary, durable: false, ...change });
}

async function as<T>(user: string, password: string | undefined, work: (client: Client) => Promise<T>, on = cluster): Promise<T> {
  const client = await on.connect("postgres", user, password);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const asOwner = <T>(work: (client: Client) => Promise<T>, on = cluster): Promise<T> => as("postgres", canary, work, on);

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt += 1) {
    if (attempt === 1500) throw new Error("still not so after half a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("who gets in", () => {
  test("the owner with the project's password, over TLS with a certificate for the address", async () => {
    const { rows } = await asOwner((client) =>
      client.query("select current_user::text as name, ssl, current_setting('server_version_num')::int / 10000 as major from pg_stat_ssl where pid = pg_backend_pid()"),
    );
    expect(rows).toEqual([{ name: "postgres", ssl: true, major: 15 }]);
  });

  test.each([
    ["without TLS", { ssl: false, password: canary }, /no pg_hba.conf entry .* no encryption/],
    ["with another password", { ssl: { rejectUnauthorized: false }, password: `${canary}x` }, /password authentication failed/],
    ["with a certificate of another server expected", { ssl: { ca: "" }, password: canary }, /self-signed certificate/],
  ])("nobody %s", async (_what, change, message) => {
    const client = new Client({ host: "127.0.0.1", port: cluster.port, user: "postgres", database: "postgres", ...change });
    await expect(client.connect()).rejects.toThrow(message);
  });

  test("on this machine's own address only, and by no socket in the file system", async () => {
    const { rows } = await as("supabase_admin", undefined, (client) =>
      client.query("select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets"),
    );
    expect(rows).toEqual([{ addresses: "127.0.0.1", sockets: "" }]);
  });

  test("keys and passwords are for the server's user alone", () => {
    for (const file of ["server.key", "superuser-password", "owner-verifier"]) expect(statSync(join(cluster.directory, file)).mode & 0o777).toBe(0o600);
    expect(statSync(cluster.directory).mode & 0o777).toBe(0o700);
  });
});

describe("what the owner may do, as at the vendor", () => {
  test.each([
    ["pretend to be a replica, as a restore does", "set session_replication_role = replica"],
    ["add a trusted extension", "create extension citext with schema extensions"],
    ["read every schema", "select count(*) from auth.users, storage.objects, vault.secrets, cron.job_run_details"],
    ["see other sessions", "select query from pg_stat_activity"],
    ["make roles and databases", "create role someone; create database other"],
    ["see its cron jobs", "select cron.schedule('nightly', '0 3 * * *', 'select 1'); select * from cron.job"],
    ["turn row level security off for itself", "set row_security = off; select * from auth.users"],
  ])("%s", async (_what, statements) => {
    await asOwner(async (client) => {
      for (const statement of statements.split("; ")) await client.query(statement);
    });
  });

  test.each([
    ["run programs", "copy (select 1) to program 'true'", /superuser or have privileges of the pg_execute_server_program role/],
    ["add an extension that is not trusted", "create extension adminpack", /permission denied to create extension/],
    ["change the server's settings", "alter system set fsync = off", /permission denied to set parameter/],
    ["become the superuser", "set role supabase_admin", /permission denied to set role/],
    ["read files", "select pg_read_file('/etc/hostname')", /permission denied/],
  ])("not %s", async (_what, statement, message) => {
    await expect(asOwner((client) => client.query(statement))).rejects.toThrow(message);
  });

  test("it owns the database", async () => {
    const { rows } = await asOwner((client) => client.query("select datdba::regrole::text as owner, rolsuper from pg_database, pg_roles where datname = 'postgres' and rolname = 'postgres'"));
    expect(rows).toEqual([{ owner: "postgres", rolsuper: false }]);
  });
});

test("a changed password holds at once, the old one does not, and no file of the server has either", async () => {
  const own = await newCluster();
  await own.start();
  expect(own.hasOwnerPassword(canary)).toBe(true);
  const next = `${canary}-next`;
  await own.setOwnerPassword(next);
  expect([own.hasOwnerPassword(canary), own.hasOwnerPassword(next)]).toEqual([false, true]);
  await expect(asOwner((client) => client.query("select 1"), own)).rejects.toThrow(/password authentication failed/);
  await as("postgres", next, (client) => client.query("select 1"), own);
  // A statement that fails is logged without its text.
  await expect(as("postgres", next, (client) => client.query("alter role nobody_known password 'ca_na_ry-in-a-statement'"), own)).rejects.toThrow("does not exist");
  await own.stop();
  const files = readdirSync(own.directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const content = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expect(content.filter((text) => text.includes("ca'na")).length).toBe(0);
  expect(readFileSync(own.logFile, "utf8")).toContain("does not exist");
  expect(readFileSync(own.logFile, "utf8")).not.toContain("ca_na_ry");
  await own.remove();
});

describe("a server comes back with its data", () => {
  let own: Cluster;
  const values = () => asOwner(async (client) => (await client.query<{ value: number }>("select value from kept order by value")).rows.map(({ value }) => value), own);
  beforeEach(async () => {
    own = await newCluster({ durable: true, settings: { wal_level: "logical" } });
    await own.start();
    await asOwner((client) => client.query("create table kept as select 1 as value"), own);
  });
  afterEach(() => own.remove());

  test("after a stop; a second start or stop does nothing", async () => {
    await own.stop();
    expect(own.isRunning()).toBe(false);
    await own.stop();
    await own.start();
    const pid = own.postmaster()?.pid;
    await own.start();
    expect(own.postmaster()?.pid).toBe(pid);
    expect(await values()).toEqual([1]);
  });

  test("after kill -9, also when a session is at work", async () => {
    const busy = await own.connect("postgres", "postgres", canary);
    busy.on("error", () => undefined);
    const work = busy.query("select pg_sleep(600)").catch(() => undefined);
    process.kill(own.postmaster()?.pid as number, "SIGKILL");
    await until(() => !own.isRunning());
    await own.start();
    expect(await values()).toEqual([1]);
    await work;
  });

  test("another process of ours takes a running server over, and only on its own port", async () => {
    const pid = own.postmaster()?.pid;
    const same = new Cluster({ directory: own.directory, port: own.port });
    await same.start();
    expect(same.postmaster()?.pid).toBe(pid);
    own = new Cluster({ directory: own.directory, port: await freePort() });
    await own.start();
    expect(own.postmaster()?.pid).not.toBe(pid);
    expect(await values()).toEqual([1]);
  });

  test("with a pid file that names another process, as after a restart of the machine", async () => {
    await own.stop();
    // Of the server's own user, and not its parent: others the server lets pass.
    const stranger = spawn("sleep", ["600"], { ...identityOfServers(), cwd: "/", stdio: "ignore" });
    writeFileSync(join(own.dataDirectory, "postmaster.pid"), `${String(stranger.pid)}\n${own.dataDirectory}\n0\n${own.port}\n\n127.0.0.1\n0 0\nready   \n`);
    expect(own.isRunning()).toBe(false);
    await own.stop();
    expect(startOf(Number(stranger.pid))).toBeDefined();
    try {
      await own.start();
      expect(await values()).toEqual([1]);
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("with the settings that it was given", async () => {
    const shown = await asOwner(async (client) => (await client.query("select current_setting('wal_level') as wal, current_setting('fsync') as fsync")).rows, own);
    expect(shown).toEqual([{ wal: "logical", fsync: "on" }]);
  });
});

test("a port that is taken is told with its number, and nothing is left running", async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  const own = await newCluster({ port });
  await expect(own.start()).rejects.toThrow(new RegExp(`^CHI-S201 port ${port} of 127.0.0.1.* is taken by another program`));
  expect(own.isRunning()).toBe(false);
  await new Promise((resolve) => other.close(resolve));
  await own.start();
  await own.remove();
  expect(existsSync(own.directory)).toBe(false);
});

test("a server that cannot start says why", async () => {
  const own = await newCluster({ settings: { max_connections: "many" } });
  await expect(own.start()).rejects.toThrow(/^CHI-S202 .* did not start \(.*configuration file.*\): tail /);
  await own.remove();
});

test("a folder that is there is not overwritten", async () => {
  const directory = join(home.directory, "mine");
  mkdirSync(directory);
  await expect(newCluster({ directory })).rejects.toThrow(/^CHI-S207 .*mine is there already/);
});
