import { nameProblems, nameRules, sharedNameProblems } from "./name-limits";

const account = "gcp:serviceaccount/account:Account";
const address = "gcp:compute/address:Address";
const worker = "cloudflare:index/workersScript:WorkersScript";

const named = (type: string, name: string, inputs: Record<string, unknown>) => ({ type, name, inputs });

/** The longest and the shortest that the vendors' documentation allows, and one beyond each. */
test.each([
  [account, 6, 30],
  ["gcp:cloudrunv2/service:Service", 1, 49],
  ["gcp:cloudrunv2/job:Job", 1, 49],
  ["gcp:cloudscheduler/job:Job", 1, 500],
  ["gcp:secretmanager/secret:Secret", 1, 255],
  ["gcp:artifactregistry/repository:Repository", 1, 63],
  ["gcp:compute/network:Network", 1, 63],
  ["gcp:certificatemanager/certificate:Certificate", 1, 63],
  ["gcp:iam/workloadIdentityPool:WorkloadIdentityPool", 4, 32],
  ["gcp:projects/iAMCustomRole:IAMCustomRole", 3, 64],
  ["gcp:billing/budget:Budget", 1, 60],
  ["cloudflare:index/r2Bucket:R2Bucket", 3, 63],
  ["cloudflare:index/queue:Queue", 1, 63],
  [worker, 1, 63],
  ["cloudflare:index/accountToken:AccountToken", 1, 120],
  ["vercel:index/project:Project", 1, 52],
  ["supabase:index/project:Project", 1, 256],
  ["sentry:index/sentryProject:SentryProject", 1, 50],
])("%s takes %i to %i characters", (type, least, most) => {
  const property = nameRules[type]?.property ?? "";
  const problems = (length: number) => nameProblems([named(type, "a", { [property]: "a".repeat(length) })]).length;
  expect([least - 1, least, most, most + 1].map(problems)).toEqual([1, 0, 0, 1]);
});

test("a name that a vendor refuses is told with its length, the rule and where that is stated", () => {
  expect(nameProblems([named(account, "api-account", { accountId: "Chisan-Prod" })])).toEqual([
    'CHI-N002 Account "api-account" is to be called "Chisan-Prod" (11 characters) in accountId; allowed: 6 to 30 lower-case letters, digits and hyphens, from a letter on, not ending in a hyphen (IAM API, projects.serviceAccounts.create, accountId)',
  ]);
});

test("two of one name are a problem only where the vendor has one name space for them", () => {
  const seoul = named(address, "a", { name: "out", project: "p", region: "asia-northeast3" });
  const tokyo = named(address, "b", { name: "out", project: "p", region: "asia-northeast1" });
  expect(nameProblems([seoul, tokyo])).toEqual([]);
  expect(nameProblems([seoul, { ...seoul, name: "c" }])).toEqual(['CHI-N001 Address "a" and "c" are both to be called "out": give one of them another (config/naming.ts)']);
});

test("what is not known yet is not judged", () => {
  expect(nameProblems([named(account, "a", { accountId: "[unknown]" }), named(account, "b", {})], "[unknown]")).toEqual([]);
});

test("two stacks may not give one name in an account they share, and may in projects of their own", () => {
  const script = named(worker, "keeper", { scriptName: "keeper", accountId: "shared" });
  expect(sharedNameProblems({ staging: [script], prod: [script] })).toEqual([
    'CHI-N003 WorkersScript "keeper" of prod is to be called "keeper", as "keeper" of staging in the same account: put the environment into its name (config/naming.ts)',
  ]);
  const inProject = (project: string) => [named(account, "api", { accountId: "chisan-api", project })];
  expect(sharedNameProblems({ staging: inProject("one"), prod: inProject("two") })).toEqual([]);
});
