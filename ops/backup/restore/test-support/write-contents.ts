/** The beginning of an archive of `pg_dump -Fc` of any version, as pg_backup_archiver.c writes it. */
import type { ContentsEntry } from "../archive-contents";

function number(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(value < 0 ? 1 : 0, 0);
  bytes.writeUInt32LE(Math.abs(value), 1);
  return bytes;
}

function text(value: string | null): Buffer {
  if (value === null) return number(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

/** @param minor of the format's version 1: 14 for PostgreSQL 15, 15 for 16, 16 for 17 */
export function writeContents(entries: readonly ContentsEntry[], minor: number): Buffer {
  const header = [Buffer.from("PGDMP"), Buffer.from([1, minor, 0, 4, 8, 1]), minor >= 15 ? Buffer.from([0]) : number(-1)];
  const time = [30, 15, 12, 23, 10, 126, 0].map(number);
  const about = ["database", "15.18", "15.18"].map(text);
  return Buffer.concat([...header, ...time, ...about, number(entries.length), ...entries.flatMap((entry) => one(entry, minor))]);
}

function one({ id, classOid, oid, type, schema, name, owner, dependencies }: ContentsEntry, minor: number): Buffer[] {
  const tableAccess = [text(""), text(null), ...(minor >= 16 ? [number(114)] : [])];
  return [
    number(id), number(1), text(classOid), text(oid), text(name), text(type), number(2), text(`CREATE ${name};\n`), text("DROP"), text(null),
    text(schema === "" ? null : schema), ...tableAccess, text(owner), text("false"), ...dependencies.map((other) => text(String(other))), text(null), Buffer.alloc(9, 2),
  ];
}
