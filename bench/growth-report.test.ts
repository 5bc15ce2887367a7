import { growth, growthTables, recorded, type GrowthMeasurement } from "./growth-report";

const run = (seconds: number) => ({ seconds, processorSeconds: 2 * seconds, programPeak: 1e6 * (50 + seconds), treePeak: 1e6 * (100 + seconds) });
const measured = (startUp: number, cost: (resources: number) => number): GrowthMeasurement[] =>
  ([[0, 1], [1, 101], [4, 401], [16, 1601]] as const).map(([size, resources]) => {
    const seconds = startUp + (size === 0 ? 0 : cost(resources));
    return { size, resources, runs: [run(seconds), run(seconds * 3), run(seconds)] };
  });
const exponent = (all: GrowthMeasurement[], name: string) => growth(all).exponents.find((each) => each.name === name);

test("a linear program with a start-up: small as a whole, 1 above the start-up", () => {
  const linear = measured(2, (resources) => resources / 100);
  expect(exponent(linear, "whole time")?.value).toBeLessThan(0.8);
  expect(exponent(linear, "time above the start-up")).toMatchObject({ value: expect.closeTo(1, 6), goal: "≤ 1.1", reached: true });
  expect(exponent(linear, "processor time above the start-up")?.value).toBeCloseTo(1, 6);
  expect(exponent(linear, "program's peak memory above the start-up")).not.toHaveProperty("reached");
});

test("a quadratic part is not hidden by a long start-up", () => {
  const quadratic = measured(100, (resources) => (resources / 400) ** 2);
  expect(exponent(quadratic, "whole time")).toMatchObject({ reached: true });
  expect(exponent(quadratic, "time above the start-up")).toMatchObject({ value: expect.closeTo(2, 6), reached: false });
  expect(growthTables(growth(quadratic))).toMatch(/time above the start-up +\| 2\.00 +\| ≤ 1\.1 \| MISSED/);
});

test("linear at first and quadratic at last shows in the last step", () => {
  const late = measured(1, (resources) => resources / 100 + (resources / 1000) ** 6);
  expect(exponent(late, "time above the start-up, last step alone")).toMatchObject({ reached: false });
});

test("the section in the document is added once, and replaced afterwards", () => {
  const about = { date: "2026-11-23", processors: 2 };
  const first = recorded("# Benchmarks\n\nBefore.\n", growth(measured(2, (resources) => resources / 100)), about);
  expect(first).toMatch(/^# Benchmarks\n\nBefore\.\n\n## Growth\n/);
  expect(first).toContain("2026-11-23, 2 shared cores, 3 runs:");
  const second = recorded(`${first}\n## After\n`, growth(measured(2, (resources) => resources / 50)), { ...about, date: "2027-01-01" });
  expect(second.match(/## Growth/g)).toHaveLength(1);
  expect(second).toContain("2027-01-01");
  expect(second).not.toContain("2026-11-23");
  expect(second.endsWith("\n## After\n")).toBe(true);
});
