import fc from "fast-check";
import { assumedSeconds, currentSetting, type FixedSeconds, type Setting } from "./assumptions";
import { advice, effects, levers } from "./levers";
import { durationInWords, modelFacts, modelInWords, usualSizes } from "./model-in-words";
import { readRates, type Rates } from "./rates";
import { diskWaits, estimate, objectiveSeconds } from "./recovery-model";
import { computeLimits, computeSizes, newDisk } from "./vendor-limits";

const positive = (max: number) => fc.double({ min: 1e-3, max, noNaN: true });
const bytes = fc.double({ min: 1e6, max: 1e14, noNaN: true });

const setting: fc.Arbitrary<Setting> = fc.record({
  compute: fc.constantFrom(...computeSizes),
  diskMegabytesPerSecond: fc.integer({ min: 5, max: 1000 }),
  diskReady: fc.boolean(),
  restorerCores: fc.integer({ min: 1, max: 64 }),
  restorerMegabytesPerSecond: fc.integer({ min: 1, max: 5000 }),
  connections: fc.integer({ min: 1, max: 64 }),
  filesAtOnce: fc.integer({ min: 1, max: 256 }),
  way: fc.constantFrom("backup", "clone", "standby"),
});
const size = fc.integer({ min: 1, max: 1e12 });
const rates: fc.Arbitrary<Rates> = fc.record({
  formatVersion: fc.constant(1 as const),
  date: fc.constant("2026-11-23"),
  machine: fc.constant({ processor: "any", processors: 2 }),
  data: fc.record({ orders: size, rows: size, databaseBytes: size, heapBytes: size, indexBytes: size, plainBytes: size, storedBytes: size, walBytes: size, buildReadBytes: size }),
  processor: fc.record({ decode: positive(1e4), load: positive(1e4), indexes: positive(1e4), largestIndex: positive(1e4), comparison: positive(1e4) }),
  fixed: fc.record({ before: positive(100), after: positive(100) }),
  runs: fc.constant(1),
});
const fixed: fc.Arbitrary<FixedSeconds> = fc.record({ people: positive(1e4), assess: positive(1e4), provision: positive(1e4), switch: positive(1e4), verify: positive(1e4), cutover: positive(1e4) });

test("a larger database or more files never take less, in no phase", () => {
  fc.assert(
    fc.property(bytes, bytes, fc.double({ min: 1, max: 100, noNaN: true }), fc.double({ min: 1, max: 100, noNaN: true }), setting, rates, fixed, (database, files, more, moreFiles, how, measured, seconds) => {
      const small = estimate({ database, files }, how, measured, seconds);
      const large = estimate({ database: database * more, files: files * moreFiles }, how, measured, seconds);
      large.phases.forEach((phase, index) => expect(phase.seconds).toBeGreaterThanOrEqual((small.phases[index]?.seconds ?? Infinity) * (1 - 1e-9)));
      expect(large.seconds).toBeGreaterThanOrEqual(small.seconds * (1 - 1e-9));
    }),
  );
});

test("the whole is the sum of its phases; a phase lasts as long as its slowest resource, which is its bottleneck", () => {
  fc.assert(
    fc.property(bytes, bytes, setting, rates, fixed, (database, files, how, measured, seconds) => {
      const { phases, seconds: all, longest, met } = estimate({ database, files }, how, measured, seconds);
      expect(all).toBeCloseTo(phases.reduce((sum, phase) => sum + phase.seconds, 0), 6);
      for (const phase of phases) {
        const most = Math.max(...phase.resources.map((each) => each.seconds));
        expect(phase.seconds).toBe(most);
        expect(phase.resources.find(({ resource }) => resource === phase.bottleneck)?.seconds).toBe(most);
        expect(phase.seconds).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(phase.seconds)).toBe(true);
      }
      expect(longest.seconds).toBe(Math.max(...phases.map((phase) => phase.seconds)));
      expect(met).toBe(all < objectiveSeconds);
      expect(new Set(phases.map(({ name }) => name)).size).toBe(phases.length);
    }),
  );
});

