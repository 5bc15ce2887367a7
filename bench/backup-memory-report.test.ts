import { backupMemory, memoryTable, recordedMemory, type MemoryAtSize } from "./backup-memory-report";

const run = (peakMemory: number) => ({ seconds: 8.04, peakMemory, peakDisk: 0, storedBytes: 5 });
const at = (databaseBytes: number, backup: number[], restore: number[]): MemoryAtSize => ({ orders: databaseBytes / 1000, databaseBytes, backup: backup.map(run), restore: restore.map(run) });

test("the highest of all runs counts, and either of the two can miss", () => {
  const flat = backupMemory([at(1e9, [290e6, 300e6], [200e6, 190e6]), at(4e9, [310e6, 330e6], [210e6, 220e6])]);
  expect(flat.growth).toEqual({ data: 4, backup: 1.1, restore: 1.1 });
  expect(flat.reached).toBe(true);
  expect(backupMemory([at(1e9, [300e6], [200e6]), at(4e9, [300e6], [260e6])]).reached).toBe(false);
  expect(backupMemory([at(1e9, [300e6], [200e6]), at(4e9, [400e6], [200e6])]).reached).toBe(false);
});

test("the table, and its place in the document", () => {
  const result = backupMemory([at(1e9, [300e6], [200e6]), at(4e9, [900e6], [200e6])]);
  expect(memoryTable(result)).toContain("| 4.00 GB (4000000 orders) | 900 | 200 | 0 | 8.0 | 8.0 |\n\n4.0 times the data: backup's memory × 3.00, restore's × 1.00; goal ≤ 1.25: MISSED.");
  const begin = "<!-- backup memory: written by `npm run bench:backup-memory -- --record` -->";
  const document = `before\n${begin}\nold\n<!-- end of backup memory -->\nafter`;
  expect(recordedMemory(document, result, { date: "2026-11-23", processors: 2 })).toBe(`before\n${begin}\n2026-11-23, 2 processors.\n\n${memoryTable(result)}<!-- end of backup memory -->\nafter`);
  expect(() => recordedMemory("none", result, { date: "2026-11-23", processors: 2 })).toThrow(/^CHI-B031 /);
});

test.each([[[]], [[at(1e9, [1], [1])]], [[at(1e9, [], [1]), at(4e9, [1], [1])]]])("nothing to compare: %#", (measured) => {
  expect(() => backupMemory(measured)).toThrow(/^CHI-B001 /);
});
