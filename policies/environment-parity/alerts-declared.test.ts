import { judge } from "../test-support/judge";
import { recordStack } from "../../stacks/test-support/recorded-stack";
import { alertsDeclared } from "./alerts-declared";

const alert = "gcp:monitoring/alertPolicy:AlertPolicy";

test.each(["staging", "prod", "chisan-dr"] as const)("%s has all of them, and each one is missed", async (stack) => {
  const resources = (await recordStack(stack)).filter(({ type }) => type === alert || type === "gcp:cloudrunv2/service:Service");
  expect(await judge(alertsDeclared, resources, stack)).toEqual({ violations: [], undecided: [] });
  for (const one of resources.filter(({ type }) => type === alert)) {
    const { violations } = await judge(alertsDeclared, resources.filter((each) => each !== one), stack);
    expect(violations).toEqual([expect.stringMatching(new RegExp(`^[^:]+: ${stack} lacks the alerts [a-z-]+; allowed: all \\d+ of the document`))]);
    expect(one.name).toContain(/lacks the alerts ([a-z-]+);/.exec(violations[0] ?? "")?.[1]);
  }
});

test("what runs nothing has nothing to watch", async () => expect(await judge(alertsDeclared, [{ type: "a:b:C", name: "n", inputs: {} }])).toEqual({ violations: [], undecided: [] }));
