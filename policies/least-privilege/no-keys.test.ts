import { judge } from "../test-support/judge";
import { noKeys } from "./no-keys";

test("a service account passes", async () => {
  expect(await judge(noKeys, [{ type: "gcp:serviceaccount/account:Account", name: "account", inputs: {} }])).toEqual({
    violations: [],
    undecided: [],
  });
});

test.each([...(noKeys.types as string[])])("%s is refused, whatever its properties", async (type) => {
  const { violations } = await judge(noKeys, [{ type, name: "key", inputs: {} }]);
  expect(violations).toEqual([expect.stringContaining(`key: ${type} is a key; allowed: `)]);
});
