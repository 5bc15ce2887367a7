/** A measured point: how much there was, and what it took. */
export interface Point {
  size: number;
  cost: number;
}

/**
 * The exponent k of `cost = c · sizeᵏ` that fits the points best: the slope of the straight line through their logarithms, by least squares.
 * 1 is linear growth.
 *
 * @throws CHI-B010 for fewer than two sizes, or a point that has no logarithm
 */
export function exponentOf(points: readonly Point[]): number {
  if (points.some(({ size, cost }) => !(size > 0) || !(cost > 0) || !Number.isFinite(size * cost))) {
    throw new Error(`CHI-B010 a size or a cost is not above zero: ${JSON.stringify(points)}`);
  }
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map((log) => log.x)), mean(logs.map((log) => log.y))];
  const spread = logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0);
  if (points.length < 2 || spread === 0) throw new Error(`CHI-B010 an exponent needs two sizes at least: ${JSON.stringify(points)}`);
  return logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0) / spread;
}
