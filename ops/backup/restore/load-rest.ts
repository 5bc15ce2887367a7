/** `rest.dump`: values of sequences, large objects, and tables that are in no part. `pg_restore` writes it, and may do so twice. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ClientBase } from "pg";
import { relationKey } from "../format/relation-key";
import { type ContentsEntry, listedContents, readContents } from "./archive-contents";
import { programError } from "./program-error";
import { isManagedSchema, rowsRule } from "./vendor";

export interface RestEntry {
  /** `pg_dump`'s own number of the entry. */
  readonly id: number;
  readonly type: "TABLE DATA" | "SEQUENCE SET" | "BLOBS" | "other";
  readonly schema: string;
  readonly name: string;
}

/** What of the entries a restore of `rest.dump` asks for. */
export function parseList(entries: readonly Pick<ContentsEntry, "id" | "type" | "schema" | "name">[]): RestEntry[] {
  return entries.map(({ id, type, schema, name }) => ({ id, type: type === "TABLE DATA" || type === "SEQUENCE SET" || type === "BLOBS" ? type : "other", schema, name }));
}

/** The entries that `pg_restore --list` names; it reads no further than the table of contents. @throws CHI-A050, CHI-A051 */
export async function listStream(binaries: string, archive: Readable): Promise<ContentsEntry[]> {
  const contents = await readContents(archive);
  return listedContents(contents, await runRestore(binaries, ["--list"], Readable.from([contents.bytes]), "list"));
}

/** Reads an archive to its end. */
export async function readWhole(binaries: string, archive: Readable): Promise<void> {
  await runRestore(binaries, ["--file=/dev/null"], archive, "read");
}

/** The statements that put the rows of one table back, as text. */
export function tableScript(binaries: string, archive: Readable, entry: RestEntry): Promise<string> {
  return withList([entry], (list) => runRestore(binaries, [`--use-list=${list}`, "--file=-"], archive, "read"));
}

export interface RestTarget {
  readonly binaries: string;
  /** Of libpq: where, as whom, the password. */
  readonly environment: NodeJS.ProcessEnv;
  readonly client: ClientBase;
  /** Opens the archive anew each time. */
  readonly open: () => Readable;
  readonly managedToo: boolean;
}

/**
 * Writes what belongs to us into the target, in one transaction.
 *
 * @returns what was left out
 * @throws CHI-A051 with pg_restore's last line
 */
export async function loadRest(target: RestTarget, entries: readonly RestEntry[]): Promise<string[]> {
  const { rows } = await target.client.query<{ schema: string; name: string }>(
    "select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'update') else false end",
  );
  const sequences = new Set(rows.map(({ schema, name }) => relationKey(schema, name)));
  const kept = entries.filter((entry) => keepRest(entry, sequences, target.managedToo));
  const leftOut = entries.filter((entry) => !kept.includes(entry)).map(({ type, schema, name }) => `${type.toLowerCase()} ${schema}.${name}`);
  // An earlier run may have ended between pg_restore's commit and the line in the ledger.
  for (const { type, schema, name } of kept) {
    if (type === "TABLE DATA") await target.client.query(`truncate only ${target.client.escapeIdentifier(schema)}.${target.client.escapeIdentifier(name)}`);
  }
  if (kept.length === 0) return leftOut;
  const environment = { ...process.env, ...target.environment, PGOPTIONS: "-c statement_timeout=0 -c lock_timeout=0" };
  const flags = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-password", `--dbname=${target.environment["PGDATABASE"] ?? ""}`];
  await withList(kept, (list) => runRestore(target.binaries, [...flags, `--use-list=${list}`], target.open(), "restore", environment));
  return leftOut;
}

/** Numbers only, which is all that pg_restore reads of a line: the list comes from a file, the archive from its standard input. */
async function withList<T>(entries: readonly RestEntry[], work: (list: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "chisan-restore-"));
  try {
    const list = join(directory, "list");
    writeFileSync(list, `${entries.map(({ id }) => `${id};\n`).join("")}`, { mode: 0o600 });
    return await work(list);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws what the archive's stream fails with, else CHI-A051 with pg_restore's last line */
async function runRestore(binaries: string, args: readonly string[], archive: Readable, what: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const child = spawn(join(binaries, "pg_restore"), args, { stdio: ["pipe", "pipe", "pipe"], env });
  const ended = output(child, what);
  const broken = await pipeline(archive, child.stdin).then(() => undefined, (error: NodeJS.ErrnoException) => error);
  // It closes its end when it has read enough, or has something to say itself.
  if (broken !== undefined && !["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"].includes(broken.code ?? "")) {
    child.kill();
    await ended.catch(() => undefined);
    throw broken;
  }
  return ended;
}

export function keepRest({ type, schema, name }: RestEntry, sequences: ReadonlySet<string>, managedToo: boolean): boolean {
  if (type === "SEQUENCE SET") return sequences.has(relationKey(schema, name));
  if (type === "TABLE DATA") return !isManagedSchema(schema) || (managedToo && rowsRule(schema, name) === "restore");
  return true;
}

function output(child: ReturnType<typeof spawn>, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let words = "";
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`CHI-A051 pg_restore cannot be started (${error.message}): sudo apt-get install postgresql-15`)));
    child.once("close", (status) => {
      if (status === 0) resolve(Buffer.concat(chunks).toString("utf8"));
      else reject(new Error(`CHI-A051 pg_restore cannot ${what} rest.dump: ${programError(words) ?? `exit code ${status}`}: npx chisan backup verify --depth decode`));
    });
  });
  ended.catch(() => undefined);
  return ended;
}
