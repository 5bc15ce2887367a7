import type { Client } from "pg";
import { catalogueLines, fingerprintOf } from "../catalogue/catalogue";
import type { Manifest } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import { quoted } from "./row-tables";

interface Sequence {
  schema: string;
  name: string;
}

/**
 * What the manifest says of the database, in the transaction of the snapshot.
 *
 * Sequences do not belong to snapshots: their values are those at this moment. `rest.dump`, which is written afterwards, has the same or
 * later ones, so a restored sequence is never behind what is noted here, nor behind the rows.
 */
export async function readFacts(client: Client): Promise<Manifest["database"]> {
  const [about] = (await client.query<{ name: string; version: string; bytes: string; objects: string; migrations: boolean }>(`
    select pg_catalog.current_database() as name, pg_catalog.current_setting('server_version') as version, pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes,
      (select count(*) from pg_catalog.pg_largeobject_metadata) as objects, pg_catalog.to_regclass('supabase_migrations.schema_migrations') is not null as migrations`)).rows;
  if (about === undefined) throw new Error("CHI-A030 the database said nothing about itself; run the same command again");
  const head = about.migrations ? (await client.query<{ version: string }>("select version from supabase_migrations.schema_migrations order by version desc limit 1")).rows[0] : undefined;
  const extensions = (await client.query<{ name: string; schema: string; version: string }>(
    "select e.extname as name, n.nspname as schema, e.extversion as version from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace order by 1",
  )).rows;
  return {
    name: about.name,
    serverVersion: about.version,
    bytes: Number(about.bytes),
    migrationHead: head?.version ?? null,
    schemaFingerprint: fingerprintOf(await catalogueLines(client)),
    extensions,
    largeObjects: Number(about.objects),
    sequences: await sequenceValues(client),
  };
}

/** What the next call of nextval would give; `exhausted` when it would fail. */
async function sequenceValues(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<Sequence>(`
    select n.nspname as schema, c.relname as name from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and pg_catalog.has_schema_privilege(n.oid, 'usage') and case when c.relkind = 'S' then pg_catalog.has_sequence_privilege(c.oid, 'select') else false end
      and not exists (select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by 1, 2`);
  const values: Record<string, string> = {};
  for (let at = 0; at < rows.length; at += 100) {
    const asked = rows.slice(at, at + 100).map(({ schema, name }, index) => {
      const sequence = quoted(schema, name);
      return `select ${index} as at, case when not s.is_called then s.last_value::text
        when s.last_value::numeric + q.seqincrement between q.seqmin and q.seqmax then (s.last_value::numeric + q.seqincrement)::text
        when q.seqcycle then (case when q.seqincrement > 0 then q.seqmin else q.seqmax end)::text else 'exhausted' end as next
        from ${sequence} as s, pg_catalog.pg_sequence as q where q.seqrelid = '${sequence.replaceAll("'", "''")}'::pg_catalog.regclass`;
    });
    const { rows: found } = await client.query<{ at: number; next: string }>(asked.join(" union all "));
    for (const { at: index, next } of found) {
      const sequence = rows[at + index];
      if (sequence !== undefined) values[relationKey(sequence.schema, sequence.name)] = next;
    }
  }
  return values;
}
