import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { protectedData, statefulTypes } from "./protected-data";

const all = statefulTypes.map((type, at) => ({ type, name: `data-${at}`, inputs: {}, protect: true }));

policyCases(protectedData, {
  compliant: all,
  refused: all.map(({ type, name }) => [name, "protect", false, `${name}: protect is false on a ${type} of prod; allowed: true`] as const),
});

test("a stack with a name that nobody knows is treated as prod", async () => {
  expect((await judge(protectedData, [{ ...all[0]!, protect: false }], "prod-eu")).violations).toHaveLength(1);
});

test.each(["staging", "chisan-dr", "dev"])("%s, whose data can be made again, is left alone", async (stack) => {
  expect(await judge(protectedData, [{ ...all[0]!, protect: false }], stack)).toEqual({ violations: [], undecided: [] });
});
