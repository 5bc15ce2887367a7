import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorldChange, WorldRecord } from "./world";

/** All things, read from the world's journal (journal.ts), also while the sandbox is at work: a checksum, a blank, and a list of changes per line. */
export function readWorld(directory: string): WorldRecord[] {
  const file = join(directory, "world.journal");
  if (!existsSync(file)) return [];
  const records = new Map<string, WorldRecord>();
  // The last line may still be in writing; the first is the header.
  for (const line of readFileSync(file, "utf8").split("\n").slice(1, -1)) {
    for (const change of JSON.parse(line.slice(9)) as (WorldChange | { reset: true })[]) {
      if ("put" in change) records.set(`${change.put.type} ${change.put.id}`, change.put);
      else if ("delete" in change) records.delete(`${change.delete.type} ${change.delete.id}`);
      else records.clear();
    }
  }
  return [...records.values()];
}
