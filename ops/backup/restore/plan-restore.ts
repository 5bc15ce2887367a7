/** What a restore will do: which entries of the schema, in which of three stages, and which rows. Nothing is written. */
import type { Manifest, RowsObject } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import type { Statement } from "./apply-schema";
import { type ArchiveEntry, earlyEntries, readArchive } from "./archive-entries";
import { isBuilt } from "./build-plan";
import { entryName, type LeftOut, selectEntries, type Selection, type TargetObjects } from "./select-entries";
import { selectEverything } from "./select-everything";
import { identifier, switchedOff } from "./sql-identifier";
import { rowsRule } from "./vendor";

export interface PlanInput {
  readonly manifest: Manifest;
  readonly mode: "project" | "scratch";
  readonly enableJobs: boolean;
}

export interface RestorePlan {
  readonly entries: readonly ArchiveEntry[];
  readonly selection: Selection;
  readonly first: readonly Statement[];
  readonly build: readonly { readonly entry: ArchiveEntry; readonly statement: Statement }[];
  readonly last: readonly Statement[];
  readonly preamble: string;
  readonly parts: readonly RowsObject[];
  readonly rowsLeftOut: readonly LeftOut[];
  readonly made: ReadonlySet<string>;
}

/** The rule of a mode, for the backup's entries and for the target's own. */
export function select(mode: PlanInput["mode"], entries: readonly ArchiveEntry[], before: TargetObjects): Selection {
  return mode === "project" ? selectEntries(entries, before) : selectEverything(entries, before);
}

/** @throws CHI-A050, CHI-A051 for an archive that cannot be read, CHI-A067, CHI-A068 */
export async function planRestore(input: PlanInput, binaries: string, schema: Buffer, before: TargetObjects): Promise<RestorePlan> {
  const [owned, early] = await Promise.all([readArchive(schema, { binaries, owners: true }), earlyEntries(schema, binaries)]);
  const { entries, preamble } = owned;
  const selection = withoutMissed(select(input.mode, entries, before), input.mode);
  const statement = (kept: (typeof selection.kept)[number]): Statement => ({ kept, sql: sqlOf(kept, input.enableJobs) });
  const late = selection.kept.filter(({ entry }) => !early.has(entry.id));
  const quick = late.filter(({ entry }) => !isBuilt(entry)).sort((a, b) => stage(a.entry) - stage(b.entry));
  const made = new Set(selection.kept.filter(({ entry }) => entry.type === "TABLE").map(({ entry }) => relationKey(entry.schema, entry.name)));
  const { parts, leftOut } = selectRows(input, made);
  return {
    entries,
    selection,
    first: selection.kept.filter(({ entry }) => early.has(entry.id)).map(statement),
    build: late.filter(({ entry }) => isBuilt(entry)).map((kept) => ({ entry: kept.entry, statement: statement(kept) })),
    last: quick.map(statement),
    preamble,
    parts,
    rowsLeftOut: leftOut,
    made,
  };
}

/**
 * Materialized views are filled when rules have made views whole, and before policies could hide rows from who fills them; event triggers,
 * which would see all of this, come last. Comments come with what they are on.
 */
function stage({ type, name }: ArchiveEntry): number {
  const of = type === "COMMENT" ? (/^(POLICY|EVENT TRIGGER) /.exec(name)?.[1] ?? "") : type;
  return of === "EVENT TRIGGER" ? 3 : of === "ROW SECURITY" || of === "POLICY" ? 2 : of === "MATERIALIZED VIEW DATA" ? 1 : 0;
}

/** @throws CHI-A067 when something that others may need cannot be there at all */
function withoutMissed(selection: Selection, mode: PlanInput["mode"]): Selection {
  if (mode === "scratch") return selection;
  const extensions = selection.leftOut.filter(({ what, missed }) => missed && what.startsWith("extension "));
  if (extensions.length === 0) return selection;
  throw new Error(`CHI-A067 the target's server does not have ${extensions.map(({ what }) => what).join(", ")}: install it there, or take another target; nothing was touched`);
}

/** Its name and its table; the columns of UPDATE OF, which may have any name, come between. */
const createTrigger = new RegExp(String.raw`^CREATE (?:CONSTRAINT )?TRIGGER (${identifier}) (?:"(?:[^"]|"")+"|[^"])*? ON (${identifier}\.${identifier}) `);

function sqlOf({ entry, owned, outgoing }: Selection["kept"][number], enableJobs: boolean): string {
  const sql = owned ? entry.sql : entry.bareSql;
  if (!outgoing || enableJobs || switchedOff.test(sql)) return sql;
  const found = createTrigger.exec(sql);
  if (found === null) throw new Error(`CHI-A068 ${entryName(entry)} calls out of the database and cannot be switched off: restore with --enable-jobs, or restore it by hand`);
  return `${sql}ALTER TABLE ${found[2]} DISABLE TRIGGER ${found[1]};\n`;
}

function selectRows({ manifest, mode }: PlanInput, made: ReadonlySet<string>): { parts: RowsObject[]; leftOut: LeftOut[] } {
  const parts: RowsObject[] = [];
  const left = new Map<string, { rows: number; why: string }>();
  for (const part of manifest.rows) {
    const id = relationKey(part.schema, part.table);
    const rule = rowsRule(part.schema, part.table);
    if (mode === "scratch" ? made.has(id) : rule === "restore") parts.push(part);
    else if (rule !== "schedule" || mode === "scratch") left.set(id, { rows: (left.get(id)?.rows ?? 0) + part.rows, why: typeof rule === "string" ? "the target has no such table" : rule.leaveOut });
  }
  const leftOut = [...left].filter(([, { rows }]) => rows > 0).map(([id, { rows, why }]) => ({ what: `${rows} rows of ${id}`, why, missed: false }));
  return { parts, leftOut };
}
