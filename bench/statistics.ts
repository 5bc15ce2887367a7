/** Middle and range of a set of measurements. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @throws when there is nothing to summarise */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => {
    const value = sorted[index];
    if (value === undefined) throw new Error("CHI-B001 no measurement to summarise");
    return value;
  };
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}
