import { Unknown, type Values } from "../contract";
import { loadRules } from "./index";

const SERVICE = "gcp:cloudrunv2/service:Service";
const service = (): Values => ({
  location: "asia-northeast3",
  name: "api",
  template: { timeout: "60s", scaling: { minInstanceCount: 1 }, containers: [{ image: "i", envs: [{ name: "LOG_LEVEL", value: "info" }] }] },
});
const failuresOf = (token: string, inputs: Values) => loadRules(token.split(":")[0] as "gcp").check(token, inputs).failures;
const blamed = (token: string, inputs: Values) => failuresOf(token, inputs).map((failure) => failure.property);

describe("what is accepted", () => {
  it("accepts correct inputs", () => expect(failuresOf(SERVICE, service())).toEqual([]));

  it("accepts an unknown in the place of any value", () => {
    expect(failuresOf(SERVICE, { location: Unknown.value, template: Unknown.value })).toEqual([]);
    expect(failuresOf(SERVICE, { ...service(), ingress: Unknown.value, deletionProtection: Unknown.value })).toEqual([]);
  });

  it("leaves the engine's own bookkeeping alone", () => expect(failuresOf(SERVICE, { ...service(), __defaults: [] })).toEqual([]));

  it("converts between scalars as the bridge does", () => {
    const bucket = { name: "b", accountId: "a" };
    expect(failuresOf("cloudflare:index/r2Bucket:R2Bucket", { ...bucket, name: 5 })).toEqual([]);
    expect(failuresOf(SERVICE, { ...service(), deletionProtection: "true", template: { scaling: { minInstanceCount: "1" } } })).toEqual([]);
  });

  it("takes a lone scalar for a list of one only where the bridge does (gcp)", () => {
    const job = { location: "l", template: { template: { containers: [{ image: "i", args: "backup" }] } } };
    expect(failuresOf("gcp:cloudrunv2/job:Job", job)).toEqual([]);
    expect(blamed("vercel:index/webhook:Webhook", { endpoint: "https://a", events: "deployment.error" })).toEqual(["events"]);
  });

  it("throws for a type that the schema lacks", () => expect(() => failuresOf("gcp:compute/adress:Adress", {})).toThrow("no resource type"));
});

describe("unknown properties", () => {
  it("are refused at the top with the name that was meant", () => {
    const [failure] = failuresOf(SERVICE, { ...service(), ingres: "INGRESS_TRAFFIC_ALL" });
    expect(failure).toEqual({ property: "ingres", reason: `unknown property "ingres" of ${SERVICE} (did you mean ingress?)` });
  });

  it("are refused at any depth, with the path", () => {
    const inputs = { ...service(), template: { scaling: { minInstanceCnt: 1 }, containers: [{ image: "i", envs: [{ name: "A", vlaue: "b" }] }] } };
    const failures = failuresOf(SERVICE, inputs);
    expect(failures.map(({ property }) => property)).toEqual(["template.scaling.minInstanceCnt", "template.containers[0].envs[0].vlaue"]);
    expect(failures[0]?.reason).toBe(`unknown property "minInstanceCnt" of ${SERVICE} at template.scaling (did you mean minInstanceCount?)`);
  });

  it.each([
    ["cloudflare:index/r2Bucket:R2Bucket", { accountId: "a", name: "b", storageClas: "Standard" }, "storageClas"],
    ["vercel:index/projectDomain:ProjectDomain", { projectId: "p", domain: "d", gitBranchh: "main" }, "gitBranchh"],
    ["supabase:index/branch:Branch", { parentProjectRef: "p", gitBranch: "b", regoin: "r" }, "regoin"],
    ["random:index/randomString:RandomString", { length: 8, uper: false }, "uper"],
  ])("are refused for %s too, where the real plugin drops them in silence", (token, inputs, property) => expect(blamed(token, inputs)).toEqual([property]));

  it("are not looked for in maps, whose keys are free", () => {
    expect(failuresOf("gcp:secretmanager/secret:Secret", { secretId: "s", labels: { anything: "x" }, replication: { auto: {} } })).toEqual([]);
  });

  it("get no suggestion when nothing is near", () => {
    expect(failuresOf(SERVICE, { ...service(), zzzzzzzzzzzz: 1 })[0]?.reason).not.toContain("did you mean");
  });
});

