/** One backup, from the snapshot to `latest.json` (docs/adr/0009-backups.md). */
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { execFileSync } from "node:child_process";
import type { StackName } from "../../../config/naming";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { findPostgresClient } from "../../../supabase/postgres-binaries";
import { Interrupted, signalOf } from "../../output/interruptible";
import type { Connections } from "../../connections/connections";
import { FramePool } from "../format/frame-pool";
import { backupFolder, formatVersion, manifestName, manifestSchema, objectsOf, type BackupKind, type Manifest, type RowsObject } from "../format/manifest";
import { rowsByTable } from "../format/manifest-keys";
import { frameBytes } from "../format/zstd-frames";
import { ObjectStore } from "../object-store/object-store";
import { addressInWords } from "../restore/connect";
import { readFacts } from "./database-facts";
import { openSession, type Session } from "./database-session";
import { writeRest, writeSchema } from "./dump-sections";
import { moveLatest } from "./latest-pointer";
import { ProgressMeter, type Progress } from "./progress";
import { planParts, type RowPart } from "./row-parts";
import { rolesSql } from "./roles";
import { takeSnapshot, type Snapshot } from "./snapshot";
import { writeObject, type Destination } from "./write-object";
import { openReader, writeRows } from "./write-rows";

export interface BackupRequest {
  readonly stack: StackName;
  readonly kind: BackupKind;
  readonly connections: Pick<Connections, "databaseUrl" | "backups" | "backupRecipients">;
  /** Ends the run: nothing of it counts as a backup then. */
  readonly signal: AbortSignal;
  /** Tables read at once; default: the machine's cores. */
  readonly jobs?: number;
  /** Estimated bytes of rows in one part; for tests. */
  readonly partBytes?: number;
  readonly onSnapshot?: (about: { readonly id: string; readonly folder: string; readonly notes: readonly string[] }) => void;
  readonly onProgress?: (progress: Progress) => void;
}

export interface BackupResult {
  readonly manifest: Manifest;
  readonly folder: string;
  /** False when `latest.json` names a newer one. */
  readonly isLatest: boolean;
  /** What is not in the backup, and what is odd, in words. */
  readonly notes: readonly string[];
}

/**
 * Who waits for the end of the run at once for each object that is written: its pipeline, and two listeners of the SDK for each of at most three
 * requests (two parts, and one that has just been answered). Node takes more than 10 for a leak, which three objects reach without one.
 */
const listenersOfObject = 7;

/** A clock that is further off than this makes times in reports misleading. */
const tolerableSkewSeconds = 60;

/**
 * Makes a backup. Whatever fails, no manifest is written: what lies in the bucket by then is no backup and is said to be none.
 *
 * @throws one line, CHI-A001 to CHI-A049; the first failure, not those that follow from it
 */
