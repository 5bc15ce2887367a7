/** What `chisan dr stand-up --json` says, as far as a drill's report tells it. */
import { z } from "zod";
import type { PhaseResult } from "../phases/phase";
import { factResult } from "./drill-context";
import { stepsOf } from "./steps";

const answer = z.object({
  checks: z.array(z.object({ ok: z.boolean() })),
  phases: z.array(z.unknown()),
  /** From the snapshot to the start of the stand-up. */
  lossWindowSeconds: z.number().nonnegative().nullable(),
  recoveryPoint: z.object({ kind: z.string(), id: z.string(), snapshotAt: z.iso.datetime(), rows: z.number().int() }).nullable(),
});

export function standUpResult(json: unknown): PhaseResult {
  const { checks, phases, lossWindowSeconds, recoveryPoint } = answer.parse(json);
  const good = checks.filter(({ ok }) => ok).length;
  const { kind, id, snapshotAt, rows } = recoveryPoint ?? {};
  const point = kind === undefined || id === undefined || snapshotAt === undefined ? null : { kind, id, snapshotAt };
  const summary = `${good} of ${checks.length} checks passed${rows === undefined ? "" : `, ${rows} rows restored`}`;
  return factResult("stand-up", summary, { summary, steps: stepsOf(phases), lossWindowSeconds, backup: point, rows: rows ?? null });
}
