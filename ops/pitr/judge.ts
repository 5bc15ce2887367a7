/** Verdicts on a recovery, before it and after it. Pure. */
import { momentInWords } from "./moment";
import type { Window } from "./recovery-api";
import { type Later, type Survey, criticalTables } from "./survey";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Whether a target can be asked for: now, after the archive has caught up, or not at all. */
export type TargetVerdict = { readonly kind: "in" } | { readonly kind: "behind"; readonly seconds: number };

/**
 * @param target seconds since 1970
 * @param now the database's own clock where it is known, seconds since 1970
 * @throws CHI-A111 to CHI-A114
 */
export function judgeTarget(stack: string, target: number, window: Window | null | undefined, now: number): TargetVerdict {
  if (window === undefined) {
    throw new Error(`CHI-A113 point-in-time recovery is not enabled for ${stack}, nothing was touched: restore the last backup instead (npx chisan backup list --stack ${stack}), and set pointInTimeRecoveryDays in stacks/${stack}.ts for the next time`);
  }
  if (window === null) throw new Error(`CHI-A114 ${stack} has no physical backup yet from which to recover, nothing was touched: wait some minutes after point-in-time recovery was enabled, or npx chisan backup list --stack ${stack}`);
  if (target > now) throw new Error(`CHI-A111 ${momentInWords(target)} is in the future, it is ${momentInWords(Math.floor(now))}, nothing was touched: name a moment that has passed`);
  if (target < window.earliest) {
    throw new Error(`CHI-A112 ${momentInWords(target)} is before the earliest moment that can be recovered, ${momentInWords(window.earliest)}, nothing was touched: name a later one, or npx chisan backup list --stack ${stack}`);
  }
  return target <= window.latest ? { kind: "in" } : { kind: "behind", seconds: target - window.latest };
}

/**
 * What must hold after a recovery.
 *
 * @param target seconds since 1970; undefined when somebody else began the recovery
 * @param between what lies after the target and before the server's start: must be nothing
 */
export function judgeRecovered(target: number | undefined, after: Survey, between: Later | undefined): Check[] {
  const present = new Set(after.tables.map(({ name }) => name));
  const missing = criticalTables.filter((name) => !present.has(name));
  const unsecured = after.tables.filter(({ rowSecurity }) => !rowSecurity).map(({ name }) => name);
  const checks: Check[] = [
    { name: "critical tables", ok: missing.length === 0, detail: missing.length === 0 ? `${criticalTables.join(", ")} are there` : `${missing.join(", ")} missing` },
    { name: "row level security", ok: unsecured.length === 0, detail: unsecured.length === 0 ? `on for all ${after.tables.length} tables` : `off for ${unsecured.join(", ")}` },
    { name: "sequences", ok: after.sequencesBehind.length === 0, detail: after.sequencesBehind.length === 0 ? "none behind its table" : `behind their tables: ${after.sequencesBehind.join(", ")}` },
  ];
  if (target !== undefined && between !== undefined) checks.push(nothingBetween(target, between));
  return checks;
}

function nothingBetween(target: number, between: Later): Check {
  const audited = (between.audited ?? []).reduce((sum, { changes }) => sum + changes, 0);
  const rows = between.tables.filter(({ created, updated }) => created + updated > 0).map(({ name, created, updated }) => `${created + updated} of ${name}`);
  const found = [...(audited > 0 ? [`${audited} audited changes`] : []), ...rows];
  const detail = found.length === 0 ? `nothing is later than ${momentInWords(target)}` : `later than the target: ${found.join(", ")}`;
  return { name: "recent rows", ok: found.length === 0, detail };
}
