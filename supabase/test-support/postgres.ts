/** A throw-away PostgreSQL 15 cluster, gone without a trace when the process that asked for it ends, however it ends. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { findPostgres } from "../postgres-binaries";
import { type ServerIdentity, serverIdentity } from "../server-identity";

/** The cluster's superuser, as Supabase calls it. */
const superuser = "supabase_admin";

export interface PostgresCluster {
  /** The TCP port on 127.0.0.1; needs the password. */
  readonly port: number;
  /** The folder of the Unix socket, which only this user may enter; any role, no password. */
  readonly socketDirectory: string;
  /** Of the superuser `supabase_admin`. */
  readonly password: string;
  /** The folder with `pg_dump` and the other programs. */
  readonly binaries: string;
  /** An open connection through the socket. The caller ends it. */
  connect(database?: string, user?: string): Promise<Client>;
  /** Stops the server by its process id and removes the folder. Calling it twice is harmless. */
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => probe.close((error) => (error ? reject(error) : resolve())));
  return port;
}

/** Durability is off: the data is worth nothing, the time is. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  jit: "off",
  max_connections: "40",
  shared_buffers: "32MB",
  shared_preload_libraries: "pg_stat_statements",
  timezone: "UTC",
};

/**
 * Runs the server, waits for it, removes the folder. Its standard input is a pipe from us: when we end, be it by `kill -9`, the pipe
 * closes, and it stops the server at once. Signals to the whole process group (Ctrl-C) must not end it before it has cleaned up.
 */
const keeper = `
trap '' INT HUP
exec 3<&0 # a background command of sh reads from /dev/null, whatever its standard input was
directory=$1; shift
"$@" </dev/null 3<&- >/dev/null 2>>"$directory/log" &
server=$!
{ read -r _ <&3; kill -QUIT "$server"; } >/dev/null 2>&1 &
watcher=$!
trap 'kill -QUIT "$server"' TERM
wait "$server"
status=$?
while kill -0 "$server" 2>/dev/null; do # a signal ends "wait" early
  wait "$server"
  status=$?
done
kill "$watcher" 2>/dev/null
exec 3<&-
if [ "$status" -ne 0 ]; then tail -n 5 "$directory/log" >&2; fi
rm -rf "$directory"
exit "$status"
`;

/**
 * Initialises and starts a cluster.
 *
 * @throws Error CHI-M301 without PostgreSQL 15, CHI-M302 without a user to run it as, CHI-M303 with the program's own last words when
 * it does not start
 */
export async function startPostgres(binaries: string = findPostgres()): Promise<PostgresCluster> {
  const identity = serverIdentity();
  const directory = mkdtempSync(join(tmpdir(), "chisan-pg-"));
  const password = randomBytes(24).toString("hex");
  try {
    initialise(binaries, directory, password, identity);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const options = Object.entries({ ...settings, port: String(port), unix_socket_directories: directory }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const server = spawn("sh", ["-c", keeper, "keeper", directory, join(binaries, "postgres"), "-D", join(directory, "data"), ...options], {
    ...identity,
    cwd: directory,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = watchEnd(server);
  const connect = async (database = "postgres", user = superuser): Promise<Client> => {
    const client = new Client({ host: directory, port, database, user });
    await client.connect();
    return client;
  };
  const stop = async (): Promise<void> => {
    server.stdin.end();
    // The keeper ends the server at once. One that hangs all the same is killed by the id in its own pid file.
    const hanging = setTimeout(() => killServer(directory), 10_000);
    await ended;
    clearTimeout(hanging);
  };
  await untilReady(connect, ended, stop);
  return { port, socketDirectory: directory, password, binaries, connect, stop };
}

function initialise(binaries: string, directory: string, password: string, identity: ServerIdentity): void {
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.uid !== undefined && identity.gid !== undefined) {
    chownSync(passwordFile, identity.uid, identity.gid);
    chownSync(directory, identity.uid, identity.gid);
  }
  const options = ["--username", superuser, "--pwfile", passwordFile, "--auth-local", "trust", "--auth-host", "scram-sha-256"];
  const { status, stderr } = spawnSync(
    join(binaries, "initdb"),
    ["--pgdata", join(directory, "data"), ...options, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
    { ...identity, cwd: directory, encoding: "utf8" },
  );
  if (status !== 0) {
    throw new Error(`CHI-M303 initdb failed: ${lastLine(stderr)}; ls -ld ${tmpdir()} && df ${tmpdir()}`);
  }
  rmSync(passwordFile);
}

function killServer(directory: string): void {
  const pidFile = join(directory, "data", "postmaster.pid");
  if (existsSync(pidFile)) {
    process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), "SIGKILL");
  }
}

interface End {
  readonly status: number | null;
  readonly words: string;
}

function watchEnd(server: ChildProcess): Promise<End> {
  let words = "";
  server.stderr?.on("data", (chunk: Buffer) => (words += chunk.toString()));
  return new Promise((resolve) => {
    server.once("error", (error) => resolve({ status: null, words: error.message }));
    server.once("close", (status) => resolve({ status, words }));
  });
}

/** A starting server takes a second or two; one that has not answered within a minute never will. */
async function untilReady(connect: () => Promise<Client>, ended: Promise<End>, stop: () => Promise<void>): Promise<void> {
  let end: End | undefined;
  void ended.then((value) => (end = value));
  let refusal = "";
  for (let attempt = 0; attempt < 600 && end === undefined; attempt += 1) {
    try {
      const client = await connect();
      await client.end();
      return;
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`CHI-M303 PostgreSQL did not start: ${lastLine((await ended).words) || refusal}; df ${tmpdir()} && free -m`);
}

function lastLine(text: string | null): string {
  return text?.trim().split("\n").at(-1) ?? "";
}