test.each<[string, (how: Setting) => Setting]>([
  ["more cores of the restoring machine", (how) => ({ ...how, restorerCores: how.restorerCores + 1 })],
  ["a faster line", (how) => ({ ...how, restorerMegabytesPerSecond: how.restorerMegabytesPerSecond * 2 })],
  ["a faster disk", (how) => ({ ...how, diskMegabytesPerSecond: how.diskMegabytesPerSecond * 2 })],
  ["more connections", (how) => ({ ...how, connections: how.connections + 1 })],
  ["more files at once", (how) => ({ ...how, filesAtOnce: how.filesAtOnce + 1 })],
  ["the next larger compute", (how) => ({ ...how, compute: computeSizes[Math.min(computeSizes.indexOf(how.compute) + 1, computeSizes.length - 1)] ?? how.compute })],
  ["a disk made large beforehand", (how) => ({ ...how, diskReady: true })],
  ["a standby", (how) => ({ ...how, way: "standby" })],
])("%s: nothing takes longer", (_what, change) => {
  fc.assert(
    fc.property(bytes, bytes, setting, rates, fixed, (database, files, how, measured, seconds) => {
      const before = estimate({ database, files }, how, measured, seconds).seconds;
      expect(estimate({ database, files }, change(how), measured, seconds).seconds).toBeLessThanOrEqual(before * (1 + 1e-9));
    }),
  );
});

/** A database of 1 GB whose every part is known: what the formulas give is reckoned by hand. */
const known: Rates = {
  formatVersion: 1,
  date: "2026-11-23",
  machine: { processor: "any", processors: 2 },
  data: { orders: 1, rows: 1_000_000, databaseBytes: 1e9, heapBytes: 600e6, indexBytes: 200e6, plainBytes: 700e6, storedBytes: 250e6, walBytes: 700e6, buildReadBytes: 1500e6 },
  processor: { decode: 8, load: 20, indexes: 10, largestIndex: 4, comparison: 2 },
  fixed: { before: 1, after: 1 },
  runs: 1,
};
const large: Setting = { ...currentSetting, compute: "4xlarge", diskMegabytesPerSecond: 1000, diskReady: true, connections: 16 };

test("reckoned by hand: the database's resources at the measured size", () => {
  const { phases } = estimate({ database: 1e9, files: 0 }, large, known, assumedSeconds);
  const of = (name: string) => Object.fromEntries((phases.find((phase) => phase.name === name)?.resources ?? []).map(({ resource, seconds }) => [resource, seconds]));
  const restore = of("restore-database");
  // 250 MB at 125 MB/s; 8 s on 4 cores; (20 + 10) s on 16 cores and 2 s of fixed work; 600 + 200 + 700 + 400 + 1500 MB at 594 MB/s; 4 s on one core.
  expect(restore["the restoring machine's line"]).toBeCloseTo(2);
  expect(restore["the restoring machine's cores"]).toBeCloseTo(2);
  expect(restore["the database's cores"]).toBeCloseTo(2 + 30 / 16);
  expect(restore["the database's disk"]).toBeCloseTo(3400 / 594);
  expect(restore["the largest index, which one core builds"]).toBeCloseTo(4);
  expect(of("compare")).toEqual({ "the database's cores": expect.closeTo(2 / 16), "the database's disk": expect.closeTo(600 / 594) });
  // A thousand times as large: sorting 10⁹ rows instead of 10⁶ costs half as much again for each.
  const thousand = estimate({ database: 1e12, files: 0 }, large, known, assumedSeconds).phases.find(({ name }) => name === "restore-database");
  expect(thousand?.resources.find(({ resource }) => resource.startsWith("the largest index"))?.seconds).toBeCloseTo(4 * 1000 * 1.5);
});

