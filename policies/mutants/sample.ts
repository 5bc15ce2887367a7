/** Numbers from 0 to below 1 that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in an order that the seed determines. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const next = seeded(seed);
  const order = [...values];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

/** `count` in all, from each group as evenly as its size allows; so one of each, when `count` is the number of groups or more. */
export function sampleOfEach<T>(groups: readonly (readonly T[])[], count: number, seed: number): T[][] {
  const orders = groups.map((group, at) => shuffled(group, seed + at));
  const taken = groups.map(() => 0);
  for (let left = count, moved = true; left > 0 && moved;) {
    moved = false;
    for (const [at, order] of orders.entries()) {
      if (left === 0 || (taken[at] ?? 0) >= order.length) continue;
      taken[at] = (taken[at] ?? 0) + 1;
      left -= 1;
      moved = true;
    }
  }
  return orders.map((order, at) => order.slice(0, taken[at]));
}
