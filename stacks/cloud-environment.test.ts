import { type RecordedResource, ofType, only } from "../components/test-support/mocks";
import { refusals } from "../components/test-support/vendor-rules";
import { environmentVariable, environmentVariableNames, variablesOf } from "../config/environment-variables";
import { cloudStacks, type CloudStack } from "../config/stack-configuration-keys";
import { recordStack } from "./test-support/recorded-stack";

const stacks = {} as Record<CloudStack, RecordedResource[]>;
beforeAll(async () => {
  for (const stack of cloudStacks) stacks[stack] = await recordStack(stack);
});

const variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const serviceType = "gcp:cloudrunv2/service:Service";

/** The variables of the API's container: by name, whether it is mounted from Secret Manager. */
function apiVariables(stack: CloudStack): Record<string, "plain" | "secret"> {
  const service = ofType(stacks[stack], serviceType)[0];
  const template = service?.inputs["template"] as { containers: { envs: { name: string; valueSource?: unknown }[] }[] };
  return Object.fromEntries((template.containers[0]?.envs ?? []).map(({ name, valueSource }) => [name, valueSource ? "secret" : "plain"]));
}

describe.each(cloudStacks)("%s", (stack) => {
  test("the vendors' plugins would accept every resource", () => {
    expect(refusals(stacks[stack])).toEqual([]);
  });

  test("the API gets exactly its variables, the secret ones from Secret Manager", () => {
    const own = ["APP_VERSION", "DEPLOYMENT_ENVIRONMENT", "LOG_LEVEL", "NODE_ENV"].map((name) => [name, "plain"]);
    const catalogue = variablesOf("api").map((name) => [name, environmentVariable(name).visibility === "secret" ? "secret" : "plain"]);
    expect(apiVariables(stack)).toEqual(Object.fromEntries([...own, ...catalogue]));
  });

  test("the web app gets exactly its variables, the secret ones sensitive", () => {
    const found = ofType(stacks[stack], variableType).map(({ inputs }) => [inputs["key"], inputs["sensitive"]]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(variablesOf("web").map((name) => [name, environmentVariable(name).visibility === "secret"])),
    );
  });

  test("a variable for a preview is only in the environment that has previews", () => {
    const targets = ofType(stacks[stack], variableType).map(({ inputs }) => inputs["targets"]);
    const expected = stack === "staging" ? ["production", "preview"] : ["production"];
    expect(new Set(targets.map((target) => JSON.stringify(target)))).toEqual(new Set([JSON.stringify(expected)]));
  });

  test("every name of the catalogue has a consumer that got it", () => {
    const got = new Set([...Object.keys(apiVariables(stack)), ...ofType(stacks[stack], variableType).map(({ inputs }) => inputs["key"])]);
    expect(environmentVariableNames.filter((name) => !got.has(name))).toEqual([]);
  });

  test("there is no service-account key, and nobody is granted anything on the whole project", () => {
    const types = new Set(stacks[stack].map(({ type }) => type));
    expect([...types].filter((type) => /serviceaccount\/key|projects\/iAM|allUsers/i.test(type))).toEqual([]);
    expect(JSON.stringify(stacks[stack].map(({ inputs }) => inputs))).not.toMatch(/allUsers|allAuthenticatedUsers|roles\/(?:owner|editor|viewer)"/);
  });
});

test("what is not shared at a vendor has another name in each environment", () => {
  // Cloudflare's account, the Vercel team and the Supabase organization are common to the environments.
  const nameOf: Record<string, string> = {
    "cloudflare:index/r2Bucket:R2Bucket": "name",
    "cloudflare:index/queue:Queue": "queueName",
    "cloudflare:index/workersScript:WorkersScript": "scriptName",
    "cloudflare:index/accountToken:AccountToken": "name",
    "vercel:index/project:Project": "name",
    "supabase:index/project:Project": "name",
  };
  const taken = new Map<string, CloudStack>();
  for (const stack of cloudStacks) {
    for (const { type, inputs } of stacks[stack]) {
      const property = nameOf[type];
      if (property === undefined) continue;
      const name = `${type} ${String(inputs[property])}`;
      expect([name, taken.get(name)]).toEqual([name, undefined]);
      taken.set(name, stack);
    }
  }
  expect(taken.size).toBeGreaterThan(20);
});

test("prod's buckets have the names of the operations document", () => {
  const buckets = ofType(stacks.prod, "cloudflare:index/r2Bucket:R2Bucket").map(({ inputs }) => inputs["name"]);
  expect(buckets).toEqual(expect.arrayContaining(["chisan-files", "chisan-backups"]));
});

test("debug logs are in staging only", () => {
  const level = (stack: CloudStack) => {
    const template = ofType(stacks[stack], serviceType)[0]?.inputs["template"] as { containers: { envs: { name: string; value: string }[] }[] };
    return template.containers[0]?.envs.find(({ name }) => name === "LOG_LEVEL")?.value;
  };
  expect(Object.fromEntries(cloudStacks.map((stack) => [stack, level(stack)]))).toEqual({ staging: "debug", prod: "info", "chisan-dr": "info" });
});

test("only prod owns the zone's settings, and chisan-dr has no record of a host until cut-over", () => {
  const count = (stack: CloudStack, type: string) => ofType(stacks[stack], type).length;
  expect(cloudStacks.map((stack) => count(stack, "cloudflare:index/zoneDnssec:ZoneDnssec"))).toEqual([0, 1, 0]);
  const records = ofType(stacks["chisan-dr"], "cloudflare:index/dnsRecord:DnsRecord").map(({ name }) => name);
  // Of the certificate's proof only, under a name that no visitor asks for.
  expect(records).toEqual(["dns-api-certificate"]);
});

test("what holds prod's data is protected, at Pulumi and at the vendor", () => {
  const holders = ["cloudflare:index/r2Bucket:R2Bucket", "supabase:index/project:Project", "cloudflare:index/r2BucketLock:R2BucketLock"];
  for (const type of holders) expect(ofType(stacks.prod, type).map(({ name, protect }) => [name, protect])).toEqual(ofType(stacks.prod, type).map(({ name }) => [name, true]));
  expect(ofType(stacks.prod, serviceType).map(({ inputs }) => inputs["deletionProtection"])).toEqual([true, true]);
  expect(only(stacks.prod, "supabase:index/project:Project").retainOnDelete).toBe(true);
});
