/** What happened between two readings of `pg_stat_statements`, whose counters only ever grow. */
import type { StatementActivity } from "./query-percentile";

/** The counters of a statement since it was first seen. */
export interface StatementCounters {
  readonly calls: number;
  readonly meanMs: number;
  /** Of the population, as PostgreSQL has it. */
  readonly deviationMs: number;
}

export interface StatementReading {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** When all counters were last set to zero. Another value: nothing before can be compared. */
  readonly countersSince: string;
  /** By statement (role, database, query). */
  readonly statements: ReadonlyMap<string, StatementCounters>;
}

/** Two missed minutes: a longer interval is not "the last minute", and the next reading starts afresh. */
export const longestInterval = 190_000;

/** Why there is nothing to compare with. */
export type NoActivity = "first reading" | "counters were reset" | "the previous reading is too old";

/**
 * What each statement did between the readings.
 *
 * A statement that was not in the earlier reading, or has fewer calls or less time now than it had then, was evicted or reset in between: its
 * counters began at zero after the earlier reading, so all that they say is new. One that was evicted and has since been called more often than
 * before cannot be told from one that was not (PostgreSQL 17 would say): it is rare, because what is called often is not evicted.
 */
export function activityBetween(earlier: StatementReading | undefined, later: StatementReading): StatementActivity[] | NoActivity {
  if (earlier === undefined) return "first reading";
  if (earlier.countersSince !== later.countersSince) return "counters were reset";
  if (later.at - earlier.at > longestInterval) return "the previous reading is too old";
  return [...later.statements].flatMap(([statement, now]) => {
    const activity = difference(earlier.statements.get(statement), now);
    return activity === undefined ? [] : [activity];
  });
}

/** The later counters less the earlier ones; undefined when the statement was not called. */
function difference(before: StatementCounters | undefined, now: StatementCounters): StatementActivity | undefined {
  const variance = now.deviationMs ** 2;
  if (before === undefined || now.calls < before.calls || now.calls * now.meanMs < before.calls * before.meanMs * (1 - 1e-9)) {
    return now.calls > 0 ? { calls: now.calls, meanMs: now.meanMs, varianceMs2: variance } : undefined;
  }
  const calls = now.calls - before.calls;
  if (calls === 0) return undefined;
  const mean = Math.max(0, (now.calls * now.meanMs - before.calls * before.meanMs) / calls);
  // Sums of squared deviations add up, with a term for the distance of the two means (Chan, Golub and LeVeque 1979).
  const between = (mean - before.meanMs) ** 2 * ((before.calls * calls) / now.calls);
  const squares = variance * now.calls - before.deviationMs ** 2 * before.calls - between;
  // One call has no spread; what the subtraction of large numbers leaves is noise.
  return { calls, meanMs: mean, varianceMs2: calls === 1 ? 0 : Math.max(0, squares / calls) };
}