describe("missing and mistyped properties", () => {
  it("refuses what is missing, in lists too", () => {
    expect(blamed(SERVICE, { template: { containers: [{ envs: [{ value: "x" }] }] } })).toEqual([
      "template.containers[0].envs[0].name",
      "template.containers[0].image",
      "location",
    ]);
  });

  it("treats null as left out", () => expect(blamed(SERVICE, { ...service(), location: null })).toEqual(["location"]));

  it.each([
    ["location", { a: 1 }],
    ["deletionProtection", "perhaps"],
    ["template", "zzz"],
    ["labels", "zzz"],
    ["labels.a", undefined],
  ])("refuses a wrong type of %s", (property, value) => {
    const inputs = { ...service(), ...(value === undefined ? { labels: { a: { b: 1 } } } : { [property]: value }) };
    expect(blamed(SERVICE, inputs as Values)).toEqual([property]);
  });

  it("refuses text that is no number", () => {
    expect(blamed(SERVICE, { ...service(), template: { scaling: { minInstanceCount: "many" } } })).toEqual(["template.scaling.minInstanceCount"]);
    expect(blamed("random:index/randomBytes:RandomBytes", { length: [1] })).toEqual(["length"]);
  });

  it("never shows a value of the wrong type, which may be a secret", () => {
    const [failure] = failuresOf("supabase:index/project:Project", { organizationId: "o", name: "n", region: "r", databasePassword: { a: "hunter2" } });
    expect(failure?.reason).not.toContain("hunter2");
  });

  it("does not show the value of a property that the schema marks secret", () => {
    const inputs = { projectId: "p", secret: "hunter2" };
    const [failure] = failuresOf("vercel:index/projectProtectionBypass:ProjectProtectionBypass", inputs);
    expect(failure?.property).toBe("secret");
    expect(failure?.reason).not.toContain("hunter2");
  });
});

describe("the vendors' rules", () => {
  it("refuses a wrong enum and lists the right ones", () => {
    expect(failuresOf(SERVICE, { ...service(), ingress: "PUBLIC" })[0]?.reason).toContain('must be one of "INGRESS_TRAFFIC_ALL"');
    expect(blamed("vercel:index/project:Project", { name: "n", nodeVersion: "19.x" })).toEqual(["nodeVersion"]);
  });

  it("compares Cloudflare's enums in any case, Google's letter by letter", () => {
    expect(failuresOf("cloudflare:index/r2Bucket:R2Bucket", { name: "b", location: "APAC" })).toEqual([]);
    expect(blamed("gcp:compute/address:Address", { addressType: "external" })).toEqual(["addressType"]);
  });

  it("refuses what conflicts, and what lacks its one alternative", () => {
    const replicas = { replicas: [{ location: "asia-northeast3" }] };
    expect(blamed("gcp:secretmanager/secret:Secret", { secretId: "s", replication: { auto: {}, userManaged: replicas } })).toEqual(["replication.auto"]);
    expect(blamed("gcp:secretmanager/secret:Secret", { secretId: "s", replication: {} })).toEqual(["replication.auto"]);
  });

  it("refuses the same element twice in a set, where the plugin does", () => {
    expect(blamed("vercel:index/webhook:Webhook", { endpoint: "https://a", events: ["deployment.error", "deployment.error"] })).toEqual(["events"]);
    expect(failuresOf("gcp:projects/iAMCustomRole:IAMCustomRole", { title: "t", permissions: ["a.b.c", "a.b.c"] })).toEqual([]);
  });

  it("refuses at the plan what the plugin refuses only there", () => {
    const token = "gcp:compute/sSLPolicy:SSLPolicy";
    const rules = loadRules("gcp");
    expect(rules.check(token, { profile: "CUSTOM" }).failures).toEqual([]);
    expect(rules.planFailures?.(token, { profile: "CUSTOM" })).toHaveLength(1);
    expect(rules.planFailures?.(token, { profile: "MODERN" })).toEqual([]);
    expect(rules.planFailures?.(token, { profile: Unknown.value })).toEqual([]);
  });
});

describe("defaults", () => {
  it("fills the top-level defaults of gcp, which never undo what was set", () => {
    const rules = loadRules("gcp");
    expect(rules.check(SERVICE, service()).inputs.deletionProtection).toBe(true);
    expect(rules.check(SERVICE, { ...service(), deletionProtection: false }).inputs.deletionProtection).toBe(false);
  });
});
