import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorldChange, WorldRecord } from "../../../sandbox/world/world";

/** All that exists at the vendors, read from the journal (sandbox/world/journal.ts): a checksum, a blank, and a list of changes per line. */
export function readWorld(directory: string): WorldRecord[] {
  const file = join(directory, "world.journal");
  if (!existsSync(file)) return [];
  const records = new Map<string, WorldRecord>();
  for (const line of readFileSync(file, "utf8").split("\n").slice(1, -1)) {
    for (const change of JSON.parse(line.slice(9)) as (WorldChange | { reset: true })[]) {
      if ("put" in change) records.set(`${change.put.type} ${change.put.id}`, change.put);
      else if ("delete" in change) records.delete(`${change.delete.type} ${change.delete.id}`);
      else records.clear();
    }
  }
  return [...records.values()];
}

/** How many things exist, by type. That a deleted name is still taken (`deleted…`) is a vendor's memory and no thing. */
export function countsByType(records: readonly WorldRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of records.filter((record) => !record.type.includes("/deleted")).sort((a, b) => a.type.localeCompare(b.type))) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
