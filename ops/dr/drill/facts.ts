/** What each phase of a drill leaves for the report: kept in the journal, so that a drill that was killed still has it. */
import { z } from "zod";
import type { PhaseRecord, PhaseResult } from "../phases/phase";
import { lossSchema, stepSchema } from "./report/schema";

const counted = z.strictObject({ written: z.number().int(), found: z.number().int() });
const time = z.iso.datetime();
const backup = z.strictObject({ kind: z.string(), id: z.string(), snapshotAt: time });

export const factSchemas = {
  prepare: z.strictObject({ resources: z.number().int(), tables: z.number().int(), rows: z.number().int(), files: z.number().int() }),
  /** Seconds until a client was served from the other region, and again from the first. */
  region: z.strictObject({ from: z.string(), to: z.string(), awaySeconds: z.number(), backSeconds: z.number() }),
  protect: z.strictObject({ backup, tables: z.number().int(), rows: z.number().int(), depth: z.string() }),
  sentinels: z.strictObject({ rows: z.number().int(), files: z.number().int() }),
  disaster: z.strictObject({ at: time, lost: z.array(z.string()), statusBefore: z.number().int(), statusAfter: z.number().int() }),
  "stand-up": z.strictObject({
    summary: z.string(),
    steps: z.array(stepSchema),
    lossWindowSeconds: z.number().nonnegative().nullable(),
    backup: backup.nullable(),
    rows: z.number().int().nullable(),
  }),
  /** In the cloud: what would be changed, a line each. */
  "preview-cut-over": z.strictObject({ lines: z.array(z.string()) }),
  verify: z.strictObject({ database: lossSchema, files: lossSchema }),
  "cut-over": z.strictObject({ servedAgainAt: time, servedBy: z.string(), steps: z.array(stepSchema) }),
  /** Through the edge: written and read back by the application itself, for a client from outside. */
  live: z.strictObject({ rows: z.number().int(), files: z.number().int(), throughEdge: counted }),
  rebuild: z.strictObject({ given: z.array(z.string()) }),
  "fail-back": z.strictObject({ servedAgainAt: time, servedBy: z.string(), steps: z.array(stepSchema) }),
  proof: z.strictObject({ rows: counted, files: counted }),
  "clean-up": z.strictObject({ destroyed: z.array(z.string()), left: z.array(z.string()), locked: z.array(z.string()) }),
} as const;

export type DrillPhaseName = keyof typeof factSchemas;
export type FactsOf<Name extends DrillPhaseName> = z.infer<(typeof factSchemas)[Name]>;

/** The facts of a phase that is done; undefined for one that is not. @throws CHI-H129 when they are another version's */
export function factsOf<Name extends DrillPhaseName>(records: readonly PhaseRecord[], name: Name): FactsOf<Name> | undefined {
  const record = records.find((each) => each.name === name);
  return record?.state === "done" && record.result !== undefined ? parsed(name, record.result) : undefined;
}

/** The facts of a phase that came before. @throws CHI-H129 */
export function factsOfResults<Name extends DrillPhaseName>(results: ReadonlyMap<string, PhaseResult>, name: Name): FactsOf<Name> {
  return parsed(name, results.get(name) ?? { summary: "", facts: {} });
}

function parsed<Name extends DrillPhaseName>(name: Name, { facts }: PhaseResult): FactsOf<Name> {
  const result = factSchemas[name].safeParse(facts);
  if (!result.success) throw new Error(`CHI-H129 what the journal says of the phase ${name} is of another version of this tool (${result.error.issues[0]?.path.join(".") ?? ""}): npx chisan dr drill --start-over`);
  return result.data as FactsOf<Name>;
}
