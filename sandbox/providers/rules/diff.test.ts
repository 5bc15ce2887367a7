import { Unknown, type DiffResult, type Values } from "../contract";
import { loadRules, type PackageName } from "./index";

const diff = (token: string, olds: Values, news: Values): DiffResult => loadRules(token.split(":")[0] as PackageName).diff(token, olds, news);
const outcome = (token: string, olds: Values, news: Values) => diff(token, olds, news).outcome;
const changes = (token: string, olds: Values, news: Values) => {
  const result = diff(token, olds, news);
  return result.outcome === "none" ? [] : result.changes;
};

describe("gcp, on Terraform's SDK v2", () => {
  const ADDRESS = "gcp:compute/address:Address";
  const SERVICE = "gcp:cloudrunv2/service:Service";

  it("replaces, updates, or does nothing, and names the property", () => {
    expect(outcome(ADDRESS, { region: "a" }, { region: "a" })).toBe("none");
    expect(diff(ADDRESS, { name: "n", region: "a" }, { name: "n", region: "b" })).toEqual({
      outcome: "replace",
      changes: [{ path: "region", kind: "update", replaces: true }],
    });
    expect(changes(SERVICE, { template: { timeout: "60s" } }, { template: { timeout: "61s" } })).toEqual([{ path: "template.timeout", kind: "update", replaces: false }]);
  });

  it("keeps what the vendor fills in when the program leaves it out", () => {
    expect(outcome(ADDRESS, { name: "n", project: "p", region: "a" }, {})).toBe("none");
    expect(outcome(ADDRESS, { region: "a" }, { region: "" })).toBe("none");
  });

  it("takes an absent value for the default, on both sides", () => {
    expect(outcome(ADDRESS, {}, { addressType: "EXTERNAL" })).toBe("none");
    expect(outcome(ADDRESS, {}, { addressType: "INTERNAL" })).toBe("replace");
  });

  it("plans an update when a value is left out inside a block, and when the block is", () => {
    expect(changes(SERVICE, { template: { timeout: "60s", revision: "r" } }, { template: { revision: "r" } })).toEqual([{ path: "template.timeout", kind: "delete", replaces: false }]);
    expect(outcome(SERVICE, { traffics: [{ percent: 100 }] }, {})).toBe("update");
  });

  it("sees no change between an absent string and an empty one, an absent flag and false", () => {
    expect(outcome(ADDRESS, { description: "" }, {})).toBe("none");
    expect(outcome("gcp:compute/backendService:BackendService", { enableCdn: false }, {})).toBe("none");
  });

  it("replaces for a property that replaces, deep in a block that is added or removed", () => {
    const token = "gcp:secretmanager/secret:Secret";
    const replication = (location: string) => ({ replication: { userManaged: { replicas: [{ location }] } } });
    expect(outcome(token, replication("a"), replication("b"))).toBe("replace");
    expect(outcome(token, { ...replication("a"), labels: { a: "b" } }, { ...replication("a"), labels: { a: "c" } })).toBe("update");
    expect(outcome("gcp:compute/managedSslCertificate:ManagedSslCertificate", { managed: { domains: ["a.b"] } }, {})).toBe("replace");
  });

  it("ignores the order and the duplicates of a set", () => {
    const token = "gcp:projects/iAMCustomRole:IAMCustomRole";
    expect(outcome(token, { permissions: ["a", "b"] }, { permissions: ["b", "a", "a"] })).toBe("none");
    expect(outcome(token, { permissions: ["a", "b"] }, { permissions: ["a", "c"] })).toBe("update");
  });

  it("minds the order of a list", () => {
    const token = "gcp:cloudrunv2/job:Job";
    const job = (...args: string[]) => ({ template: { template: { containers: [{ image: "i", args }] } } });
    expect(outcome(token, job("a", "b"), job("b", "a"))).toBe("update");
  });

  it("takes equivalent values for the same", () => {
    expect(outcome(ADDRESS, { network: "https://www.googleapis.com/compute/v1/projects/p/global/networks/n" }, { network: "n" })).toBe("none");
    expect(outcome("gcp:artifactregistry/repository:Repository", { format: "DOCKER" }, { format: "docker" })).toBe("none");
    const monitored = (labels: Values) => ({ monitoredResource: { type: "uptime_url", labels } });
    const token = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";
    expect(outcome(token, monitored({ host: "h", project_id: "p" }), monitored({ host: "h" }))).toBe("none");
    expect(outcome(token, monitored({ host: "h", project_id: "p" }), monitored({ host: "g", project_id: "p" }))).toBe("replace");
  });

  it("grows a subnetwork's range in place and replaces for any other range", () => {
    const token = "gcp:compute/subnetwork:Subnetwork";
    expect(outcome(token, { ipCidrRange: "10.8.0.0/26" }, { ipCidrRange: "10.8.0.0/24" })).toBe("update");
    expect(outcome(token, { ipCidrRange: "10.8.0.0/26" }, { ipCidrRange: "10.8.0.0/27" })).toBe("replace");
    expect(outcome(token, { ipCidrRange: "10.8.0.0/26" }, { ipCidrRange: "10.9.0.0/24" })).toBe("replace");
  });

  it("plans a change for a value that is not known yet, a replacement where a change replaces", () => {
    expect(outcome(ADDRESS, { name: "n" }, { name: Unknown.value })).toBe("replace");
    expect(outcome(ADDRESS, { labels: { a: "b" } }, { labels: { a: Unknown.value } })).toBe("update");
    expect(outcome(ADDRESS, { labels: { a: "b" } }, { labels: Unknown.value })).toBe("update");
  });

  it("compares numbers and text as the plugin keeps them", () => {
    expect(outcome(SERVICE, { template: { scaling: { minInstanceCount: 1 } } }, { template: { scaling: { minInstanceCount: "1" } } })).toBe("none");
  });
});

