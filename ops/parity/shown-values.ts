/** Two values beside each other, as short as they can be without looking alike. */
import type { ShapeDifference } from "./compare-shapes";

/**
 * What is shown of the two values of a difference: the values as they are there; or, where both say the same and it means another thing in each, the
 * values with what each part means, `https://‹prod's API host›/x` and `https://‹API host›/x`.
 */
export function shownPair({ a, b, means }: Pick<ShapeDifference, "a" | "b" | "means">): { a: unknown; b: unknown } {
  return means ?? { a, b };
}

/** Cuts both texts to a length; where their beginnings are alike, to the part in which they differ. */
export function shortenedPair(a: string, b: string, most: number): [string, string] {
  const [one, other] = [shortened(a, most), shortened(b, most)];
  if (a === b || one !== other) return [one, other];
  let first = 0;
  while (a[first] === b[first]) first += 1;
  // A few words before it, for the reader to find it.
  const from = Math.max(0, first - Math.floor(most / 4));
  return [shortened(`…${a.slice(from)}`, most), shortened(`…${b.slice(from)}`, most)];
}

export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
