/**
 * The 95th percentile of query times from what PostgreSQL 15 keeps.
 *
 * `pg_stat_statements` has no histogram: for each statement it has the number of calls, their mean and their standard deviation. The
 * estimate is therefore a model: within one statement the times are taken as log-normal with that mean and deviation (a single call, or
 * calls that all took the same, as that one value), statements are mixed by their number of calls, and the 95th percentile of the mixture is
 * found by bisection.
 *
 * How wrong it can be:
 * - The spread between statements, which is most of the spread of an application's queries, is not modelled but measured: exact when each
 *   statement takes about as long each time.
 * - Within one statement that dominates, for known shapes: log-normal 0 %, exponential −7 %, uniform from 0 +10 %. The worst is a
 *   statement with two speeds: with 90 % at 1 ms and 10 % at 1,000 ms it says 387 ms instead of 1,000, with 96 % and 4 % it says 157 ms instead of 1.
 * - Always: both the estimate and the truth lie between M − 0.23 S and M + 4.36 S, M and S being mean and standard deviation over all calls
 *   (Cantelli's inequality), so it cannot be off by an order of magnitude where S is not several times M.
 */

/** What one statement did in an interval. */
export interface StatementActivity {
  /** Above 0. */
  readonly calls: number;
  /** Milliseconds, not negative. */
  readonly meanMs: number;
  /** Of the population, in square milliseconds, not negative. */
  readonly varianceMs2: number;
}

const rank = 0.95;
/** The standard normal distribution's quantile of `rank`. */
const rankDeviate = 1.6448536269514722;

/**
 * Below this many calls a 95th percentile is the slowest call or nothing at all (1 in 20 is 5 %), and one slow report on a quiet
 * night would be an alert.
 */
export const minimumCalls = 20;

/** In milliseconds; undefined when there are fewer than `minimumCalls` calls. */
export function queryTimeP95(activities: readonly StatementActivity[]): number | undefined {
  const calls = activities.reduce((sum, activity) => sum + activity.calls, 0);
  if (calls < minimumCalls) return undefined;
  const models = activities.map(model);
  const below = (x: number): number => models.reduce((sum, { weight, cumulative }) => sum + weight * cumulative(x), 0) / calls;
  // The mixture's percentile lies between the least and the greatest of its parts'.
  let low = Math.min(...models.map(({ percentile }) => percentile));
  let high = Math.max(...models.map(({ percentile }) => percentile));
  // Down to the resolution of a double, or a millionth of a millisecond.
  for (let step = 0; step < 200 && high - low > Math.max(1e-6, high * 1e-12); step += 1) {
    const middle = low + (high - low) / 2;
    // The tolerance is for sums such as 19/20 that a double cannot hold.
    if (below(middle) >= rank - 1e-9) high = middle;
    else low = middle;
  }
  return high;
}

interface Model {
  readonly weight: number;
  readonly percentile: number;
  readonly cumulative: (x: number) => number;
}

function model({ calls, meanMs, varianceMs2 }: StatementActivity): Model {
  const squaredSigma = meanMs > 0 ? Math.log1p(varianceMs2 / (meanMs * meanMs)) : 0;
  const sigma = Math.sqrt(squaredSigma);
  if (!(sigma > 1e-6)) return { weight: calls, percentile: meanMs, cumulative: (x) => (x >= meanMs ? 1 : 0) };
  const mu = Math.log(meanMs) - squaredSigma / 2;
  return {
    weight: calls,
    percentile: Math.exp(mu + rankDeviate * sigma),
    cumulative: (x) => (x > 0 ? normalCumulative((Math.log(x) - mu) / sigma) : 0),
  };
}

/** The standard normal distribution function; absolute error below 7.5e-8 (Abramowitz and Stegun, formula 26.2.17). */
function normalCumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z > 0 ? 1 - tail : tail;
}
