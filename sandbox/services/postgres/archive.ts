/**
 * The WAL archive of a sandbox database: what Supabase's point-in-time recovery keeps in its own storage. PostgreSQL's own programs do
 * the work; nothing is flushed to the disk, since a sandbox has to survive a killed process and not a power cut.
 *
 * A folder: `enabled` (while it is there, WAL is archived), `wal/`, `base/<id>/`, `catalogue.json`.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { type BaseBackup, expiredBases, readCatalogue, recoverySource, type RecoverySource, writeCatalogue } from "./archive-catalogue";
import { type Cluster, superuser } from "./cluster";
import { identityOfServers, makeOwned, writeOwned } from "./owned-files";
import type { Settings } from "./settings";

/**
 * Seconds after which WAL that has anything in it is archived: the most that is lost with the server is this and the time of the copying,
 * well below the RPO of a minute (operations document, section 3.2). The vendor's own is 2 minutes.
 */
const archiveTimeout = 15;

const dayInMilliseconds = 86_400_000;

/**
 * Copies beside its place and links, which refuses to overwrite. PostgreSQL offers a file again when it was killed before it knew of the
 * success: then equal content is a success. The mark is asked for each file, so that switching on needs no restart.
 */
const archiveScript = `set -eu
cd "$(dirname "$0")"
if [ ! -e enabled ]; then exit 0; fi
if [ -e "wal/$2" ]; then exec cmp -s "$1" "wal/$2"; fi
cp --sparse=always "$1" "wal/.$2" 2>/dev/null || cp "$1" "wal/.$2"
ln "wal/.$2" "wal/$2"
rm "wal/.$2"
`;

/** The recoverable period in whole seconds since 1970, both ends included. */
export interface RecoveryWindow {
  readonly earliest: number;
  readonly latest: number;
}

export class Archive {
  /** In the cluster's folder: it goes when the project goes, as at the vendor. */
  readonly directory: string;

  constructor(private readonly cluster: Cluster) {
    this.directory = join(cluster.directory, "archive");
  }

  /** For every start of the server, whether or not anything is archived yet: the mode cannot be changed while it runs. */
  settings(): Settings {
    this.prepare();
    // The working directory of the command is the data directory, to which %p is relative.
    return { wal_level: "replica", archive_mode: "on", archive_command: `sh ${shellWord(join(this.directory, "archive-wal.sh"))} "$PWD/%p" "%f"`, archive_timeout: String(archiveTimeout) };
  }

  get enabled(): boolean {
    return existsSync(join(this.directory, "enabled"));
  }

  /**
   * Begins to archive: from the end of this base backup on, any moment can be recovered. Does nothing when there is one already.
   *
   * @throws CHI-A104 with PostgreSQL's words, CHI-A101
   */
  async enable(): Promise<void> {
    if (this.enabled && readCatalogue(this.directory).bases.length > 0) return;
    this.prepare();
    writeOwned(join(this.directory, "enabled"), "");
    const timeline = await currentTimeline(this.cluster);
    writeCatalogue(this.directory, { bases: [], timelines: [{ timeline, liveFrom: Date.now() }] });
    const { consistentAt } = await this.takeBaseBackup();
    // A window of whole seconds begins after the base backup and ends with the newest WAL: a quiet database would have none.
    await sleep(Math.ceil(consistentAt / 1000) * 1000 - Date.now() + 10);
    await this.archivePresent();
  }

  /**
   * Archives all that was committed so far, and one commit more: without a transaction after its target a server would replay to the end,
   * and refuse to start because it did not see the target pass.
   *
   * @throws CHI-A101 when the archive does not take it
   */
  async archivePresent(): Promise<void> {
    const client = await this.cluster.connect();
    try {
      // A transaction with an id writes a record of its commit, even when it changed nothing.
      await client.query("select pg_current_xact_id()");
      const { rows } = await client.query<{ segment: string }>("select pg_walfile_name(pg_switch_wal()) as segment");
      await this.untilArchived(rows[0]?.segment ?? "");
    } finally {
      await client.end();
    }
  }

