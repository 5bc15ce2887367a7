import { judge, unknown } from "../test-support/judge";
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

const account = { type: "gcp:serviceaccount/account:Account", name: "account", inputs: { project: "chisan-prod" } };
const provider = (vendor: string, inputs: object, name = "other") => ({ type: `pulumi:providers:${vendor}`, name, inputs: inputs as Record<string, unknown>, parent: "stack" });
const stack = { type: "pulumi:pulumi:Stack", name: "stack", inputs: {} };
const judged = (...providers: ReturnType<typeof provider>[]) => judge(reviewedTypes, [stack, account, ...providers]);

test("providers of the own project, with the credentials of the run, pass", async () => {
  const gcp = { project: "chisan-prod", billingProject: "chisan-prod", region: "asia-northeast3", userProjectOverride: "true" };
  expect(await judged(provider("gcp", gcp), provider("gcp", { region: "x" }), provider("sentry", { token: "t" }), provider("checkly", { accountId: "a", apiKey: "k" }))).toEqual({
    violations: [],
    undecided: [],
  });
});

test.each([
  ["gcp", "project"],
  ["gcp", "billingProject"],
])("a %s provider's %s is the stack's own", async (vendor, input) => {
  const { violations } = await judged(provider(vendor, { [input]: "chisan-staging" }));
  expect(violations).toEqual([expect.stringContaining(`other: the provider's ${input} is "chisan-staging"; allowed: the stack's own project, "chisan-prod"`)]);
});

test.each([
  ["gcp", "accessToken"],
  ["gcp", "credentials"],
  ["gcp", "externalCredentials"],
  ["gcp", "impersonateServiceAccount"],
  ["cloudflare", "apiToken"],
  ["cloudflare", "apiKey"],
  ["cloudflare", "apiUserServiceKey"],
  ["vercel", "apiToken"],
  ["supabase", "accessToken"],
  ["checkly", "token"],
])("a %s provider with %s is refused, and its value is not told", async (vendor, input) => {
  const { violations } = await judged(provider(vendor, { [input]: "canary-7f3a" }));
  expect(violations).toEqual([expect.stringContaining(`other: the provider has ${input} of its own; allowed: the credentials of the run`)]);
  expect(violations.join()).not.toContain("canary");
});

test.each([
  ["gcp", "secretManagerCustomEndpoint"],
  ["gcp", "universeDomain"],
  ["cloudflare", "baseUrl"],
  ["supabase", "endpoint"],
  ["sentry", "baseUrl"],
  ["checkly", "apiUrl"],
])("a %s provider with %s would send the run's credentials elsewhere", async (vendor, input) => {
  const { violations } = await judged(provider(vendor, { [input]: "https://elsewhere.example/" }));
  expect(violations).toEqual([expect.stringContaining(`other: the provider's ${input} is set; allowed: the vendor's own addresses`)]);
});

test("the engine's own providers have the stack's configuration; an explicit one that is called alike is judged", async () => {
  const named = provider("vercel", { apiToken: "canary" }, "default_5_10_0");
  expect((await judge(reviewedTypes, [stack, { ...named, parent: undefined }])).violations).toEqual([]);
  expect((await judged(named)).violations).toHaveLength(1);
});

test("a provider of a package of which nothing was reviewed is refused", async () => {
  expect((await judged(provider("aws", {}))).violations).toEqual([expect.stringContaining("other is a pulumi:providers:aws; allowed: the types that were reviewed")]);
});

test("a project that a preview does not know is not decided", async () => {
  expect(await judged(provider("gcp", { project: unknown, accessToken: "x" }))).toEqual({ violations: [expect.stringContaining("accessToken")], undecided: ["reviewed-types other"] });
});
