import { judge } from "../test-support/judge";
import { reviewedTypes } from "./reviewed-types";

const of = (...types: string[]) => types.map((type, at) => ({ type, name: `r${at}`, inputs: {} }));

test("what was reviewed passes, and so do the stack, providers and our components", async () => {
  const known = of("pulumi:pulumi:Stack", "pulumi:providers:gcp", "chisan:infrastructure:ApiService", "gcp:cloudrunv2/service:Service");
  expect(await judge(reviewedTypes, known)).toEqual({ violations: [], undecided: [] });
});

test.each(["vercel:index/logDrain:LogDrain", "gcp:compute/firewall:Firewall", "pulumi-nodejs:dynamic:Resource", "command:local:Command", "pulumi:pulumi:StackReference"])("%s is refused, by name and type", async (type) => {
  const { violations } = await judge(reviewedTypes, of("gcp:cloudrunv2/service:Service", type));
  expect(violations).toEqual([expect.stringContaining(`r1: r1 is a ${type}; allowed: the types that were reviewed`)]);
});