export async function runBackup(request: BackupRequest): Promise<BackupResult> {
  const { connections, signal, jobs = availableParallelism() } = request;
  const binaries = findPostgresClient();
  const [url, access, recipients] = [await connections.databaseUrl(), await connections.backups("writer"), await connections.backupRecipients()];
  // One for everything that runs: the first failure ends the rest.
  const ending = new AbortController();
  // Rows of as many tables as there are jobs, the dumps beside them, and the run itself.
  setMaxListeners(listenersOfObject * (jobs + 1) + 3, ending.signal);
  const end = () => ending.abort(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const store = new ObjectStore(access, { signal: ending.signal });
  const work: Work = { ...request, jobs, url, binaries, recipients, store, ending, sessions: [] };
  // A question that waits at the database must not make whoever interrupts wait as well.
  ending.signal.addEventListener("abort", () => work.sessions.forEach((session) => session.close()), { once: true });
  try {
    // An expired credential is found out before the database is touched.
    await store.head(`database/${manifestName}`);
    const holder = await opened(work, openSession(url));
    return await fromSnapshot(work, holder);
  } catch (error) {
    throw firstFailure(error, work, signal);
  } finally {
    signal.removeEventListener("abort", end);
    ending.abort(new Error("the run is over"));
    store.close();
  }
}

interface Work extends BackupRequest {
  readonly jobs: number;
  readonly url: string;
  readonly binaries: string;
  readonly recipients: readonly string[];
  readonly store: ObjectStore;
  readonly ending: AbortController;
  readonly sessions: Session[];
}

/** A connection that is closed with the run, and whose loss ends it. */
async function opened(work: Work, opening: Promise<Session>): Promise<Session> {
  const session = await opening;
  work.sessions.push(session);
  if (work.ending.signal.aborted) session.close();
  void session.lost.then((error) => work.ending.abort(error));
  return session;
}

/** What ended the run, not the AbortErrors that followed from it. */
function firstFailure(error: unknown, { ending }: Work, signal: AbortSignal): Error {
  if (signal.aborted) {
    return new Interrupted("CHI-A036", signalOf(signal), "nothing counts as a backup, the ones before are as they were; run the same command again");
  }
  const { reason } = ending.signal as { reason: unknown };
  const first = ending.signal.aborted && reason instanceof Error ? reason : error;
  if (first instanceof Error && /^CHI-/.test(first.message)) return first;
  // PostgreSQL's own words, when it ends a session or itself (class 57P).
  if (/^57P|^08/.test((first as { code?: string }).code ?? "")) return new Error(`CHI-A037 the database ended the connection (${(first as Error).message}); see that it runs and run the same command again`, { cause: first });
  return new Error(`CHI-A040 the backup failed (${first instanceof Error ? first.message : String(first)}): nothing counts as a backup; run the same command again`, { cause: first });
}

async function fromSnapshot(work: Work, holder: Session): Promise<BackupResult> {
  const { store, stack, kind, recipients, url, binaries, ending } = work;
  const started = Date.now();
  const { snapshot, id, folder } = await namedSnapshot(work, holder);
  const notes = notesOn(snapshot);
  work.onSnapshot?.({ id, folder, notes });
  const destination: Destination = { store, folder, recipients, frames: new FramePool(frameBytes), signal: ending.signal };
  const database = await readFacts(holder.client);
  const roles = await rolesSql(holder.client);
  const source = { url, binaries, snapshotId: snapshot.id, tables: snapshot.tables };

  const dumps = async () => ({
    roles: await writeObject(destination, "roles.sql.zst.age", Readable.from([Buffer.from(roles)])),
    schema: await writeSchema(destination, source),
    rest: await writeRest(destination, source),
  });
  const [objects, rows] = await together(ending, [dumps(), writeAllRows(work, destination, snapshot)]);

  const manifest: Manifest = manifestSchema.parse({
    formatVersion,
    id,
    kind,
    stack,
    snapshotAt: snapshot.at.toISOString(),
    finishedAt: new Date().toISOString(),
    durationSeconds: (Date.now() - started) / 1000,
    clockSkewSeconds: snapshot.clockSkewSeconds,
    tool: { version: toolVersion(), pgDump: execFileSync(join(binaries, "pg_dump"), ["--version"], { encoding: "utf8" }).trim() },
    recipients: [...recipients],
    database,
    tables: rowsByTable(rows),
    ...objects,
    rows,
  } satisfies Manifest);
  await checkStored(store, folder, manifest);
  const body = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const { etag } = await store.put(`${folder}${manifestName}`, body, { absent: true });
  const found = await store.head(`${folder}${manifestName}`);
  if (found?.etag !== etag || found.bytes !== body.length) throw notAsSent(`${folder}${manifestName}`, `${body.length} bytes, ETag ${etag}`, found);
  const isLatest = await moveLatest(store, { kind, id, manifestSha256: createHash("sha256").update(body).digest("hex") });
  return { manifest, folder, isLatest, notes };
}

/** A snapshot of a second that no backup of this kind has its name from: writing on would replace the objects of the one that is there. */
async function namedSnapshot({ store, kind, url, ending }: Work, holder: Session): Promise<{ snapshot: Snapshot; id: string; folder: string }> {
  for (;;) {
    const snapshot = await takeSnapshot(holder.client, addressInWords(url));
    const id = snapshot.at.toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
    const folder = backupFolder(kind, id);
    if ((await store.head(`${folder}${manifestName}`)) === undefined) return { snapshot, id, folder };
    await holder.client.query("rollback");
    await wait(1000 - (snapshot.at.getTime() % 1000), undefined, { signal: ending.signal });
  }
}

/** The parts, largest first, as many at a time as there are jobs. */
async function writeAllRows(work: Work, destination: Destination, snapshot: Snapshot): Promise<RowsObject[]> {
  const { url, jobs, partBytes, onProgress } = work;
  const parts = planParts(snapshot.tables.rows, partBytes);
  const meter = new ProgressMeter(parts.length, parts.reduce((sum, { bytes }) => sum + bytes, 0), Date.now());
  const done: RowsObject[] = [];
  const queue = parts.entries();
  const worker = async () => {
    const session = await opened(work, openReader(url, snapshot));
    for (const [at, part] of queue) {
      destination.signal.throwIfAborted();
      done[at] = await writePart(destination, session, nameOf(at), part, meter);
    }
    session.close();
  };
  const watching = new AbortController();
  const watch = async () => {
    for (;;) {
      await wait(200, undefined, { signal: watching.signal });
      onProgress?.(meter.at(Date.now()));
    }
  };
  const watched = watch().catch(() => undefined);
  try {
    await together(work.ending, Array.from({ length: Math.max(1, Math.min(jobs, parts.length)) }, worker));
    onProgress?.(meter.at(Date.now()));
    return done;
  } finally {
    watching.abort();
    await watched;
  }
}

async function writePart(destination: Destination, session: Session, name: string, part: RowPart, meter: ProgressMeter): Promise<RowsObject> {
  meter.begin(name, part.bytes);
  const written = await writeRows(destination, session, name, part, (bytes) => meter.read(name, bytes));
  meter.end(name);
  return written;
}

function nameOf(at: number): string {
  return `data/${String(at + 1).padStart(4, "0")}.copy.zst.age`;
}

/** All of them, or the first failure, which ends the others; none is left running. */
async function together<T extends readonly unknown[]>(ending: AbortController, work: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T> {
  for (const one of work) one.catch((error: unknown) => ending.abort(error));
  await Promise.allSettled(work);
  return (await Promise.all(work)) as unknown as T;
}

/** Every object is in the bucket as it was sent, or there will be no manifest. */
async function checkStored(store: ObjectStore, folder: string, manifest: Manifest): Promise<void> {
  const found = new Map<string, { bytes: number; etag: string }>();
  for await (const object of store.list(folder)) found.set(object.key, object);
  for (const { name, bytes, etag } of objectsOf(manifest)) {
    const object = found.get(`${folder}${name}`);
    if (object?.bytes !== bytes || object.etag !== etag) throw notAsSent(`${folder}${name}`, `${bytes} bytes, ETag ${etag}`, object);
  }
}

function notAsSent(key: string, sent: string, found: { bytes: number; etag: string } | undefined): Error {
  const there = found === undefined ? "nothing" : `${found.bytes} bytes, ETag ${found.etag}`;
  return new Error(`CHI-A016 the bucket does not have what was sent: ${key} is ${there}, sent was ${sent}; nothing counts as a backup, run the same command again`);
}

function notesOn({ tables, clockSkewSeconds }: Snapshot): string[] {
  const notes = ["secrets in the vault (vault.secrets) stay with the vendor: they are encrypted with a key that no other project has"];
  if (tables.unreadable.length > 0) notes.push(`not in the backup, as the vendor lets nobody read them: ${tables.unreadable.map(({ schema, name }) => `${schema}.${name}`).join(", ")}`);
  if (Math.abs(clockSkewSeconds) > tolerableSkewSeconds) notes.push(`this machine's clock is ${Math.abs(clockSkewSeconds).toFixed(0)} s ${clockSkewSeconds > 0 ? "ahead of" : "behind"} the database's: the backup is named by the database's`);
  return notes;
}

function toolVersion(): string {
  return (JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { version: string }).version;
}