test("reckoned by hand: files, and cores that others use as well", () => {
  const small = estimate({ database: 1e9, files: 1e9 }, { ...currentSetting, compute: "small" }, known, assumedSeconds);
  // 1000 files, half a second each, four at once; there and back 2 GB at 125 MB/s are 16 s.
  expect(small.phases.find(({ name }) => name === "restore-files")).toMatchObject({ seconds: 125, bottleneck: "the gateway's answer for each file" });
  // 30 s on two cores of which a fifth can be counted on, and the fixed 2 s.
  const restore = small.phases.find(({ name }) => name === "restore-database");
  expect(restore?.resources.find(({ resource }) => resource === "the database's cores")?.seconds).toBeCloseTo(2 + 30 / 0.4);
});

test.each([
  [1e9, 0],
  [3.6e9 - 1, 0],
  // 6.8 + 4 GB of log are 12 GB at 90 %: grown once.
  [6.8e9, 0],
  [7e9, 1],
  [10e9, 1],
  [100e9, 6],
])("a new project's disk for %d bytes waits %d times", (database, waits) => expect(diskWaits(database)).toBe(waits));

test("after so many growths the database fits, and with one fewer it does not", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e8, max: 1e13, noNaN: true }), (database) => {
      const needed = (database + Math.min(database, newDisk.logGigabytes * 1e9)) / 1e9 / newDisk.fullAt;
      const after = (growths: number) => newDisk.gigabytes * newDisk.growth ** growths;
      const waits = diskWaits(database);
      expect(after(waits + 1) * (1 + 1e-6)).toBeGreaterThanOrEqual(needed);
      if (waits > 0) expect(after(waits)).toBeLessThan(needed);
    }),
  );
});

test("a vendor's sizes grow in every respect", () => {
  const all = computeSizes.map((each) => computeLimits[each]);
  for (const [index, each] of all.slice(1).entries()) {
    expect(each.cores).toBeGreaterThanOrEqual(all[index]?.cores ?? Infinity);
    expect(each.diskMegabytesPerSecond).toBeGreaterThan(all[index]?.diskMegabytesPerSecond ?? Infinity);
  }
});

test("what is advised meets the objective, is there after a complete loss, and nothing before it in the list does", () => {
  fc.assert(
    fc.property(bytes, bytes, setting, rates, fixed, (database, files, how, measured, seconds) => {
      const all = effects({ database, files }, how, measured, seconds);
      const chosen = advice(all);
      const before = estimate({ database, files }, how, measured, seconds).seconds;
      // A clone may be slower than what it replaces, where the vendor's disk is; what only adds does not harm.
      for (const { savedSeconds, setting: after } of all) if (after.way === how.way) expect(savedSeconds).toBeGreaterThanOrEqual(-1e-9 * before);
      const meeting = all.filter(({ forCompleteLoss, estimate: { met } }) => forCompleteLoss && met);
      expect(chosen).toBe(meeting[0]);
      for (const { savedSeconds, estimate: after } of all) expect(savedSeconds).toBe(before - after.seconds);
    }),
  );
  expect(levers(currentSetting).map(({ name, forCompleteLoss }) => [name, forCompleteLoss])).toContainEqual(["physical clone", false]);
});

test("with the recorded rates: every size has its total, its verdict and, where it is missed, advice or the word that there is none", () => {
  const model = { setting: currentSetting, fixed: assumedSeconds, rates: readRates(), amounts: usualSizes.map((database) => ({ database, files: 10e9 })), taken: [] };
  const { estimates } = modelFacts(model);
  expect(estimates.map(({ amount }) => amount.database)).toEqual([...usualSizes]);
  const shown = modelInWords(model);
  for (const { seconds, met, advice: advised } of estimates) {
    expect(shown).toContain(durationInWords(seconds));
    if (!met && advised !== null) expect(shown).toContain(`(${advised}):`);
  }
  expect(shown.match(/MISSED/g)?.length ?? 0).toBe(estimates.filter(({ met }) => !met).length);
  expect(shown).not.toMatch(/NaN|undefined|Infinity/);
});

test.each([[0, "0 s"], [89, "89 s"], [90, "2 min"], [3600, "60 min"], [5400, "1 h 30 min"], [11_100, "3 h 05 min"], [86_400, "24 h"], [36 * 3600, "36 h"], [10 * 86_400, "10 days"]])("%d s are %s", (seconds, text) => expect(durationInWords(seconds)).toBe(text));
