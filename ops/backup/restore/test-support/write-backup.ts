/** A backup in the format, written from a database with `psql` and `pg_dump` alone: what the readers are tested against, whoever writes it. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { PostgresCluster } from "../../../../supabase/test-support/postgres";
import { catalogueLines, fingerprintOf } from "../../catalogue/catalogue";
import { encryption } from "../../format/age";
import { type BackupKind, type Manifest, type RowsObject, type StoredObject, backupFolder, formatVersion, latestPointerKey, manifestName } from "../../format/manifest";
import { relationKey } from "../../format/relation-key";
import { compression } from "../../format/zstd-frames";
import type { MemoryStore } from "./memory-store";

export interface WrittenBackup {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly identity: string;
}

export interface BackupToWrite {
  readonly cluster: PostgresCluster;
  readonly database: string;
  readonly store: MemoryStore;
  readonly id: string;
  readonly kind?: BackupKind;
  readonly roles?: string;
  readonly identity?: string;
  /** Tables, by {@link relationKey}, whose rows go into `rest.dump` instead of parts. */
  readonly inRest?: readonly string[];
}

/** Tables of more than one page become two parts. */
export async function writeBackup({ cluster, database, store, id, kind = "daily", roles = "", identity, inRest = [] }: BackupToWrite): Promise<WrittenBackup> {
  const key = identity ?? (await generateIdentity());
  const recipients = [await identityToRecipient(key)];
  const run = (program: string, args: readonly string[]): Buffer => {
    const env = { ...process.env, PGHOST: cluster.socketDirectory, PGPORT: String(cluster.port), PGUSER: "supabase_admin", PGDATABASE: database };
    const { status, stdout, stderr } = spawnSync(`${cluster.binaries}/${program}`, args, { env, maxBuffer: 1 << 30 });
    if (status !== 0) throw new Error(`${program}: ${String(stderr)}`);
    return stdout;
  };
  const store1 = async (name: string, plain: Buffer): Promise<StoredObject> => {
    const sealed = await buffer(Readable.from([plain]).pipe(compression()).pipe(await encryption(recipients)));
    const { etag } = await store.put(`${backupFolder(kind, id)}${name}`, sealed);
    return { name, bytes: sealed.length, sha256: createHash("sha256").update(sealed).digest("hex"), etag, plainBytes: plain.length };
  };
  const client = await cluster.connect(database);
  try {
    const { rows: tables } = await client.query<{ schema: string; name: string; columns: string[]; pages: number }>(`
      select n.nspname as schema, c.relname as name, (pg_relation_size(c.oid) / 8192)::int as pages,
        array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and (n.nspname, c.relname) <> ('vault', 'secrets')
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`);
    const quote = (name: string) => client.escapeIdentifier(name);
    const rows: RowsObject[] = [];
    const counts: Record<string, number> = {};
    const excluded: string[] = ["--exclude-table-data=vault.secrets"];
    for (const { schema, name, columns, pages } of tables) {
      if (inRest.includes(relationKey(schema, name))) continue;
      const table = `${quote(schema)}.${quote(name)}`;
      excluded.push(`--exclude-table-data=${table}`);
      const ranges: ([number, number | null] | undefined)[] = pages > 8 ? [[0, 4], [4, null]] : [undefined];
      for (const blocks of ranges) {
        const where = blocks === undefined ? "" : ` where ctid >= '(${blocks[0]},0)'${blocks[1] === null ? "" : ` and ctid < '(${blocks[1]},0)'`}`;
        const text = run("psql", ["-XAtqc", `copy (select ${columns.map(quote).join(", ")} from only ${table}${where}) to stdout`]);
        const stored = await store1(`data/${String(rows.length + 1).padStart(6, "0")}.copy.zst.age`, text);
        const count = text.toString("latin1").split("\n").length - 1;
        rows.push({ ...stored, schema, table: name, columns, rows: count, ...(blocks === undefined ? {} : { blocks }) });
        counts[relationKey(schema, name)] = (counts[relationKey(schema, name)] ?? 0) + count;
      }
    }
    const { rows: sequences } = await client.query<{ schema: string; name: string; increment: string }>("select schemaname as schema, sequencename as name, increment_by as increment from pg_sequences");
    const next: Record<string, string> = {};
    for (const { schema, name, increment } of sequences) {
      const { rows: value } = await client.query<{ next: string }>(`select (last_value + case when is_called then ${increment} else 0 end)::text as next from ${quote(schema)}.${quote(name)}`);
      next[relationKey(schema, name)] = value[0]?.next ?? "";
    }
    const { rows: extensions } = await client.query<{ name: string; schema: string; version: string }>("select extname as name, nspname as schema, extversion as version from pg_extension e join pg_namespace n on n.oid = e.extnamespace");
    const { rows: facts } = await client.query<{ version: string; objects: string }>("select current_setting('server_version') as version, (select count(*) from pg_largeobject_metadata) as objects");
    await client.query("begin");
    const schemaFingerprint = fingerprintOf(await catalogueLines(client));
    await client.query("rollback");
    const at = id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
    const manifest: Manifest = {
      formatVersion, id, kind, stack: "staging", snapshotAt: at, finishedAt: at, durationSeconds: 1, clockSkewSeconds: 0,
      tool: { version: "test", pgDump: "15" },
      recipients,
      database: { name: database, serverVersion: facts[0]?.version ?? "", bytes: 1, migrationHead: null, schemaFingerprint, extensions, largeObjects: Number(facts[0]?.objects), sequences: next },
      tables: counts,
      roles: await store1("roles.sql.zst.age", Buffer.from(roles)),
      schema: await store1("schema.dump.zst.age", run("pg_dump", ["-Fc", "-Z0", "--section=pre-data", "--section=post-data"])),
      rest: await store1("rest.dump.zst.age", run("pg_dump", ["-Fc", "-Z0", "--section=data", ...excluded])),
      rows: rows.sort((a, b) => b.plainBytes - a.plainBytes),
    };
    const text = JSON.stringify(manifest, null, 2);
    await store.put(`${backupFolder(kind, id)}${manifestName}`, text);
    const manifestSha256 = createHash("sha256").update(text).digest("hex");
    await store.put(latestPointerKey, JSON.stringify({ kind, id, manifestSha256 }));
    return { manifest, manifestSha256, identity: key };
  } finally {
    await client.end();
  }
}
