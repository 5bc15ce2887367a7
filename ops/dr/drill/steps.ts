import { z } from "zod";
import { stepOf } from "./build-report";
import type { ReportStep } from "./report/schema";

/** A phase of one of the tool's own procedures, as it prints it. */
const printed = z.object({
  name: z.string(),
  title: z.string(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  seconds: z.number().nonnegative(),
  attempts: z.number().int().nonnegative(),
  result: z.object({ summary: z.string() }).optional(),
  failure: z.string().optional(),
});

/** What a command says of its phases, as steps of the drill's phase. Its facts stay with it. */
export function stepsOf(phases: readonly unknown[]): ReportStep[] {
  return phases.map((phase) => {
    const { result, ...record } = printed.parse(phase);
    return stepOf({ ...record, ...(result === undefined ? {} : { result: { summary: result.summary, facts: {} } }) });
  });
}
