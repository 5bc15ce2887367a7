import { judge, unknown } from "../test-support/judge";
import { logLevelsOfSection65 as policy } from "./log-levels";

const slug = { prod: "prod", "chisan-dr": "dr", staging: "staging" } as const;
type Stack = keyof typeof slug;
const api = (stack: Stack, envs: object[]) => [{ type: "gcp:cloudrunv2/service:Service", name: "api", inputs: { name: `chisan-${slug[stack]}-api`, template: { containers: [{ envs }] } } }];
const job = (envs: object[]) => [{ type: "gcp:cloudrunv2/job:Job", name: "job", inputs: { name: "chisan-prod-daily", template: { template: { containers: [{ envs }] } } } }];
const level = (value: unknown) => [{ name: "PORT", value: "debug" }, { name: "LOG_LEVEL", value }];

test.each<[Stack, string]>([
  ["prod", "info"],
  ["prod", "warn"],
  ["prod", "error"],
  ["chisan-dr", "info"],
  ["staging", "debug"],
  ["staging", "info"],
])("%s with %s passes", async (stack, value) => {
  expect(await judge(policy, api(stack, level(value)), stack)).toEqual({ violations: [], undecided: [] });
});

test.each<Stack>(["prod", "chisan-dr"])("%s with debug is refused", async (stack) => {
  expect((await judge(policy, api(stack, level("debug")), stack)).violations).toEqual([
    `api: LOG_LEVEL is debug; allowed in ${stack}: error, warn, info; fix: ${policy.remediation} (section 6.5)`,
  ]);
});

test("a job's debug logs are refused too", async () => {
  expect((await judge(policy, job(level("debug")))).violations).toHaveLength(1);
  expect((await judge(policy, job([]))).violations).toEqual([]);
});

test.each<[string, object[], string]>([
  ["no level", [], "LOG_LEVEL is not set"],
  ["an unknown level", level("trace"), "LOG_LEVEL is trace"],
  ["another spelling", level("DEBUG"), "LOG_LEVEL is DEBUG"],
  ["a secret one", [{ name: "LOG_LEVEL", valueSource: {} }], "LOG_LEVEL is not a plain value"],
])("%s is refused in the API, in staging too", async (_, envs, message) => {
  for (const stack of ["prod", "staging"] as const) {
    expect((await judge(policy, api(stack, envs), stack)).violations).toEqual([expect.stringContaining(`api: ${message}; allowed in ${stack}`)]);
  }
});

test("a stack that the parity table does not know is taken for one with real data", async () => {
  expect((await judge(policy, api("prod", level("debug")), "prod-2")).violations).toHaveLength(1);
});

test("a level that is not known yet is not decided", async () => {
  expect(await judge(policy, api("prod", level(unknown)))).toEqual({ violations: [], undecided: ["log-levels api"] });
});
