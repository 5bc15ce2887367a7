/** Whether a backup is one: every object read, then decoded, then restored and compared. */
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { manifestName, objectsOf, type Manifest, type RowsObject, type StoredObject } from "../format/manifest";
import { rowsByTable } from "../format/manifest-keys";
import { listedEntries, pgRestore, readArchive } from "../restore/archive-entries";
import { readWhole } from "../restore/load-rest";
import { Interrupted, signalOf } from "../../output/interruptible";
import { objectDoubts, requireRecipient } from "../restore/preflight";
import { runTasks } from "../restore/task-pool";
import { type BackupReader, StoredBytes, keyOf, openPlain, readPlain } from "./plain-object";
import { restoreIntoScratch } from "./scratch";
import type { Depth } from "./proof";

export interface VerifyInput {
  readonly store: BackupReader;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly depth: Depth;
  /** For more than hashes. */
  readonly identity?: string;
  /** For a restore: any database of the server that may hold a scratch one. */
  readonly scratchUrl?: string;
  readonly connections: number;
  readonly binaries: string;
  readonly onBytes: (done: number, all: number) => void;
  readonly onPhase: (phase: string) => void;
  /** Ends the verification, and what it has made on the server. */
  readonly signal?: AbortSignal;
}

export interface Verification {
  /** Each names an object, a table or a thing of the schema. Empty: no doubt. */
  readonly doubts: readonly string[];
  readonly notices: readonly string[];
  /**
   * Keys of what lies in the backup's folder and is none of it. No doubt about the backup, of which nothing but its manifest says what belongs to it;
   * but somebody wrote there who has the writer's key.
   */
  readonly strangers: readonly string[];
  readonly objects: number;
  /** As they lie in the bucket. */
  readonly bytes: number;
  /** Restored and counted again. */
  readonly rows: number | null;
  readonly seconds: number;
}

/** Objects read at once: two keep a line busy while one waits for the next answer. */
const atOnce = 3;

/**
 * Reads the whole backup. What is wrong with it is in the result, all of it; only what keeps from judging is thrown.
 *
 * @throws CHI-A071 when the key was never a recipient, CHI-A073 without what the depth needs, CHI-A074 when no scratch database can be made, CHI-A081
 */
export async function verifyBackup(input: VerifyInput): Promise<Verification> {
  try {
    return await judge(input);
  } catch (error) {
    throw input.signal?.aborted === true ? new Interrupted("CHI-A081", signalOf(input.signal), "nothing was proven, and no scratch database is left: type the same command again") : error;
  }
}

async function judge(input: VerifyInput): Promise<Verification> {
  const { manifest, depth, store, identity } = input;
  const began = Date.now();
  if (depth !== "hashes") {
    if (identity === undefined) throw new Error(`CHI-A073 a verification by ${depth} reads the backup, and there is no key: set BACKUP_IDENTITY, or take --depth hashes`);
    await requireRecipient(manifest, identity);
  }
  if (depth === "restore" && input.scratchUrl === undefined) throw new Error("CHI-A073 a verification by restore needs a server for its scratch database: set RESTORE_TEST_DATABASE_URL, or name a variable with --scratch-url-env");
  const objects = objectsOf(manifest);
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  const doubts = [...manifestDoubts(manifest), ...(await objectDoubts(store, manifest))];
  const strangers = await strangersOf(store, manifest);
  input.onPhase(depth === "hashes" ? "every object read" : "every object decrypted and decompressed");
  let read = 0;
  const count = (more: number) => input.onBytes((read += more), bytes);
  const tasks = objects.map((object) => ({ id: object.name, after: [], shared: [], alone: [], weight: object.bytes, object }));
  await runTasks(tasks, atOnce, async ({ object }) => {
    try {
      if (identity === undefined || depth === "hashes") await readStored(store, manifest, object);
      else doubts.push(...(await decode(input, object, identity)));
    } catch (error) {
      // What fails because somebody ended it is no doubt.
      input.signal?.throwIfAborted();
      doubts.push(withKey(error, keyOf(manifest, object.name)));
    }
    count(object.bytes);
  });
  const notices: string[] = [];
  let rows: number | null = null;
  if (depth === "restore" && doubts.length === 0 && identity !== undefined && input.scratchUrl !== undefined) {
    const restored = await restoreIntoScratch({ ...input, identity, scratchUrl: input.scratchUrl });
    doubts.push(...restored.doubts);
    notices.push(...restored.notices);
    rows = restored.rows;
  } else if (depth === "restore") notices.push("not restored, because of what is wrong already");
  return { doubts: [...new Set(doubts)], notices, strangers, objects: objects.length, bytes, rows, seconds: (Date.now() - began) / 1000 };
}

/** What in a manifest contradicts itself. */
export function manifestDoubts(manifest: Manifest): string[] {
  const doubts: string[] = [];
  const names = new Set<string>();
  for (const { name } of objectsOf(manifest)) {
    if (names.has(name) || name.split("/").includes("..") || name === manifestName) doubts.push(`the manifest names "${name}" ${names.has(name) ? "twice" : "as an object"}`);
    names.add(name);
  }
  const sums = rowsByTable(manifest.rows);
  for (const table of new Set([...Object.keys(sums), ...Object.keys(manifest.tables)])) {
    const [parts, whole] = [sums[table] ?? 0, manifest.tables[table]];
    if (parts !== whole) doubts.push(`${table} has ${parts} rows in its parts, the manifest counts ${whole ?? "none"}`);
  }
  return doubts;
}

async function strangersOf(store: Pick<BackupReader, "list">, manifest: Manifest): Promise<string[]> {
  const known = new Set([manifestName, ...objectsOf(manifest).map(({ name }) => name)].map((name) => keyOf(manifest, name)));
  const found: string[] = [];
  for await (const { key } of store.list(keyOf(manifest, ""))) if (!known.has(key)) found.push(key);
  return found;
}

async function readStored(store: BackupReader, manifest: Manifest, object: StoredObject): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(store.getStream(keyOf(manifest, object.name)), new StoredBytes(keyOf(manifest, object.name), object), nowhere);
}

async function decode({ store, manifest, binaries }: VerifyInput, object: StoredObject, identity: string): Promise<string[]> {
  const key = keyOf(manifest, object.name);
  if (object.name === manifest.roles.name) {
    await readPlain(store, manifest, object, identity);
    return [];
  }
  if (object.name === manifest.schema.name) {
    const archive = await readPlain(store, manifest, object, identity);
    const { entries } = await readArchive(archive, { binaries, owners: true });
    return entries.length === listedEntries(await pgRestore(binaries, ["--list"], archive)) ? [] : [`${key} lists other entries than it holds`];
  }
  if (object.name === manifest.rest.name) {
    await readWhole(binaries, openPlain(store, manifest, object, identity));
    return [];
  }
  const { rows, schema, table } = object as RowsObject;
  let lines = 0;
  for await (const chunk of openPlain(store, manifest, object, identity) as AsyncIterable<Buffer>) lines += countLines(chunk);
  return lines === rows ? [] : [`${key} has ${lines} rows of ${schema}.${table}, the manifest says ${rows}`];
}

/** A line break within a value is written as `\n`, so each one in the text ends a row. */
export function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}

function withKey(error: unknown, key: string): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.includes(key) ? words : `${key}: ${words}`;
}
