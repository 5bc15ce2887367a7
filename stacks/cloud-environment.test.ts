import { type RecordedResource, isSecretInput, ofType, only } from "../components/test-support/mocks";
import { missingOrExcessRoles } from "../components/deploy-roles";
import { delegableRoles, onlyTheseGrants } from "../components/deploy-roles-delegation";
import { refusals } from "../components/test-support/vendor-rules";
import { encryptionKeysValue, encryptionKeysText } from "../config/encryption-keys";
import { environmentVariable, environmentVariableNames, variablesOf } from "../config/environment-variables";
import { cloudStacks, type CloudStack } from "../config/stack-configuration-keys";
import { recordStack } from "./test-support/recorded-stack";

const stacks = {} as Record<CloudStack, RecordedResource[]>;
beforeAll(async () => {
  for (const stack of cloudStacks) stacks[stack] = await recordStack(stack);
});

const variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const serviceType = "gcp:cloudrunv2/service:Service";

/** The API's services, one in each region. */
const apiServices = (resources: RecordedResource[]) => ofType(resources, serviceType).filter(({ parent }) => parent === "api");

/** The variables of the API's container: by name, whether it is mounted from Secret Manager. */
function apiVariables(stack: CloudStack): Record<string, "plain" | "secret"> {
  const service = apiServices(stacks[stack])[0];
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

  test("there is no service-account key, and nothing is granted to everybody or by a basic role", () => {
    const types = new Set(stacks[stack].map(({ type }) => type));
    expect([...types].filter((type) => /serviceaccount\/key|allUsers/i.test(type))).toEqual([]);
    expect(JSON.stringify(stacks[stack].map(({ inputs }) => inputs))).not.toMatch(/allUsers|allAuthenticatedUsers|roles\/(?:owner|editor|viewer)"/);
  });

  test("on the whole project only groups of the access table, the deployer and the writer of metrics are granted anything", () => {
    const grants = ofType(stacks[stack], "gcp:projects/iAMMember:IAMMember");
    expect(grants.filter(({ parent }) => parent === "access").every(({ inputs }) => String(inputs["member"]).startsWith("group:"))).toBe(true);
    const others = grants.filter(({ parent }) => parent !== "access").map(({ name, parent }) => [parent, name]);
    expect(others.filter(([parent]) => parent !== "deploy")).toEqual([["metrics-identity", "metrics-identity-metric-writer"]]);
  });

  test("the deployer's roles are exactly those that the declared types need", () => {
    expect(missingOrExcessRoles(Object.values(stacks).flatMap((resources) => resources.map(({ type }) => type)))).toEqual({ missing: [], excess: [] });
  });

  test("the deployer can grant no more than what the stack grants to others", () => {
    const grants = ofType(stacks[stack], "gcp:projects/iAMMember:IAMMember");
    const others = grants.filter(({ parent }) => parent !== "deploy").map(({ inputs }) => String(inputs["role"]));
    const admin = grants.find(({ inputs }) => inputs["role"] === "roles/resourcemanager.projectIamAdmin");
    expect((admin?.inputs["condition"] as { expression: string }).expression).toBe(onlyTheseGrants(delegableRoles(others)));
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
    const template = apiServices(stacks[stack])[0]?.inputs["template"] as { containers: { envs: { name: string; value: string }[] }[] };
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
  expect(new Set(ofType(stacks.prod, serviceType).map(({ inputs }) => inputs["deletionProtection"]))).toEqual(new Set([true]));
  expect(only(stacks.prod, "supabase:index/project:Project").retainOnDelete).toBe(true);
});

test("prod keeps what the operations document says it keeps, for as long (section 3.1)", () => {
  const day = 86_400;
  const rules = (name: string) => only(stacks.prod, "cloudflare:index/r2BucketLock:R2BucketLock", name).inputs["rules"] as { prefix: string; condition: { maxAgeSeconds: number } }[];
  const locked = (name: string) => Object.fromEntries(rules(name).map(({ prefix, condition }) => [prefix, condition.maxAgeSeconds / day]));
  expect(locked("backups-lock")).toEqual({ "database/daily/": 30, "database/weekly/": 90, "reports/": 400 });
  // A day more than a version is kept: a copy may be a day old when its version is superseded (workers/file-versions/periods.ts).
  expect(locked("files-vault-lock")).toEqual({ "": 31 });
  expect(stacks.prod.find(({ type }) => type.endsWith(":PointInTimeRecovery"))?.inputs["days"]).toBe(7);
  expect(stacks.prod.find(({ type }) => type.endsWith(":PostgresVersion"))?.inputs["expectedMajor"]).toBe(15);
});

test("what the API mounts is what the names say", () => {
  // The mocks make each value from the name of what made it, so a swap shows.
  const stored = (name: string) => String(only(stacks.prod, "gcp:secretmanager/secretVersion:SecretVersion", `secrets-${name}-v1`).inputs["secretData"]);
  const token = only(stacks.prod, "cloudflare:index/accountToken:AccountToken", "files-api-g1");
  expect(stored("r2-access-key-id")).toBe(`${token.name}_id`);
  expect(stored("r2-secret-access-key")).toMatch(/^[0-9a-f]{64}$/);
  expect(stored("supabase-service-role-key")).toBe("service-role-key-of-prod");
  expect(stored("database-url")).toMatch(/^postgresql:\/\/postgres:.+@db\..+\.supabase\.co:5432\/postgres\?sslmode=require$/);
  expect(new Set(["jwt-secret", "encryption-key", "nextauth-secret"].map(stored)).size).toBe(3);
});

test("configuration reaches what it configures", async () => {
  const revision = "chisan-prod-api-0123456789";
  const changed = await recordStack("prod", {
    apiImage: "asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images/api:1.4.2",
    logLevel: "warn",
    operatorCidrs: ["198.51.100.7/32"],
    traffic: { stable: { revision, percent: 95 }, canary: { revision: `${revision}c`, percent: 5 } },
    secretGenerations: { JWT_SECRET: { current: 2, previous: 1 }, R2_API_TOKEN: { current: 2, previous: 1 } },
  });
  const services = apiServices(changed);
  expect(services.length).toBe(2);
  for (const { inputs } of services) {
    const [container] = (inputs["template"] as { containers: { image: string; envs: { name: string; value?: string }[] }[] }).containers;
    expect(container?.image).toMatch(/api:1\.4\.2$/);
    const value = (name: string) => container?.envs.find((variable) => variable.name === name)?.value;
    expect([value("LOG_LEVEL"), value("APP_VERSION")]).toEqual(["warn", "1.4.2"]);
    expect(container?.envs.map(({ name }) => name)).toEqual(expect.arrayContaining(["JWT_SECRET_PREVIOUS", "R2_ACCESS_KEY_ID_PREVIOUS", "R2_SECRET_ACCESS_KEY_PREVIOUS"]));
    expect(inputs["traffics"]).toEqual([
      expect.objectContaining({ revision, percent: 95 }),
      expect.objectContaining({ revision: `${revision}c`, percent: 5 }),
    ]);
  }
  expect(String(only(changed, "supabase:index/settings:Settings").inputs["network"])).toContain("198.51.100.7/32");
  const previous = (name: string) => String(only(changed, "gcp:secretmanager/secretVersion:SecretVersion", `secrets-${name}-v1`).inputs["secretData"]);
  expect(previous("r2-access-key-id")).toBe("files-api-g1_id");
  expect(previous("r2-secret-access-key")).toMatch(/^[0-9a-f]{64}$/);
});

const apiScaling = (resources: RecordedResource[]) =>
  Object.fromEntries(apiServices(resources).map(({ inputs }) => [inputs["location"], inputs["scaling"]]));

test("each region scales as its specification says", () => {
  expect(apiScaling(stacks.prod)).toEqual({
    "asia-northeast3": { minInstanceCount: 1, maxInstanceCount: 10 },
    "asia-northeast1": { minInstanceCount: 0, maxInstanceCount: 10 },
  });
});

test("the backup region is kept warm while it is sent traffic", async () => {
  const away = await recordStack("prod", { activeRegions: ["asia-northeast1"] });
  expect(apiScaling(away)).toEqual({
    "asia-northeast3": { minInstanceCount: 1, maxInstanceCount: 10 },
    "asia-northeast1": { minInstanceCount: 1, maxInstanceCount: 10 },
  });
});

test("once it has taken over, chisan-dr leads app and api to itself and watches them, and before it does not", async () => {
  const leading = (resources: RecordedResource[]) =>
    resources.filter(({ name }) => ["dns-app", "dns-api", "web-domain"].includes(name)).map(({ name, inputs }) => [name, inputs["name"] ?? inputs["domain"], inputs["content"] ?? inputs["projectId"]]);
  expect(leading(stacks["chisan-dr"])).toEqual([]);
  const live = await recordStack("chisan-dr", { cutOver: true });
  expect(leading(live).sort()).toEqual([
    ["dns-api", "api.chisan.app", expect.stringMatching(/^\d+(\.\d+){3}$/)],
    ["dns-app", "app.chisan.app", "cname.vercel-dns.com"],
    ["web-domain", "app.chisan.app", expect.any(String)],
  ]);
  const uptime = (resources: RecordedResource[]) => ofType(resources, "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig").length;
  expect([uptime(stacks["chisan-dr"]), uptime(live)]).toEqual([0, uptime(stacks.prod)]);
  expect(uptime(live)).toBeGreaterThan(0);
  expect(refusals(live)).toEqual([]);
});

test("the key that came with the data is kept and mounted, and none is made; everything else is as it was", async () => {
  const dataKey = Buffer.from("0123456789abcdef0123456789ABCDEF").toString("base64");
  const encryptionKeys = encryptionKeysValue.read(encryptionKeysText([{ generation: 2, value: dataKey }]), [], ({ allowed }) => expect(allowed).toBe(""));
  const taken = await recordStack("chisan-dr", { encryptionKeys });
  const added = taken.filter(({ name }) => !stacks["chisan-dr"].some((each) => each.name === name)).map(({ name }) => name);
  const gone = stacks["chisan-dr"].filter(({ name }) => !taken.some((each) => each.name === name)).map(({ name }) => name);
  expect([added, gone]).toEqual([["secrets-encryption-key-v2"], ["secrets-encryption-key-g1", "secrets-encryption-key-v1"]]);
  const version = taken.find(({ name }) => name === "secrets-encryption-key-v2");
  expect(version?.inputs["secretData"]).toBe(dataKey);
  expect(version !== undefined && isSecretInput(version, "secretData")).toBe(true);
});
