import { judge, unknown } from "../test-support/judge";
import { databaseGuarded } from "./database-guarded";

const of = (type: string) => ({ type, name: type, inputs: { projectRef: "own" }, dependencies: ["supabase:index/project:Project"] });
const database = { ...of("supabase:index/project:Project"), inputs: {}, dependencies: [] };
const companions = ["supabase:index/settings:Settings", "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery"].map(of);
const others = ["pulumi-nodejs:dynamic/chisan:PostgresVersion", "pulumi-nodejs:dynamic/chisan:DedicatedIpv4"].map(of);

test("a database with all of them passes", async () => {
  expect(await judge(databaseGuarded, [database, ...companions, ...others])).toEqual({ violations: [], undecided: [] });
});

test.each(companions.map(({ type }) => [type]))("without %s it is refused", async (missing) => {
  const { violations } = await judge(databaseGuarded, [database, ...companions.filter(({ type }) => type !== missing)]);
  expect(violations).toEqual([expect.stringContaining("prod has 1 database(s) and 0 with ")]);
});

test("staging may be without point-in-time recovery, and not without settings", async () => {
  expect((await judge(databaseGuarded, [database, ...companions.slice(0, 1)], "staging")).violations).toEqual([]);
  expect((await judge(databaseGuarded, [database, companions[1]!], "staging")).violations).toHaveLength(1);
});

describe.each([...companions, ...others].map(({ type }) => [type]))("%s", (changed) => {
  const all = [...companions, ...others];
  const withChange = (change: object) => [database, ...all.map((each) => (each.type === changed ? { ...each, ...change } : each))];

  test("of another project is refused", async () => {
    const { violations } = await judge(databaseGuarded, withChange({ inputs: { projectRef: "another" } }));
    expect(violations).toEqual([expect.stringMatching(/is of project "(?:own|another)", others are of "(?:own|another)"; allowed: 1 project/)]);
  });

  test("that takes nothing from the stack's database is refused", async () => {
    const { violations } = await judge(databaseGuarded, withChange({ dependencies: [] }));
    expect(violations).toEqual([expect.stringContaining(`${changed}: ${changed} depends on no database of this stack`)]);
  });

  test("is not decided while its project is not known", async () => {
    expect(await judge(databaseGuarded, withChange({ inputs: { projectRef: unknown } }))).toEqual({
      violations: [],
      undecided: [`database-guarded ${changed}`],
    });
  });
});
