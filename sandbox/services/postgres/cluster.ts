/** A PostgreSQL 15 cluster of the sandbox: its folder, and the server that runs on it. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeLiteral } from "pg";
import { findPostgres } from "../../../supabase/postgres-binaries";
import { startOf } from "../../world/process-start";
import { certificateOf } from "./certificate";
import { identityOfServers, own, writeOwned } from "./owned-files";
import { type Postmaster, orphansOf, postmasterOf, removeMisleadingPidFile } from "./postmaster";
import { isVerifierOf, scramVerifier } from "./scram";
import { type Settings, accessFile, baseSettings, settingsFile } from "./settings";

/** The cluster's superuser, as Supabase calls it. */
export const superuser = "supabase_admin";

/** The project's owner: the role of DATABASE_URL. */
export const owner = "postgres";

/** In a cluster's folder: the verifier of the password that its owner was given. */
export const ownerVerifierFileName = "owner-verifier";

export interface ClusterOptions {
  /** Holds `data`, `log`, the certificate and the superuser's password. Made by `createCluster` (create-cluster.ts). */
  readonly directory: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Over those of `baseSettings`; `postgresql.auto.conf` comes after them. They take effect at a start. */
  readonly settings?: Settings;
  /** False: what only matters when the machine fails is switched off, for tests. True unless given. */
  readonly durable?: boolean;
  /** The folder of PostgreSQL's programs, when the caller has looked for it already. */
  readonly binaries?: string;
}

/** How long a server may take, in seconds, before something is taken to be wrong. Crash recovery reads at most `max_wal_size`. */
const startLimit = 180;
const stopLimit = 60;

/** A log longer than this is put aside at the next start, bytes. */
const logLimit = 4_000_000;

/**
 * One cluster. Not for several callers at once: starts and stops of one cluster are put in a line by whoever owns it (databases.ts).
 *
 * The server is no child in anything but name: it outlives this process when that is killed, and `start` finds it again.
 */
export class Cluster {
  readonly directory: string;
  /** PGDATA. */
  readonly dataDirectory: string;
  readonly port: number;
  /** Over those of `baseSettings`, from the next start on. */
  settings: Settings;
  private readonly durable: boolean;
  private foundBinaries: string | undefined;

  constructor({ directory, port, settings = {}, durable = true, binaries }: ClusterOptions) {
    this.directory = directory;
    this.dataDirectory = join(directory, "data");
    this.port = port;
    this.settings = settings;
    this.durable = durable;
    this.foundBinaries = binaries;
  }

  /** The folder of PostgreSQL's programs. @throws CHI-M301 when there is none; without one a cluster can still be stopped and removed */
  get binaries(): string {
    this.foundBinaries ??= findPostgres();
    return this.foundBinaries;
  }

  /** The file that the server writes to. */
  get logFile(): string {
    return join(this.directory, "log");
  }

  /** The server's process; undefined when none runs. */
  postmaster(): Postmaster | undefined {
    return postmasterOf(this.dataDirectory);
  }

  isRunning(): boolean {
    return this.postmaster() !== undefined;
  }

