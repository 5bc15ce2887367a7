/** Directed graphs as text keys and pairs of them. */

/** `from` depends on `to`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Each pair once, in the order of first mention, without a thing's dependence on itself. */
export function distinct(edges: readonly Edge[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const { from, to } of edges) {
    const key = JSON.stringify([from, to]);
    if (from !== to && !found.has(key)) found.set(key, { from, to });
  }
  return [...found.values()];
}

/** By key: everything it depends on, directly or through others. A member of a cycle depends on itself. */
export function reachability(edges: readonly Edge[]): Map<string, Set<string>> {
  const next = successors(edges);
  const result = new Map<string, Set<string>>();
  for (const start of next.keys()) {
    const reached = new Set<string>();
    const open = [start];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      for (const target of next.get(key) ?? []) {
        if (reached.has(target)) continue;
        reached.add(target);
        open.push(target);
      }
    }
    result.set(start, reached);
  }
  return result;
}

/**
 * Leaves out each dependence that follows from others: what depends on what, directly or not, stays the same. The smallest such set where
 * there is no cycle; a cycle stays a cycle.
 */
export function withoutImplied(edges: readonly Edge[]): Edge[] {
  const kept = distinct(edges);
  const next = successors(kept);
  return kept.filter(({ from, to }) => {
    next.get(from)?.delete(to);
    if (reaches(next, from, to)) return false;
    next.get(from)?.add(to);
    return true;
  });
}

/** The keys that are on some cycle. */
export function onCycles(edges: readonly Edge[]): Set<string> {
  return new Set([...reachability(edges)].filter(([key, reached]) => reached.has(key)).map(([key]) => key));
}

function successors(edges: readonly Edge[]): Map<string, Set<string>> {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const targets = next.get(from) ?? new Set();
    targets.add(to);
    next.set(from, targets);
  }
  return next;
}

function reaches(next: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const target of next.get(key) ?? []) {
      if (target === to) return true;
      if (seen.has(target)) continue;
      seen.add(target);
      open.push(target);
    }
  }
  return false;
}
