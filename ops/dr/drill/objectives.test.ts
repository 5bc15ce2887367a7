import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { scheduledRuns } from "../../../components/backup-schedule-plan";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { secondsBetweenBackups } from "./build-report";
import { judge, objectives } from "./objectives";

const document = readFileSync(join(repositoryRoot, "docs", "operations-and-infrastructure.md"), "utf8");
const units: Readonly<Record<string, number>> = { minute: 60, minutes: 60, hour: 3600, hours: 3600, days: 86_400 };

/** Rows `| Scenario | < 4 hours | Method |` of a section. */
function rowsOf(section: string): Map<string, { seconds: number; method: string }> {
  const text = document.split(`### ${section} `)[1]?.split("\n### ")[0] ?? "";
  const rows = [...text.matchAll(/^\| ([^|]+) \| < (\d+) (\w+) \| ([^|]+) \|$/gm)];
  return new Map(rows.map(([, scenario = "", count, unit = "", method = ""]) => [scenario, { seconds: Number(count) * (units[unit] ?? Number.NaN), method }]));
}

test.each(["3.2", "3.3"] as const)("section %s of the document has these objectives, and no others", (section) => {
  const rows = rowsOf(section);
  const own = objectives.filter((each) => each.section === section);
  expect(rows.size).toBeGreaterThan(2);
  expect(new Set(own.map(({ scenario }) => scenario.split(",")[0]))).toEqual(new Set(rows.keys()));
  for (const { scenario, limitSeconds } of own) expect([scenario, limitSeconds]).toEqual([scenario, rows.get(scenario.split(",")[0] as string)?.seconds]);
});

test("each is measured by the drill, or says what else measures it", () => {
  for (const { measuredBy, elsewhere } of objectives) expect((measuredBy === undefined) === (elsewhere !== undefined)).toBe(true);
});

test("less than the limit is met; the limit itself is missed", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10 * 86_400, noNaN: true }), (seconds) => {
      const judged = judge({ recoveryTime: seconds }).find(({ id }) => id === "rto-complete-rebuild");
      expect(judged).toMatchObject({ measuredSeconds: seconds, verdict: seconds < 4 * 3600 ? "met" : "missed" });
    }),
  );
  expect(judge({ recoveryTime: 4 * 3600 })[0]?.verdict).toBe("missed");
});

test("what was not measured is not met", () => {
  expect(new Set(judge({}).map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
});

test("a duration before its beginning is refused", () => {
  expect(() => judge({ databaseLoss: -1 })).toThrow(/^CHI-H120 databaseLoss was measured as -1 s/);
  expect(() => judge({ databaseLoss: Number.NaN })).toThrow(/^CHI-H120 /);
});

test("the worst moment is right before the next daily backup", () => {
  expect(secondsBetweenBackups).toBe(86_400);
  expect(scheduledRuns.daily.schedule.cron).toMatch(/^\d+ \d+ \* \* \*$/);
});
