/**
 * What an archive of `pg_dump -Fc` holds, entry by entry: `pg_restore` itself writes the SQL, and its `--verbose` marks each entry with its
 * number and what it depends on. So what is left out, and what may run in parallel, is decided by entry, and no temporary file is needed.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface ArchiveEntry {
  /** `pg_dump`'s own number of the entry. */
  readonly id: number;
  /** As in the list of `pg_restore -l`: TABLE, INDEX, FK CONSTRAINT, POLICY… */
  readonly type: string;
  /** Empty where the entry is in no schema. */
  readonly schema: string;
  readonly name: string;
  /** Empty where it has no owner, as extensions. */
  readonly owner: string;
  readonly dependencies: readonly number[];
  /** Ends with a line end; without `pg_restore`'s own comments. */
  readonly sql: string;
}

export interface ArchiveScript {
  /** Settings of the session that every entry counts on. */
  readonly preamble: string;
  readonly entries: readonly ArchiveEntry[];
}

const header = /^--\n-- TOC entry (\d+) \(class \d+ OID \d+\)\n(?:-- Dependencies:([ \d]+)\n)?-- Name: (.*); Type: ([A-Z ]+); Schema: (.*); Owner: (.*)\n(?:-- Data Pos: \d+\n)?--\n\n/gm;

/**
 * Splits the text that `pg_restore --verbose --file=-` wrote.
 *
 * @throws CHI-A050 when it holds another number of entries than its list names: never a part of a schema
 */
export function splitScript(script: string, listed: number): ArchiveScript {
  const heads = [...script.matchAll(header)];
  if (heads.length !== listed) {
    throw new Error(`CHI-A050 the archive lists ${listed} entries and its text has ${heads.length}: restore by hand with pg_restore (docs/adr/0009-backups.md), and report the name of an object that holds a line break`);
  }
  const entries = heads.map((head, index): ArchiveEntry => {
    const [text, id, dependencies = "", name = "", type = "", schema = "", owner = ""] = head;
    const sql = script.slice(head.index + text.length, heads[index + 1]?.index ?? script.length);
    return {
      id: Number(id),
      type,
      schema: schema === "-" ? "" : schema,
      name,
      owner: owner === "-" ? "" : owner,
      dependencies: dependencies.trim() === "" ? [] : dependencies.trim().split(" ").map(Number),
      sql: withoutEnd(sql),
    };
  });
  const preamble = (heads[0] === undefined ? script : script.slice(0, heads[0].index)).split("\n").filter(isStatement).join("\n");
  return { preamble: `${preamble}\n`, entries };
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
  const flags = [...bothSections, "--no-tablespaces", "--no-table-access-method", ...(owners ? [] : ["--no-owner"])];
  const [script, list] = await Promise.all([pgRestore(binaries, ["--verbose", "--file=-", ...flags], archive), pgRestore(binaries, ["--list", ...flags], archive)]);
  return splitScript(script, listedEntries(list));
}

/** The numbers of the entries that are made before the rows. @throws CHI-A051 */
export async function earlyEntries(archive: Buffer, binaries: string): Promise<ReadonlySet<number>> {
  const list = await pgRestore(binaries, ["--list", "--section=pre-data"], archive);
  return new Set([...list.matchAll(/^(\d+); /gm)].map(([, id]) => Number(id)));
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
      else reject(new Error(`CHI-A051 pg_restore cannot read the archive: ${words.trim().split("\n").at(-1) ?? `exit code ${status}`}: npx chisan backup verify --depth decode`));
    });
  });
}