  /**
   * Makes `archive_timeout` work after a start. PostgreSQL 15's checkpointer, which it is up to, begins while the server still counts as
   * in recovery, and then sleeps for the whole of `checkpoint_timeout` (5 minutes) unless something wakes it.
   */
  async wakeTimer(): Promise<void> {
    const client = await this.cluster.connect();
    try {
      await client.query("select pg_reload_conf()");
    } finally {
      await client.end();
    }
  }

  /** Forgets the history at once, as the vendor does when the add-on is removed. */
  disable(): void {
    rmSync(join(this.directory, "enabled"), { force: true });
    for (const folder of ["wal", "base"]) {
      for (const entry of existsSync(join(this.directory, folder)) ? readdirSync(join(this.directory, folder)) : []) {
        rmSync(join(this.directory, folder, entry), { recursive: true, force: true });
      }
    }
    rmSync(join(this.directory, "catalogue.json"), { force: true });
  }

  /** Copies the running server's data directory. @throws CHI-A104 with PostgreSQL's words; nothing of it is left then */
  async takeBaseBackup(): Promise<BaseBackup> {
    this.removeUnfinished();
    const id = new Date().toISOString().replace(/[-:.]/g, "");
    const draft = join(this.directory, "base", `.${id}`);
    try {
      // The WAL that it needs comes from the archive; the program waits until it is there.
      await this.run("pg_basebackup", ["--pgdata", draft, "--wal-method=none", "--checkpoint=fast", "--no-sync", "--no-password"]);
      const label = readFileSync(join(draft, "backup_label"), "utf8");
      const startSegment = /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)$/m.exec(label)?.[1];
      const timeline = Number(/^START TIMELINE: (\d+)$/m.exec(label)?.[1]);
      if (startSegment === undefined || !Number.isInteger(timeline)) throw new Error(`no start in ${join(draft, "backup_label")}`);
      const base: BaseBackup = { id, timeline, startSegment, consistentAt: Date.now() };
      renameSync(draft, this.baseDirectory(base));
      const catalogue = readCatalogue(this.directory);
      writeCatalogue(this.directory, { ...catalogue, bases: [...catalogue.bases, base] });
      return base;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw new Error(`CHI-A104 the base backup of ${this.cluster.dataDirectory} failed (${oneLine(error)}): df ${this.directory}`, { cause: error });
    }
  }

  /** Notes that the server now writes on another timeline. */
  addTimeline(timeline: number, from: { timeline: number; at: number }): void {
    const catalogue = readCatalogue(this.directory);
    if (catalogue.timelines.some((known) => known.timeline === timeline)) return;
    writeCatalogue(this.directory, { ...catalogue, timelines: [...catalogue.timelines, { timeline, liveFrom: Date.now(), from }] });
  }

  /** Whether there is none of the live timeline, or the newest is so old that recovering from it would replay too much. */
  isBaseBackupDue(now: number): boolean {
    const { bases, timelines } = readCatalogue(this.directory);
    const newest = bases.at(-1);
    return newest === undefined || newest.timeline !== timelines.at(-1)?.timeline || now - newest.consistentAt > dayInMilliseconds;
  }

  /** Drops what no moment of the last `days` days needs. */
  async prune(days: number, now: number): Promise<void> {
    const catalogue = readCatalogue(this.directory);
    const expired = expiredBases(catalogue, now - days * dayInMilliseconds);
    if (expired.length === 0) return;
    const bases = catalogue.bases.filter((base) => !expired.includes(base));
    writeCatalogue(this.directory, { ...catalogue, bases });
    for (const base of expired) rmSync(this.baseDirectory(base), { recursive: true, force: true });
    const needed = bases.map(({ startSegment }) => startSegment).sort((one, other) => one.slice(8).localeCompare(other.slice(8)))[0];
    if (needed !== undefined) await this.run("pg_archivecleanup", [join(this.directory, "wal"), needed]);
  }

  /** Undefined while nothing can be recovered. */
  window(days: number, now: number): RecoveryWindow | undefined {
    const [oldest] = readCatalogue(this.directory).bases;
    const newest = this.newestSegment();
    if (oldest === undefined || newest === undefined) return undefined;
    const earliest = Math.max(Math.ceil(oldest.consistentAt / 1000), Math.ceil((now - days * dayInMilliseconds) / 1000));
    const latest = Math.floor(statSync(join(this.directory, "wal", newest)).mtimeMs / 1000);
    return latest >= earliest ? { earliest, latest } : undefined;
  }

  /** @param at milliseconds since 1970 @returns undefined when the archive does not reach back so far */
  sourceOf(at: number): RecoverySource | undefined {
    return recoverySource(readCatalogue(this.directory), at);
  }

  baseDirectory({ id }: Pick<BaseBackup, "id">): string {
    return join(this.directory, "base", id);
  }

  /** What a server in recovery needs to read the archive. */
  restoreCommand(): string {
    return `cp ${shellWord(join(this.directory, "wal"))}/%f "%p"`;
  }

  /** Resolves when a WAL file is in the archive. @throws CHI-A101 when it does not come */
  async untilArchived(segment: string, limitSeconds = 60): Promise<void> {
    const end = Date.now() + limitSeconds * 1000;
    while (!existsSync(join(this.directory, "wal", segment))) {
      if (Date.now() > end) {
        throw new Error(`CHI-A101 the WAL file ${segment} did not reach ${join(this.directory, "wal")} within ${limitSeconds} s: df ${this.directory}, and look at archive_command in the server's log`);
      }
      await sleep(50);
    }
  }

  private newestSegment(): string | undefined {
    const folder = join(this.directory, "wal");
    if (!existsSync(folder)) return undefined;
    // The names sort by timeline, then by position.
    return readdirSync(folder).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort().at(-1);
  }

  private removeUnfinished(): void {
    const known = new Set(readCatalogue(this.directory).bases.map(({ id }) => id));
    for (const entry of readdirSync(join(this.directory, "base"))) {
      if (!known.has(entry)) rmSync(join(this.directory, "base", entry), { recursive: true, force: true });
    }
  }

  private prepare(): void {
    makeOwned(this.directory);
    for (const folder of ["wal", "base"]) makeOwned(join(this.directory, folder));
    writeOwned(join(this.directory, "archive-wal.sh"), archiveScript);
  }

  /** Runs one of PostgreSQL's programs, with the superuser's password in its environment. @throws with its last words */
  private async run(program: string, args: readonly string[]): Promise<void> {
    const { binaries, directory, port } = this.cluster;
    await runAsServer(join(binaries, program), args, {
      PGHOST: "127.0.0.1",
      PGPORT: String(port),
      PGUSER: superuser,
      PGPASSWORD: readFileSync(join(directory, "superuser-password"), "utf8").trim(),
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: join(directory, "server.crt"),
    });
  }
}

/** Runs a program as the server's user, to whom the files belong that it makes. @throws with its last words */
export async function runAsServer(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = { PATH: process.env["PATH"], LANG: "C.UTF-8", ...environment };
  const child = spawn(program, args, { ...identityOfServers(), cwd: "/", stdio: ["ignore", "ignore", "pipe"], env });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(words.trim().split("\n").at(-1) || `${program} ended with ${code}`);
}

/** The timeline that a running server writes on. */
export async function currentTimeline(cluster: Cluster): Promise<number> {
  const client = await cluster.connect();
  try {
    const { rows } = await client.query<{ file: string }>("select pg_walfile_name(pg_current_wal_lsn()) as file");
    return Number.parseInt((rows[0]?.file ?? "").slice(0, 8), 16);
  } finally {
    await client.end();
  }
}

/** A path as one word of a shell command in PostgreSQL's configuration, where `%` stands for something. */
function shellWord(path: string): string {
  return `'${path.replaceAll("'", `'\\''`).replaceAll("%", "%%")}'`;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}
