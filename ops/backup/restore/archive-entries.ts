/**
 * What an archive of `pg_dump -Fc` holds, entry by entry: `pg_restore` itself writes the SQL, and its `--verbose` marks each entry with its
 * number; the names are in the archive's own table of contents. So what is left out, and what may run in parallel, is decided by entry, and
 * no temporary file is needed.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type ContentsEntry, listedContents, whole } from "./archive-contents";
import { programError } from "./program-error";

export interface ArchiveEntry extends Pick<ContentsEntry, "id" | "type" | "schema" | "name" | "owner" | "dependencies"> {
  /** Ends with a line end; without `pg_restore`'s own comments. */
  readonly sql: string;
  /** The same without the statement that gives the object to its owner. */
  readonly bareSql: string;
}

export interface ArchiveScript {
  /** Settings of the session that every entry counts on. */
  readonly preamble: string;
  readonly entries: readonly ArchiveEntry[];
}

/** `[^\n]`, as `.` leaves out line ends that are none to PostgreSQL (U+2028). Line breaks within names are spaces here. */
const header = /^--\n-- TOC entry (\d+) \(class (\d+) OID (\d+)\)\n(?:-- Dependencies:[ \d]+\n)?-- Name: ([^\n]*)\n(?:-- Data Pos: \d+\n)?--\n\n/gm;

interface ScriptParts {
  readonly preamble: string;
  readonly parts: readonly { readonly entry: ContentsEntry; readonly sql: string }[];
}

/**
 * Splits the text that `pg_restore --verbose --file=-` wrote. A text like a header that is within an object's own text counts only when it
 * names that very entry.
 *
 * @param listed the entries that are to be in it
 * @throws CHI-A050 when it holds other entries: never a part of a schema
 */
export function splitScript(script: string, listed: readonly ContentsEntry[]): ScriptParts {
  const byId = new Map(listed.map((entry) => [entry.id, entry]));
  const heads = [...script.matchAll(header)].flatMap((head) => {
    const [text, id, classOid, oid, words = ""] = head;
    const entry = byId.get(Number(id));
    const own = entry !== undefined && entry.classOid === classOid && entry.oid === oid && words.includes(`; Type: ${entry.type}; Schema: `);
    return own ? [{ entry, start: head.index, end: head.index + text.length }] : [];
  });
  if (heads.length !== listed.length || new Set(heads.map(({ entry }) => entry)).size !== listed.length) {
    throw new Error(`CHI-A050 the archive lists ${listed.length} entries and its text has ${heads.length}: restore by hand with pg_restore (docs/adr/0009-backups.md), and report the name of an object that holds text of pg_restore`);
  }
  const parts = heads.map(({ entry, end }, index) => {
    const next = heads[index + 1];
    return { entry, sql: next === undefined ? withoutEnd(script.slice(end)) : `${script.slice(end, next.start).trimEnd()}\n` };
  });
  const preamble = (heads[0] === undefined ? script : script.slice(0, heads[0].start)).split("\n").filter(isStatement).join("\n");
  return { preamble: `${preamble}\n`, parts };
}

/** Statements of the preamble are single lines; what else is in it are comments and psql's `\restrict`. */
function isStatement(line: string): boolean {
  return /^(SET|SELECT) /.test(line);
}

/** The last entry is followed by comments and psql's `\unrestrict`. */
function withoutEnd(sql: string): string {
  return `${sql.replace(/\n-- Completed on [^\n]*\n\n--\n-- PostgreSQL database dump complete\n--\n[^]*$/, "\n").trimEnd()}\n`;
}

export interface ScriptOptions {
  /** The folder with PostgreSQL's programs. */
  readonly binaries: string;
  /** Whether the statements give the objects to their owners. */
  readonly owners: boolean;
}

const bothSections = ["--section=pre-data", "--section=post-data"] as const;

/**
 * The entries of an archive, those before the rows and those after them.
 *
 * @param archive `pg_dump -Fc`, whole in memory: of the schema only, some megabytes at most
 * @throws CHI-A051 with pg_restore's own last line
 */
export async function readArchive(archive: Buffer, { binaries, owners }: ScriptOptions): Promise<ArchiveScript> {
  const flags = [...bothSections, "--no-tablespaces", "--no-table-access-method"];
  const script = (...more: readonly string[]) => pgRestore(binaries, ["--verbose", "--file=-", ...flags, ...more], archive);
  const [bare, owned, list] = await Promise.all([script("--no-owner"), owners ? script() : undefined, pgRestore(binaries, ["--list", ...flags], archive)]);
  const listed = listedContents(whole(archive), list);
  const withoutOwners = splitScript(bare, listed);
  const bareSql = new Map(withoutOwners.parts.map(({ entry: { id }, sql }) => [id, sql]));
  const { preamble, parts } = owned === undefined ? withoutOwners : splitScript(owned, listed);
  return {
    preamble,
    entries: parts.map(({ entry: { id, type, schema, name, owner, dependencies }, sql }) => ({ id, type, schema, name, owner, dependencies, sql, bareSql: bareSql.get(id) ?? sql })),
  };
}

/** The numbers of the entries that are made before the rows. @throws CHI-A051 */
export async function earlyEntries(archive: Buffer, binaries: string): Promise<ReadonlySet<number>> {
  const list = await pgRestore(binaries, ["--list", "--section=pre-data"], archive);
  return new Set(listedContents(whole(archive), list).map(({ id }) => id));
}

/** Entries in the output of `pg_restore --list`: every line that is no comment. */
export function listedEntries(list: string): number {
  return list.split("\n").filter((line) => /^\d+; /.test(line)).length;
}

/** Runs `pg_restore` on an archive from its standard input, without a database. @throws CHI-A051 */
export function pgRestore(binaries: string, args: readonly string[], archive: Buffer): Promise<string> {
  const child = spawn(join(binaries, "pg_restore"), args, { stdio: ["pipe", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  // It stops reading when the archive is none: its own words, on stderr, say so.
  child.stdin.on("error", () => undefined);
  child.stdin.end(archive);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`CHI-A051 pg_restore cannot be started (${error.message}): sudo apt-get install postgresql-15`)));
    child.once("close", (status) => {
      if (status === 0) resolve(Buffer.concat(chunks).toString("utf8"));
      else reject(new Error(`CHI-A051 pg_restore cannot read the archive: ${programError(words) ?? `exit code ${status}`}: npx chisan backup verify --depth decode`));
    });
  });
}
