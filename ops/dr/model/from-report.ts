/** Durations that a drill has measured, instead of assumed ones. Pure but for reading the file. */
import { existsSync, readFileSync } from "node:fs";
import { reportSchema, type Report } from "../drill/report/schema";
import type { FixedSeconds } from "./assumptions";

/** Names of a report's steps by what they measure here. Of the restores the model has rates of its own: a report does not say how many bytes. */
const measuredBy: { readonly [K in Exclude<keyof FixedSeconds, "people">]: readonly string[] } = {
  assess: ["assess", "recovery-point"],
  provision: ["provision", "size-disk"],
  switch: ["migrate", "switch"],
  verify: ["verify"],
  cutover: ["cutover", "cut-over"],
};

/** @throws CHI-H205 when there is no such file or it is no drill's report */
export function readReport(path: string): Report {
  if (!existsSync(path)) throw new Error(`CHI-H205 ${path} is not there: give the report.json of a drill, or leave --from-report out`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`CHI-H205 ${path} is no report of a drill (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}): give the report.json of a drill, or leave --from-report out`);
}

export interface MeasuredFixed {
  readonly seconds: FixedSeconds;
  /** What was taken from the report, in words. */
  readonly taken: readonly string[];
}

/**
 * A drill in the cloud replaces what was assumed. One in the sandbox can only raise it: its vendors answer at once.
 */
export function fixedFromReport(assumed: FixedSeconds, { target, id, phases }: Pick<Report, "target" | "id" | "phases">): MeasuredFixed {
  const done = phases.flatMap((phase) => [phase, ...phase.steps]).filter(({ state }) => state === "done");
  const seconds: Record<keyof FixedSeconds, number> = { ...assumed };
  const taken: string[] = [];
  for (const [name, steps] of Object.entries(measuredBy) as [keyof typeof measuredBy, readonly string[]][]) {
    const found = done.filter((each) => steps.includes(each.name));
    if (found.length === 0) continue;
    const measured = found.reduce((sum, each) => sum + each.seconds, 0);
    if (target === "sandbox" && measured <= assumed[name]) continue;
    seconds[name] = measured;
    taken.push(`${name}: ${Math.round(measured)} s in the drill ${id}, instead of ${assumed[name]} s`);
  }
  if (taken.length === 0) taken.push(target === "sandbox" ? `the drill ${id} was in the sandbox, and nothing took longer there than assumed: its vendors answer at once` : `the drill ${id} has no finished step that the model knows`);
  return { seconds, taken };
}
