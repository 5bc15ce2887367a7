import { judge } from "../test-support/judge";
import { databaseGuarded } from "./database-guarded";

const of = (type: string) => ({ type, name: type, inputs: {} });
const database = of("supabase:index/project:Project");
const companions = ["supabase:index/settings:Settings", "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery"].map(of);

test("a database with all of them passes", async () => {
  expect(await judge(databaseGuarded, [database, ...companions])).toEqual({ violations: [], undecided: [] });
});

test.each(companions.map(({ type }) => [type]))("without %s it is refused", async (missing) => {
  const { violations } = await judge(databaseGuarded, [database, ...companions.filter(({ type }) => type !== missing)]);
  expect(violations).toEqual([expect.stringContaining("prod has 1 database(s) and 0 with ")]);
});

test("staging may be without point-in-time recovery, and not without settings", async () => {
  expect((await judge(databaseGuarded, [database, ...companions.slice(0, 1)], "staging")).violations).toEqual([]);
  expect((await judge(databaseGuarded, [database, companions[1]!], "staging")).violations).toHaveLength(1);
});
