/** Manifests of before `relationKey` had `schema.table` for every table, which two tables share when a name holds a dot. */
import type { Manifest, RowsObject } from "./manifest";
import { relationKey } from "./relation-key";

/** Rows by table, summed over its parts and sorted by the key. */
export function rowsByTable(parts: readonly Pick<RowsObject, "schema" | "table" | "rows">[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { schema, table, rows } of parts) counts.set(relationKey(schema, table), (counts.get(relationKey(schema, table)) ?? 0) + rows);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * The same manifest with today's keys of its tables. The parts know schema and table apart, so a count that two tables shared becomes one for each,
 * provided it is the sum of both: else it stays, and is the contradiction that a verification names.
 */
export function withTodaysKeys(manifest: Manifest): Manifest {
  const former = new Map<string, { tables: Set<string>; rows: number }>();
  for (const { schema, table, rows } of manifest.rows) {
    const [key, old] = [relationKey(schema, table), `${schema}.${table}`];
    if (key === old || key in manifest.tables) continue;
    const group = former.get(old) ?? { tables: new Set(), rows: 0 };
    former.set(old, { tables: group.tables.add(key), rows: group.rows + rows });
  }
  const renamed = [...former].filter(([old, { rows }]) => manifest.tables[old] === rows);
  if (renamed.length === 0) return manifest;
  const counts = rowsByTable(manifest.rows);
  const gone = new Set(renamed.map(([old]) => old));
  const kept = Object.entries(manifest.tables).filter(([key]) => !gone.has(key));
  const added = renamed.flatMap(([, { tables }]) => [...tables].map((key) => [key, counts[key] ?? 0] as const));
  return { ...manifest, tables: Object.fromEntries([...kept, ...added]) };
}