describe("the packages on Terraform's plugin framework", () => {
  it("replaces what replacements.json lists", () => {
    const token = "cloudflare:index/r2Bucket:R2Bucket";
    expect(outcome(token, { accountId: "a", name: "b" }, { accountId: "a", name: "c" })).toBe("replace");
    expect(outcome(token, { accountId: "a", name: "b" }, { accountId: "a", name: "b", storageClass: "InfrequentAccess" })).toBe("update");
  });

  it("replaces for a change deep in a list that replaces as a whole", () => {
    const deployment = (percentage: number) => ({ accountId: "a", scriptName: "s", strategy: "percentage", versions: [{ percentage, versionId: "v" }] });
    expect(changes("cloudflare:index/workersDeployment:WorkersDeployment", deployment(100), deployment(50))).toEqual([
      { path: "versions[0].percentage", kind: "update", replaces: true },
    ]);
  });

  it("tells an empty value from an absent one", () => {
    const token = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
    const variable = { projectId: "p", key: "k", value: "v", sensitive: true };
    expect(outcome(token, { ...variable, comment: "c" }, { ...variable, comment: "" })).toBe("update");
    expect(outcome(token, { ...variable, comment: "c" }, variable)).toBe("none");
  });

  it("takes the default for an absent value", () => {
    const token = "random:index/randomString:RandomString";
    expect(outcome(token, { length: 8, special: true }, { length: 8 })).toBe("none");
    expect(outcome(token, { length: 8, special: false }, { length: 8 })).toBe("replace");
  });

  it("names what changed in nested objects and lists", () => {
    const token = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";
    const rules = (maxAge: number) => ({ bucketName: "b", rules: [{ id: "daily", enabled: true, conditions: { prefix: "" }, deleteObjectsTransition: { condition: { type: "Age", maxAge } } }] });
    expect(changes(token, rules(1), rules(2))).toEqual([{ path: "rules[0].deleteObjectsTransition.condition.maxAge", kind: "update", replaces: false }]);
    expect(changes(token, rules(1), { bucketName: "b", rules: [] })).toEqual([{ path: "rules[0]", kind: "delete", replaces: false }]);
  });

  it("ignores the order of a set and the spelling of JSON", () => {
    expect(outcome("vercel:index/webhook:Webhook", { endpoint: "e", events: ["a", "b"] }, { endpoint: "e", events: ["b", "a"] })).toBe("none");
    const settings = (api: string) => ({ projectRef: "p", api });
    expect(outcome("supabase:index/settings:Settings", settings('{"a":1,"b":2}'), settings('{ "b": 2, "a": 1 }'))).toBe("none");
    expect(outcome("supabase:index/settings:Settings", settings('{"a":1}'), settings('{"a":2}'))).toBe("update");
  });

  it.each(["region", "organizationId"])("refuses an update of the Supabase project's %s, which the provider neither makes nor replaces for", (name) => {
    const project = { organizationId: "o", name: "n", region: "ap-northeast-2", databasePassword: "0123456789" };
    const result = diff("supabase:index/project:Project", project, { ...project, [name]: "other" });
    expect(result).toEqual({ outcome: "refused", reason: expect.stringContaining(name), changes: [{ path: name, kind: "update", replaces: false }] });
  });

  it("does not refuse the creation of what it refuses to change", () => {
    expect(outcome("supabase:index/project:Project", { region: "r", name: "a" }, { region: "r", name: "b" })).toBe("update");
  });
});
