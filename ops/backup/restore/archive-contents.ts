/**
 * The table of contents at the beginning of an archive of `pg_dump -Fc`, which has each name by itself. What `pg_restore` prints of it has
 * them side by side, parted by spaces, and a schema, an object and a role may each hold spaces, so no reader of that can tell them apart.
 */
import type { Readable } from "node:stream";

export interface ContentsEntry {
  /** `pg_dump`'s own number of the entry. */
  readonly id: number;
  /** Of the object in the system catalogue of the database that was dumped; 0 where it has none. */
  readonly classOid: string;
  readonly oid: string;
  /** As in the list of `pg_restore -l`: TABLE, INDEX, FK CONSTRAINT, POLICY… */
  readonly type: string;
  /** Empty where the entry is in no schema. */
  readonly schema: string;
  readonly name: string;
  /** Empty where it has no owner, as extensions. */
  readonly owner: string;
  readonly dependencies: readonly number[];
}

export interface ArchiveContents {
  readonly entries: readonly ContentsEntry[];
  /** The archive's own bytes up to the first row: as much as `pg_restore --list` reads. */
  readonly bytes: Buffer;
}

/** Minor versions of the archive's format 1: of PostgreSQL 12 to 15, 16, and 17 on (K_VERS_MINOR in its pg_backup_archiver.h). */
const withTableAccessMethod = 14;
const withCompressionByte = 15;
const withRelationKind = 16;

/** The bytes end before the table of contents does. */
class EndOfBytes extends Error {}

/** Numbers and texts as pg_backup_archiver.c writes them: a sign and little-endian bytes; a length and bytes in the database's encoding. */
class ArchiveBytes {
  public at = 0;
  /** Of a number, without its sign: the header says it. */
  public numberBytes = 4;

  public constructor(private readonly bytes: Buffer) {}

  public take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new EndOfBytes();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  public byte(): number {
    return this.take(1).readUInt8();
  }

  public number(): number {
    const sign = this.byte();
    const size = this.take(this.numberBytes).readUIntLE(0, this.numberBytes);
    return sign === 0 ? size : -size;
  }

  /** Undefined for C's null pointer, which ends lists as well. */
  public text(): string | undefined {
    const length = this.number();
    return length < 0 ? undefined : this.take(length).toString("utf8");
  }
}

/**
 * Reads the table of contents of an archive of which the beginning is given.
 *
 * @returns undefined when the bytes end within it
 * @throws CHI-A051 when it is no archive of `pg_dump -Fc`, or one of a version that this does not know
 */
export function parseContents(archive: Buffer): ArchiveContents | undefined {
  const bytes = new ArchiveBytes(archive);
  try {
    const entries = readEntries(bytes);
    return { entries, bytes: archive.subarray(0, bytes.at) };
  } catch (error) {
    if (error instanceof EndOfBytes) return undefined;
    throw error;
  }
}

/** Reads no further than the table of contents. @throws CHI-A051, and what the stream fails with */
export async function readContents(archive: Readable): Promise<ArchiveContents> {
  let bytes: Buffer = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let read = 0;
  for await (const piece of archive as AsyncIterable<Buffer>) {
    pieces.push(piece);
    read += piece.length;
    // Twice as much as was not enough: every byte is looked at a few times, not once for each piece.
    if (read < 2 * bytes.length) continue;
    bytes = Buffer.concat([bytes, ...pieces]);
    pieces = [];
    const contents = parseContents(bytes);
    if (contents !== undefined) return contents;
  }
  return whole(Buffer.concat([bytes, ...pieces]));
}

/** The table of contents of an archive that is whole in memory. @throws CHI-A051 */
export function whole(archive: Buffer): ArchiveContents {
  const contents = parseContents(archive);
  if (contents === undefined) throw unreadable("it ends within its table of contents");
  return contents;
}

function readEntries(bytes: ArchiveBytes): ContentsEntry[] {
  const { minor, offsetBytes } = readHeader(bytes);
  const count = bytes.number();
  const entries: ContentsEntry[] = [];
  while (entries.length < count) entries.push(readEntry(bytes, minor, offsetBytes));
  return entries;
}

function readHeader(bytes: ArchiveBytes): { minor: number; offsetBytes: number } {
  if (bytes.take(5).toString("latin1") !== "PGDMP") throw unreadable("it is none");
  const [major, minor] = [bytes.byte(), bytes.byte()];
  bytes.byte();
  if (major !== 1 || minor < withTableAccessMethod || minor > withRelationKind) {
    throw unreadable(`its format is ${major}.${minor}, and known are 1.${withTableAccessMethod} to 1.${withRelationKind}`);
  }
  const [numberBytes, offsetBytes, format] = [bytes.byte(), bytes.byte(), bytes.byte()];
  if (numberBytes !== 4 || format !== 1) throw unreadable(`it has numbers of ${numberBytes} bytes and the kind ${format}, not 4 and 1 (custom)`);
  bytes.numberBytes = numberBytes;
  if (minor >= withCompressionByte) bytes.byte();
  else bytes.number();
  // Second, minute, hour, day, month, year, summer time.
  for (let index = 0; index < 7; index += 1) bytes.number();
  // Database, version of the server, version of pg_dump.
  for (let index = 0; index < 3; index += 1) bytes.text();
  return { minor, offsetBytes };
}

function readEntry(bytes: ArchiveBytes, minor: number, offsetBytes: number): ContentsEntry {
  const id = bytes.number();
  // Whether rows belong to it.
  bytes.number();
  const [classOid = "0", oid = "0", name = "", type = ""] = [bytes.text(), bytes.text(), bytes.text(), bytes.text()];
  // Section.
  bytes.number();
  // Definition, DROP, COPY.
  for (let index = 0; index < 3; index += 1) bytes.text();
  const schema = bytes.text() ?? "";
  // Tablespace, access method.
  for (let index = 0; index < 2; index += 1) bytes.text();
  if (minor >= withRelationKind) bytes.number();
  const owner = bytes.text() ?? "";
  // WITH OIDS, of servers before 12.
  bytes.text();
  const dependencies: number[] = [];
  for (let text = bytes.text(); text !== undefined; text = bytes.text()) dependencies.push(Number(text));
  // Where its rows are: a state, and an offset.
  bytes.take(1 + offsetBytes);
  return { id, classOid, oid, type, schema, name, owner, dependencies };
}

function unreadable(why: string): Error {
  return new Error(`CHI-A051 the archive's table of contents cannot be read: ${why}: npx chisan backup verify --depth decode`);
}

/**
 * The entries that `pg_restore --list` names, in its order.
 *
 * @throws CHI-A050 when the list and the table of contents name other objects: never a part of a database
 */
export function listedContents({ entries }: ArchiveContents, list: string): ContentsEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  // Line breaks within names are spaces there.
  return list.split("\n").flatMap((line) => {
    const id = /^(\d+); /.exec(line)?.[1];
    if (id === undefined) return [];
    const entry = byId.get(Number(id));
    if (entry === undefined || !line.startsWith(`${id}; ${entry.classOid} ${entry.oid} ${entry.type} `)) {
      throw new Error(`CHI-A050 pg_restore lists "${line.slice(0, 100)}", the archive's table of contents has ${entry === undefined ? "no such entry" : `"${entry.type} ${entry.name}"`}: restore by hand with pg_restore (docs/adr/0009-backups.md)`);
    }
    return [entry];
  });
}
