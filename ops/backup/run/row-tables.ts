import { escapeIdentifier, type Client } from "pg";
import { isManagedSchema, ledgerSchema } from "../restore/vendor";

/** A table whose rows are read by COPY. */
export interface RowTable {
  readonly oid: number;
  readonly schema: string;
  readonly table: string;
  /** Without generated ones; none at all is possible. */
  readonly columns: readonly string[];
  /** Of the rows, TOAST included, indexes not. */
  readonly bytes: number;
  /** Of the heap; 0 where blocks are no way to divide the table. */
  readonly blocks: number;
}

/** What the role that makes the backup may not read, and that is the vendor's: neither rows nor definition are in the backup. */
export interface Unreadable {
  readonly schema: string;
  readonly name: string;
}

export interface Tables {
  readonly rows: readonly RowTable[];
  readonly unreadable: readonly Unreadable[];
}

/** Rows that stay with the vendor: its vault's are encrypted with a key that no other project has. */
export const rowsLeftToVendor = [{ schema: "vault", table: "secrets" }] as const;

const query = `
select
  c.oid::int8 as oid, n.nspname as schema, c.relname as name, c.relkind as kind,
  coalesce(pg_catalog.has_schema_privilege(n.oid, 'usage') and case when c.relkind = 'S' then pg_catalog.has_sequence_privilege(c.oid, 'select') else pg_catalog.has_table_privilege(c.oid, 'select') end, false) as readable,
  case when c.relkind = 'r' then pg_catalog.pg_table_size(c.oid) else 0 end as bytes,
  case when c.relkind = 'r' and am.amname = 'heap' then pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int else 0 end as blocks,
  (select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}') from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_am as am on am.oid = c.relam
where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
  and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and not exists (select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname`;

interface Row {
  oid: string;
  schema: string;
  name: string;
  kind: "r" | "p" | "S";
  readable: boolean;
  bytes: string;
  blocks: string;
  columns: string[];
}

/**
 * The tables whose rows become parts of their own: ordinary ones and leaf partitions, logged or not, of our schemas and the vendor's; not
 * the system's, nor those that belong to an extension (their configuration is in `rest.dump`).
 *
 * @throws CHI-A032 for one of ours that the role cannot read
 */
export async function readTables(client: Client): Promise<Tables> {
  const { rows } = await client.query<Row>(query);
  const hidden = rows.filter(({ readable }) => !readable);
  const ours = hidden.filter(({ schema }) => !isManagedSchema(schema));
  if (ours.length > 0) {
    const names = ours.map(({ schema, name }) => quoted(schema, name));
    throw new Error(`CHI-A032 the role of the backup may not read ${names.join(", ")}, nothing was written: grant usage on its schema and select on it to that role`);
  }
  const left = new Set<string>(rowsLeftToVendor.map(({ schema, table }) => `${schema}.${table}`));
  return {
    rows: rows
      // What a restore that was interrupted noted here is not the database's.
      .filter(({ kind, readable, schema, name }) => kind === "r" && readable && schema !== ledgerSchema && !left.has(`${schema}.${name}`))
      .map(({ oid, schema, name, bytes, blocks, columns }) => ({ oid: Number(oid), schema, table: name, columns, bytes: Number(bytes), blocks: Number(blocks) })),
    unreadable: hidden.map(({ schema, name }) => ({ schema, name })),
  };
}

/** An identifier as SQL takes it, whatever is in it. The same text is a pattern of pg_dump for exactly this name. */
export function quoted(...names: readonly string[]): string {
  return names.map(escapeIdentifier).join(".");
}
