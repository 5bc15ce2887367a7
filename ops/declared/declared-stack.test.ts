import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { everyStack } from "./test-support/every-stack";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { stackNames } from "../../config/naming";
import { recordStack } from "../../stacks/test-support/recorded-stack";
import { maskedSecret, unknownValue } from "./declared-resource";
import { declaredStack } from "./declared-stack";
import { unknownAnswer } from "./unknown-answers";

const sorted = (resources: readonly { type: string; name: string }[]) => resources.map(({ type, name }) => `${type} ${name}`).sort();

let declaredBy: Awaited<ReturnType<typeof everyStack>>;
beforeAll(async () => {
  declaredBy = await everyStack();
});

test.each(["staging", "prod", "chisan-dr"] as const)("%s: the same resources as with every output known", async (stack) => {
  expect(sorted(declaredBy[stack])).toEqual(sorted(await recordStack(stack)));
});

test.each(stackNames)("%s: every parent and every dependency is a resource of the stack, and URNs are distinct", (stack) => {
  const resources = declaredBy[stack];
  const urns = new Set(resources.map(({ urn }) => urn));
  expect(urns.size).toBe(resources.length);
  for (const { parent, dependencies } of resources) {
    for (const urn of [...(parent === undefined ? [] : [parent]), ...dependencies]) expect(urns).toContain(urn);
  }
});

test("two runs are alike, and the environment is as it was before", async () => {
  const before = { ...process.env };
  expect((await declaredStack("prod")).resources).toEqual(declaredBy.prod);
  expect({ ...process.env }).toEqual(before);
});

test("a configured secret is nowhere in it", async () => {
  const canary = "canary-GOCSPX-0123456789abcdefghij";
  const { resources } = await declaredStack("prod", { configuration: { googleClientSecret: canary } });
  expect(JSON.stringify(resources)).not.toContain(canary);
  expect(JSON.stringify(resources)).toContain(maskedSecret);
});

test("a changed value of configuration reaches the program", async () => {
  const { resources } = await declaredStack("prod", { configuration: { gcpProject: "another-project" } });
  expect(resources.find(({ type }) => type === "gcp:cloudrunv2/service:Service")?.inputs["project"]).toBe("another-project");
});

test("the program's own refusal is the caller's error, and nothing else is left of it", () => {
  // In a process of its own: Jest takes unhandled rejections for itself.
  const script = `
    const { declaredStack } = require("./ops/declared/declared-stack");
    const told = (error) => console.log("told", error.message);
    declaredStack("prod", { configuration: { gcpProject: "No Project" } }).catch(told).then(() => declaredStack("dev")).then(({ resources }) => console.log(resources.length > 0));`;
  const output = execFileSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", script], { cwd: join(__dirname, "..", ".."), encoding: "utf8" });
  expect(output).toContain("told CHI-K000 stack prod: 1 problem in its configuration");
  expect(output.trim().endsWith("true")).toBe(true);
});

test("what comes from another resource is unknown, and its origin is known by input", async () => {
  const { resources } = await declaredStack("dev", {
    program: () => {
      const first = new RandomPassword("first", { length: 40, keepers: { secret: pulumi.secret("canary") } });
      new RandomPassword("second", { length: 40, keepers: { first: pulumi.unsecret(first.bcryptHash) } });
    },
  });
  const [first, second] = resources;
  expect(first).toMatchObject({ name: "first", inputs: { keepers: { secret: maskedSecret } }, secretInputs: ["keepers.secret"], dependencies: [] });
  expect(second).toMatchObject({ inputs: { keepers: { first: unknownValue } }, dependencies: [first?.urn], propertyDependencies: { keepers: [first?.urn] } });
});

test("two resources of one URN are refused, as the engine would", async () => {
  const program = () => {
    new RandomPassword("same", { length: 40 });
    new RandomPassword("same", { length: 41 });
  };
  await expect(declaredStack("dev", { program })).rejects.toThrow(
    "CHI-G002 the program declares urn:pulumi:dev::chisan::random:index/randomPassword:RandomPassword::same twice",
  );
});

test("every result of a provider function is unknown; a function that no schema has is refused", () => {
  expect(Object.keys(unknownAnswer("supabase:index/getApikeys:getApikeys"))).toContain("serviceRoleKey");
  expect(() => unknownAnswer("gcp:compute/getNothing:getNothing")).toThrow("CHI-G001 the program calls the provider function gcp:compute/getNothing:getNothing");
  expect(() => unknownAnswer("nobody:index/getNothing:getNothing")).toThrow("CHI-G001");
});
