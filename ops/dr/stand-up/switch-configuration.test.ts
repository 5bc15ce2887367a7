import type { DeployedResource } from "./deployed-resources";
import { isInProdsRegistry } from "./api-image";
import { prodsOwn, type ProdSide } from "./prod-side";
import { proveSwitch } from "./switch-configuration";

const prod: ProdSide = {
  backups: { endpoint: "https://account.invalid", bucket: "chisan-backups", accessKeyId: "prod-reader", secretAccessKey: "canary-prod-backup-key" },
  files: () => Promise.reject(new Error("not asked")),
  kit: {
    cloudflareAccountId: "0".repeat(32),
    files: { bucket: "chisan-files", gateway: "https://files.chisan.app", operatorKey: "canary-prod-operator-key" },
    hosts: { app: "app.chisan.app", api: "api.chisan.app" },
    database: { url: "postgresql://postgres:canary-prod-password@db.prodprodprodprodprod.supabase.co:5432/postgres" },
    supabaseProject: "prodprodprodprodprod",
    webProject: "chisan-prod-web",
    encryptionKey: null,
    apiImage: "asia-northeast3-docker.pkg.dev/chisan-prod/chisan/api@sha256:0",
    madeAt: "2026-11-23T00:00:00.000Z",
  },
};
const own = { databaseUrl: "postgresql://postgres:dr-password@db.drdrdrdrdrdrdrdrdrdr.supabase.co:5432/postgres", supabaseProject: "drdrdrdrdrdrdrdrdrdr", filesBucket: "chisan-files-dr" };

const reference = (name: string, secret: string, version = "1") => ({ name, valueSource: { secretKeyRef: { secret, version } } });
const service = (location: string, envs: readonly object[]): DeployedResource => ({
  type: "gcp:cloudrunv2/service:Service", name: `api-${location}`, id: location, outputs: {},
  inputs: { name: "chisan-dr-api", location, template: { containers: [{ envs, image: "us-docker.pkg.dev/cloudrun/container/hello" }] } },
});
const secretVersion = (secret: string, secretData: string, version = "1"): DeployedResource => ({
  type: "gcp:secretmanager/secretVersion:SecretVersion", name: `secrets-${secret}-v${version}`, id: `projects/1/secrets/${secret}/versions/${version}`, inputs: { secretData }, outputs: {},
});
const vercel = (key: string, value: string): DeployedResource => ({
  type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", name: `web-${key}`, id: key, inputs: { key, value }, outputs: {},
});

const envs = [
  reference("DATABASE_URL", "chisan-dr-database-url"),
  { name: "NEXT_PUBLIC_SUPABASE_URL", value: `https://${own.supabaseProject}.supabase.co` },
  { name: "R2_BUCKET_NAME", value: "chisan-files-dr" },
  { name: "FILES_GATEWAY_URL", value: "https://files-dr.chisan.app" },
];
const whole = [
  service("asia-northeast1", envs),
  service("asia-northeast2", envs),
  secretVersion("chisan-dr-database-url", own.databaseUrl),
  vercel("NEXT_PUBLIC_SUPABASE_URL", `https://${own.supabaseProject}.supabase.co`),
  vercel("API_URL", "https://api.chisan.app"),
];
const problemsOf = (resources: readonly DeployedResource[]) => proveSwitch(resources, own, prod, "chisan-dr-api").problems;

test("chisan-dr's own values, and none of prod's: nothing is wrong", () => {
  const { applications, problems, values } = proveSwitch(whole, own, prod, "chisan-dr-api");
  expect(problems).toEqual([]);
  expect(applications).toEqual([
    { application: "API in asia-northeast1", variables: 4 },
    { application: "API in asia-northeast2", variables: 4 },
    { application: "web app", variables: 2 },
  ]);
  expect(values).toBeGreaterThan(10);
});

test("a secret that still holds prod's connection is told for each region, and not shown", () => {
  const problems = problemsOf(whole.map((each) => (each.type.includes("secretVersion") ? secretVersion("chisan-dr-database-url", prod.kit.database.url) : each)));
  expect(problems).toContain("API in asia-northeast1: DATABASE_URL is another than chisan-dr's");
  expect(problems).toContain("API in asia-northeast2: DATABASE_URL is another than chisan-dr's");
  expect(problems).toContain("API in asia-northeast1: DATABASE_URL has prod's database password");
  expect(problems.join()).not.toMatch(/canary|prodprodprod/);
});

test.each([
  ["the web app asks prod's Supabase", vercel("NEXT_PUBLIC_SUPABASE_URL", "https://prodprodprodprodprod.supabase.co"), "web app: NEXT_PUBLIC_SUPABASE_URL has prod's Supabase project"],
  ["prod's gateway", vercel("FILES_GATEWAY_URL", "https://files.chisan.app"), "web app: FILES_GATEWAY_URL has prod's files gateway"],
  ["prod's bucket", vercel("R2_BUCKET_NAME", "chisan-files"), "web app: R2_BUCKET_NAME has prod's files bucket"],
  ["prod's password in the middle of a text", service("asia-northeast9", [...envs, { name: "X", value: "x:canary-prod-password@y" }]), "API in asia-northeast9: X has prod's database password"],
])("%s is found", (_what, resource, problem) => {
  expect(problemsOf([...whole, resource])).toContain(problem);
});

test("a secret that is not in the state, a variable that is missing, no API, no web app", () => {
  expect(problemsOf([...whole, service("asia-northeast9", [...envs, reference("JWT_SECRET", "chisan-dr-jwt-secret")])])).toEqual(["API in asia-northeast9: JWT_SECRET has no value in the state"]);
  expect(problemsOf([...whole, service("asia-northeast9", envs.slice(0, 2))])).toEqual(["API in asia-northeast9: R2_BUCKET_NAME is missing, not chisan-dr's"]);
  expect(problemsOf([])).toEqual(["there is no API chisan-dr-api", "the web app has no variables"]);
});

test("what begins with one of prod's names is not prod's", () => {
  const found = (value: string) => prodsOwn(prod).filter(({ isIn }) => isIn(value)).map(({ name }) => name);
  expect(found("chisan-files-dr")).toEqual([]);
  expect(found("https://files-dr.chisan.app")).toEqual([]);
  expect(found("xprodprodprodprodprodx")).toEqual([]);
  expect(found("https://prodprodprodprodprod.supabase.co")).toEqual(["prod's Supabase project"]);
  expect(found(prod.kit.database.url)).toEqual(["prod's Supabase project", "prod's database host", "prod's database password"]);
});

test("an image that is lost with prod's Google project is told from one of chisan-dr's", () => {
  expect(isInProdsRegistry("asia-northeast3-docker.pkg.dev/chisan-prod/chisan/api:v2", prod.kit)).toBe(true);
  expect(isInProdsRegistry("asia-northeast1-docker.pkg.dev/chisan-dr/chisan/api:v2", prod.kit)).toBe(false);
  expect(isInProdsRegistry("asia-northeast3-docker.pkg.dev/chisan-prod-other/chisan/api:v2", prod.kit)).toBe(false);
  expect(isInProdsRegistry("anything", { apiImage: null })).toBe(false);
});