  /**
   * Starts the server and waits until it accepts connections, or, where it is to recover to a moment, until it replays. One that runs already, left behind by a process that was killed, is taken
   * over as it is; one on another port, or on its way down, is stopped first.
   *
   * @param limitSeconds for long recoveries
   * @throws CHI-S201 when the port is taken, CHI-S202 with the server's last words when it does not come up
   */
  async start(limitSeconds: number = startLimit): Promise<void> {
    const found = this.postmaster();
    if (found?.port === this.port && found.status !== "stopping") return this.untilReady(found.pid, this.logSize(), limitSeconds);
    await this.stop();
    const deadline = Date.now() + limitSeconds * 1000;
    for (;;) {
      try {
        return await this.startOnce(limitSeconds);
      } catch (error) {
        // The processes of a killed server may be there for a moment yet.
        if (!(error instanceof SharedMemoryInUse) || Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  }

  private async startOnce(limitSeconds: number): Promise<void> {
    removeMisleadingPidFile(this.dataDirectory);
    for (const pid of orphansOf(this.dataDirectory)) killIfThere(pid, "SIGQUIT");
    writeOwned(join(this.dataDirectory, "postgresql.conf"), settingsFile({ ...baseSettings(this.port, this.durable), ...this.settings }));
    writeOwned(join(this.dataDirectory, "pg_hba.conf"), accessFile);
    if (this.logSize() > logLimit) renameSync(this.logFile, `${this.logFile}.1`);
    const log = openSync(this.logFile, "a", 0o600);
    own(this.logFile);
    const before = this.logSize();
    const server = spawn(join(this.binaries, "postgres"), ["-D", this.dataDirectory], {
      ...identityOfServers(),
      cwd: this.directory,
      // A session of its own: Ctrl-C in a terminal is not for it.
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8" },
    });
    closeSync(log);
    let failure: string | undefined;
    server.once("error", (error) => (failure = error.message));
    server.unref();
    if (server.pid === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      throw this.refusal(failure ?? "it could not be run");
    }
    await this.untilReady(server.pid, before, limitSeconds);
  }

  /** @param logged how long the log was before this start */
  private async untilReady(pid: number, logged: number, limitSeconds: number): Promise<void> {
    for (let waited = 0; waited < limitSeconds * 1000; waited += 20) {
      const found = this.postmaster();
      if (found?.status === "ready") return;
      // Without hot standby it says so in every recovery, also in the one after a crash, and admits nobody: only who asked for the replay goes on.
      if (found?.status === "standby" && existsSync(join(this.dataDirectory, "recovery.signal"))) return;
      if (startOf(pid) === undefined) throw this.refusal(readFileSync(this.logFile, "utf8").slice(logged));
      await sleep(20);
    }
    throw this.refusal(`not ready within ${limitSeconds} s`);
  }

  private refusal(words: string): Error {
    const told = words.split("\n").map((line) => line.replace(/^.*?\[\d+\] /, ""));
    if (told.some((line) => line.includes("Address already in use"))) {
      return new Error(
        `CHI-S201 port ${this.port} of 127.0.0.1, the address of the database in ${this.directory}, is taken by another program: ` +
          `end it (lsof -nP -iTCP:${this.port} -sTCP:LISTEN tells which it is), then npx chisan sandbox restart`,
      );
    }
    if (told.some((line) => line.includes("pre-existing shared memory block"))) return new SharedMemoryInUse();
    const last = told.findLast((line) => /FATAL|PANIC/.test(line)) ?? told.findLast((line) => line !== "") ?? "nothing logged";
    return new Error(`CHI-S202 the database in ${this.directory} did not start (${last.trim()}): tail ${this.logFile}`);
  }

  private logSize(): number {
    return existsSync(this.logFile) ? statSync(this.logFile).size : 0;
  }

  /**
   * Stops the server, by its process id: `fast` breaks connections, writes everything to its files and ends; `immediate` ends as a crash
   * does. Harmless when none runs.
   */
  async stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    const found = this.postmaster();
    if (found === undefined) return;
    const started = startOf(found.pid);
    const signals = ([["SIGINT", stopLimit], ["SIGQUIT", 10], ["SIGKILL", 10]] as const).slice(mode === "fast" ? 0 : 1);
    for (const [signal, seconds] of signals) {
      killIfThere(found.pid, signal);
      for (let waited = 0; waited < seconds * 1000; waited += 20) {
        if (startOf(found.pid) !== started) return;
        await sleep(20);
      }
    }
    throw new Error(`CHI-S204 the database server ${found.pid} in ${this.directory} does not end: kill -KILL ${found.pid}`);
  }

  /**
   * An open connection over TLS, which verifies the server's certificate. The caller ends it.
   *
   * @param password unless given, `user` must be the superuser, whose password is in the folder
   */
  async connect(database = "postgres", user: string = superuser, password: string = this.superuserPassword()): Promise<Client> {
    const ssl = { ca: certificateOf(this.directory) };
    const client = new Client({ host: "127.0.0.1", port: this.port, database, user, password, ssl, connectionTimeoutMillis: 30_000 });
    await client.connect();
    return client;
  }

  /** Sets the password of the role `postgres`. The server learns its verifier only. */
  async setOwnerPassword(password: string): Promise<void> {
    const verifier = scramVerifier(password);
    const client = await this.connect();
    try {
      await client.query(`alter role ${owner} password ${escapeLiteral(verifier)}`);
    } finally {
      await client.end();
    }
    writeOwned(this.ownerVerifierFile, verifier);
  }

  /** Whether this was the last password that `setOwnerPassword`, or the cluster's creation, has set. What SQL has set since is not seen. */
  hasOwnerPassword(password: string): boolean {
    return existsSync(this.ownerVerifierFile) && isVerifierOf(readFileSync(this.ownerVerifierFile, "utf8"), password);
  }

  private get ownerVerifierFile(): string {
    return join(this.directory, ownerVerifierFileName);
  }

  /** Stops the server, without care for its files, and removes the folder. */
  async remove(): Promise<void> {
    await this.stop("immediate");
    // A name that nothing looks for, first: what a kill leaves half deleted is not taken for a cluster.
    const doomed = `${this.directory}.removed`;
    rmSync(doomed, { recursive: true, force: true });
    if (existsSync(this.directory)) renameSync(this.directory, doomed);
    rmSync(doomed, { recursive: true, force: true });
  }

  private superuserPassword(): string {
    return readFileSync(join(this.directory, "superuser-password"), "utf8").trim();
  }
}

class SharedMemoryInUse extends Error {
  constructor() {
    super("CHI-S202 the processes of a killed database server have not ended: ps -C postgres");
  }
}

function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
