import { gcpRegions, type GcpRegion } from "../../../config/allowed-values";

/** What people call a region in an outage: its city. */
export const regionCities: Readonly<Record<GcpRegion, string>> = {
  "asia-northeast3": "Seoul",
  "asia-northeast2": "Osaka",
  "asia-northeast1": "Tokyo",
};

/** A region as it is shown: `Seoul (asia-northeast3)`. */
export function regionInWords(region: GcpRegion): string {
  return `${regionCities[region]} (${region})`;
}

/**
 * A region by its id or its city, in any case.
 *
 * @throws CHI-D001 for any other name
 */
export function regionNamed(name: string): GcpRegion {
  const wanted = name.trim().toLowerCase();
  const region = gcpRegions.find((each) => each === wanted || regionCities[each].toLowerCase() === wanted);
  if (region !== undefined) return region;
  const known = gcpRegions.map((each) => `${regionCities[each].toLowerCase()} (${each})`).join(", ");
  throw new Error(`CHI-D001 there is no region "${name}": name one of ${known}`);
}
