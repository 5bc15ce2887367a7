/** Rows of the restored tables against the manifest. */
import { escapeIdentifier, type ClientBase } from "pg";
import type { Manifest } from "../../../backup/format/manifest";
import { relationOf } from "../../../backup/format/relation-key";
import { migrationsSchema, rowsRule } from "../../../backup/restore/vendor";

export interface CountDifference {
  readonly table: string;
  readonly expected: number;
  /** Null: the table is not there. */
  readonly found: number | null;
}

export interface CountReport {
  readonly tables: number;
  readonly rows: number;
  readonly differences: readonly CountDifference[];
}

/**
 * Counts every table whose rows a restore brings (ops/backup/restore/vendor.ts). Changes nothing.
 *
 * @param progress told of each table
 */
export async function countAgainstManifest(client: ClientBase, manifest: Manifest, progress: (done: number, of: number) => void = () => undefined): Promise<CountReport> {
  const expected = Object.entries(manifest.tables).flatMap(([id, rows]) => {
    const { schema, name: table } = relationOf(id);
    return rowsRule(schema, table) === "restore" ? [{ id, schema, table, rows }] : [];
  });
  const differences: CountDifference[] = [];
  let rows = 0;
  for (const [index, { id, schema, table, rows: count }] of expected.entries()) {
    progress(index, expected.length);
    const found = await countOf(client, schema, table);
    rows += found ?? 0;
    if (found !== count) differences.push({ table: id, expected: count, found });
  }
  return { tables: expected.length, rows, differences };
}

/** A table that hides rows even from its owner shows them for the time of the count, in a transaction that is rolled back. */
async function countOf(client: ClientBase, schema: string, table: string): Promise<number | null> {
  const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
  const { rows: found } = await client.query<{ hidden: boolean }>(
    "select c.relforcerowsecurity and not (r.rolsuper or r.rolbypassrls) as hidden from pg_class c, pg_roles r where c.oid = to_regclass($1) and r.rolname = current_user",
    [name],
  );
  if (found[0] === undefined) return null;
  await client.query("begin");
  try {
    await client.query("set local statement_timeout = 0");
    // Without it, what policies hide would silently not be counted.
    await client.query("set local row_security = off");
    if (found[0].hidden) await client.query(`alter table only ${name} no force row level security`);
    const { rows } = await client.query<{ count: string }>(`select count(*) as count from only ${name}`);
    return Number(rows[0]?.count);
  } finally {
    await client.query("rollback");
  }
}

/** Of a table that migrations after the backup have their own rows in. */
export function isHistory({ table }: Pick<CountDifference, "table">): boolean {
  return table.startsWith(`${migrationsSchema}.`);
}

export function differencesInWords(differences: readonly CountDifference[]): string {
  const words = differences.slice(0, 5).map(({ table, expected, found }) => `${table} has ${found ?? "no table and so no"} rows, the manifest ${expected}`);
  return `${words.join("; ")}${differences.length > 5 ? `; and ${differences.length - 5} more` : ""}`;
}
