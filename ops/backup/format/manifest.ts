/** What a backup consists of and what it was made of: the last object that `backup run` writes (docs/adr/0009-backups.md). */
import { z } from "zod";

/** `manual` is made by hand, and no lock holds it. */
export const backupKinds = ["daily", "weekly", "manual"] as const;
export type BackupKind = (typeof backupKinds)[number];

export const manifestName = "manifest.json";

/** Raised when a reader of the former form would misunderstand the new one. */
export const formatVersion = 1;

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();

/** One object of the backup, by its name below the backup's folder. */
const storedObject = z.strictObject({
  name: z.string().min(1),
  /** Of the object as it lies in the bucket: compressed and encrypted. */
  bytes: count,
  sha256,
  etag: z.string(),
  /** Before compression. */
  plainBytes: count,
});

/** The rows of one table, or those in a range of its blocks. */
const rowsObject = storedObject.extend({
  schema: z.string(),
  table: z.string(),
  /** As named in COPY, in order: without generated columns. */
  columns: z.array(z.string()),
  rows: count,
  /** First block, and the one after the last; absent when the part is the whole table. */
  blocks: z.tuple([count, count.nullable()]).optional(),
});

export const manifestSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  /** Time of the snapshot, as in the folder's name: `20261123T030000Z`. */
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  kind: z.enum(backupKinds),
  stack: z.string(),
  /** When the snapshot was taken, by the database's clock, and when the last object was in the bucket, by this machine's. ISO 8601, UTC. */
  snapshotAt: time,
  finishedAt: time,
  durationSeconds: z.number().nonnegative(),
  /** This machine's clock less the database's, at the start. */
  clockSkewSeconds: z.number(),
  tool: z.strictObject({ version: z.string(), pgDump: z.string() }),
  /** Public keys (age). */
  recipients: z.array(z.string()).min(1),
  database: z.strictObject({
    name: z.string(),
    serverVersion: z.string(),
    bytes: count,
    /** Newest row of supabase_migrations.schema_migrations; null where there is none. */
    migrationHead: z.string().nullable(),
    /** Of the catalogue: equal when the schema is (ops/backup/catalogue). */
    schemaFingerprint: sha256,
    extensions: z.array(z.strictObject({ name: z.string(), schema: z.string(), version: z.string() })),
    largeObjects: count,
    /** Values of the sequences: by {@link relationKey}, what the next call of nextval gives. */
    sequences: z.record(z.string(), z.string()),
  }),
  /** Rows by table ({@link relationKey}), counted by COPY in the snapshot. */
  tables: z.record(z.string(), count),
  roles: storedObject,
  schema: storedObject,
  rest: storedObject,
  rows: z.array(rowsObject),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type StoredObject = z.infer<typeof storedObject>;
export type RowsObject = z.infer<typeof rowsObject>;

/** Every object that the manifest names, in the order in which they are written. */
export function objectsOf(manifest: Manifest): StoredObject[] {
  return [manifest.roles, manifest.schema, manifest.rest, ...manifest.rows];
}

/** `database/daily/20261123T030000Z/`, without the slash in front that S3 keys do not have. */
export function backupFolder(kind: BackupKind, id: string): string {
  return `database/${kind}/${id}/`;
}

/** `database/latest.json`: the newest backup that was verified when it was made. */
export const latestPointerKey = "database/latest.json";
export const latestPointerSchema = z.strictObject({ kind: z.enum(backupKinds), id: z.string(), manifestSha256: sha256 });
export type LatestPointer = z.infer<typeof latestPointerSchema>;
