/** In which order indexes and constraints are built, and which of them side by side. Pure. */
import type { RowsObject } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import type { ArchiveEntry } from "./archive-entries";
import type { Task } from "./task-pool";

/** The step that loads what is in `rest.dump`. */
export const restStep = "rest";

export interface RowsTask extends Task {
  readonly kind: "rows";
  readonly part: RowsObject;
}
export interface BuildTask<Entry> extends Task {
  readonly kind: "build";
  readonly entry: Entry;
}
export interface RestTask extends Task {
  readonly kind: "rest";
}
export type RestoreTask<Entry> = RowsTask | BuildTask<Entry> | RestTask;

/** What takes time, or what such a thing depends on. All else after the rows is quick and runs in order, in one transaction. */
const builtTypes = new Set(["CONSTRAINT", "INDEX", "INDEX ATTACH", "FK CONSTRAINT"]);

export function isBuilt({ type }: Pick<ArchiveEntry, "type">): boolean {
  return builtTypes.has(type);
}

export interface BuildInput<Entry> {
  /** Of both sections, also those that are left out: their numbers are what others depend on. */
  readonly entries: readonly ArchiveEntry[];
  /** Kept entries of the types above. */
  readonly build: readonly { readonly entry: ArchiveEntry; readonly statement: Entry }[];
  readonly parts: readonly RowsObject[];
  /** Tables, by {@link relationKey}, whose rows are in `rest.dump`. */
  readonly inRest: ReadonlySet<string>;
}

/**
 * One task for each part, each index, each constraint. An index starts when the rows of its table are there, not when all are.
 *
 * Locks: indexes of one table are built side by side; what alters a table has it alone, with its partitions.
 */
export function planTasks<Entry>({ entries, build, parts, inRest }: BuildInput<Entry>): RestoreTask<Entry>[] {
  const tables = new Map(entries.filter(({ type }) => type === "TABLE" || type === "MATERIALIZED VIEW").map(({ id, schema, name }) => [id, relationKey(schema, name)]));
  const partitions = partitionsOf(entries, tables);
  const rowsOf = new Map<string, RowsObject[]>();
  for (const part of parts) rowsOf.set(relationKey(part.schema, part.table), [...(rowsOf.get(relationKey(part.schema, part.table)) ?? []), part]);
  const tablesOfBuilt = new Map<number, readonly string[]>();
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const tablesOf = (entry: ArchiveEntry, seen: ReadonlySet<number> = new Set()): readonly string[] => {
    const known = tablesOfBuilt.get(entry.id);
    if (known !== undefined) return known;
    const direct = entry.dependencies.flatMap((id) => {
      const table = tables.get(id);
      if (table !== undefined) return withPartitions(table, partitions);
      const other = byId.get(id);
      return other !== undefined && isBuilt(other) && !seen.has(id) ? tablesOf(other, new Set([...seen, id])) : [];
    });
    const all = [...new Set(direct)];
    tablesOfBuilt.set(entry.id, all);
    return all;
  };
  const built = new Set(build.map(({ entry }) => entry.id));
  const bytesOf = (names: readonly string[]) => names.reduce((sum, name) => sum + (rowsOf.get(name) ?? []).reduce((bytes, part) => bytes + part.plainBytes, 0), 0);
  const loads = parts.map((part): RowsTask => ({ kind: "rows", id: part.name, part, after: [], shared: [relationKey(part.schema, part.table)], alone: [], weight: 2 * part.plainBytes }));
  const rest: RestTask = { kind: "rest", id: restStep, after: [], shared: [...inRest], alone: [], weight: 1 };
  const builds = build.map(({ entry, statement }): BuildTask<Entry> => {
    const used = tablesOf(entry);
    const side = entry.type === "INDEX";
    return {
      kind: "build",
      id: buildStep(entry),
      entry: statement,
      after: [
        ...used.flatMap((table) => (rowsOf.get(table) ?? []).map(({ name }) => name)),
        ...(used.some((table) => inRest.has(table)) ? [restStep] : []),
        ...entry.dependencies.flatMap((id) => (built.has(id) ? [buildStep(byId.get(id) ?? entry)] : [])),
      ],
      shared: side ? used : [],
      alone: side ? [] : used,
      weight: bytesOf(used),
    };
  });
  return [...loads, rest, ...builds];
}

/** The name of the step in the ledger. */
export function buildStep({ id, type, schema, name }: ArchiveEntry): string {
  return `${type.toLowerCase()} ${schema}.${name} (${id})`;
}

/** Direct partitions by table: TABLE ATTACH names the partition and depends on both. */
function partitionsOf(entries: readonly ArchiveEntry[], tables: ReadonlyMap<number, string>): Map<string, string[]> {
  const partitions = new Map<string, string[]>();
  for (const { type, schema, name, dependencies } of entries) {
    if (type !== "TABLE ATTACH") continue;
    const child = relationKey(schema, name);
    for (const id of dependencies) {
      const table = tables.get(id);
      if (table !== undefined && table !== child) partitions.set(table, [...(partitions.get(table) ?? []), child]);
    }
  }
  return partitions;
}

function withPartitions(table: string, partitions: ReadonlyMap<string, readonly string[]>): string[] {
  return [table, ...(partitions.get(table) ?? []).flatMap((child) => withPartitions(child, partitions))];
}
