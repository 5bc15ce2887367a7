import type { WorldRecord } from "../../../sandbox/world/world";

/** How many things exist, by type. That a deleted name is still taken (`deleted…`) is a vendor's memory and no thing. */
export function countsByType(records: readonly WorldRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of records.filter((record) => !record.type.includes("/deleted")).sort((a, b) => a.type.localeCompare(b.type))) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
