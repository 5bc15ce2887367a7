import * as pulumi from "@pulumi/pulumi";
import { type ConsumerVariable, environmentVariable, variablesOf } from "../config/environment-variables";
import { environmentSlug, stackNames } from "../config/naming";
import { providerProgram } from "./dynamic/dynamic-resource";
import { type RecordedResource, isSecretInput, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";
import { provider } from "./vercel/web-analytics-provider";
import { WebApp } from "./web-app";
import { type WebAppArgs, apiPaths, apiRouteInputs, checkWebApp, variableInputs, webProjectName } from "./web-app-inputs";

const projectType = "vercel:index/project:Project";
const variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const domainType = "vercel:index/projectDomain:ProjectDomain";
const routeType = "vercel:index/projectRoute:ProjectRoute";
const retentionType = "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention";
const analyticsType = "pulumi-nodejs:dynamic/chisan:WebAnalytics";
const teamId = "team_abcdefghijklmnopqrstuvwx";

const variables = Object.fromEntries(
  variablesOf("web").map((name) => [
    name,
    environmentVariable(name).visibility === "secret" ? pulumi.secret(`secret ${name}`) : `value of ${name}`,
  ]),
) as Record<ConsumerVariable<"web">, pulumi.Input<string>>;

const prod: WebAppArgs = {
  slug: "prod",
  teamId,
  repository: "chisan/platform",
  branch: "main",
  previews: false,
  domain: "app.chisan.app",
  apiOrigin: "https://api.chisan.app",
  variables,
  protect: true,
};
const staging: WebAppArgs = { ...prod, slug: "staging", branch: "main", previews: true, domain: "staging.chisan.app", protect: false };

async function recorded(args: WebAppArgs): Promise<{ app: WebApp; resources: RecordedResource[] }> {
  const made: WebApp[] = [];
  const resources = await recordResources(() => made.push(new WebApp("web", args)));
  return { app: made[0] as WebApp, resources };
}

test("prod: exactly a project, the catalogue's variables, the domain, the retention and the analytics; Vercel's plugin accepts them", async () => {
  const { resources, app } = await recorded(prod);
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:WebApp web",
      `${projectType} web-project`,
      `${domainType} web-domain`,
      `${retentionType} web-retention`,
      `${routeType} web-api`,
      `${analyticsType} web-analytics`,
      ...[
        "api-url",
        "google-client-id",
        "google-client-secret",
        "next-public-sentry-dsn",
        "next-public-supabase-anon-key",
        "next-public-supabase-url",
        "nextauth-secret",
      ].map((name) => `${variableType} web-${name}`),
    ].sort(),
  );
  expect(refusals(resources)).toEqual([]);
  expect(await promiseOf(app.projectId)).toBe("web-project_id");
  expect(await promiseOf(app.projectName)).toBe("chisan-prod-web");
});

test("prod's project: from git's main branch, in Seoul, on Node 20, no previews, nothing but the domain open", async () => {
  const { resources } = await recorded(prod);
  expect(only(resources, projectType).inputs).toEqual({
    name: "chisan-prod-web",
    teamId,
    framework: "nextjs",
    nodeVersion: "20.x",
    rootDirectory: "apps/web",
    serverlessFunctionRegion: "icn1",
    gitRepository: { type: "github", repo: "chisan/platform", productionBranch: "main" },
    previewDeploymentsDisabled: true,
    vercelAuthentication: { deploymentType: "standard_protection_new" },
    gitForkProtection: true,
    automaticallyExposeSystemEnvironmentVariables: false,
    publicSource: false,
    protectedSourcemaps: true,
    directoryListing: false,
    customerSuccessCodeVisibility: false,
  });
});

test("prod's variables reach production and no preview", async () => {
  const { resources } = await recorded(prod);
  for (const { inputs } of ofType(resources, variableType)) expect(inputs.targets).toEqual(["production"]);
});

test("staging builds the previews, with staging's own values", async () => {
  const { resources } = await recorded(staging);
  expect(only(resources, projectType).inputs).toMatchObject({ name: "chisan-staging-web", previewDeploymentsDisabled: false });
  for (const { inputs } of ofType(resources, variableType)) expect(inputs.targets).toEqual(["production", "preview"]);
  expect(refusals(resources)).toEqual([]);
});

test("a secret is sensitive and registered as a secret, a public value is not sensitive; nothing is for development", async () => {
  const { resources } = await recorded(staging);
  const found = ofType(resources, variableType);
  expect(Object.fromEntries(found.map(({ inputs }) => [inputs.key, inputs.sensitive]))).toEqual({
    API_URL: false,
    GOOGLE_CLIENT_ID: false,
    GOOGLE_CLIENT_SECRET: true,
    NEXTAUTH_SECRET: true,
    NEXT_PUBLIC_SENTRY_DSN: false,
    NEXT_PUBLIC_SUPABASE_ANON_KEY: false,
    NEXT_PUBLIC_SUPABASE_URL: false,
  });
  for (const variable of found) {
    expect(isSecretInput(variable, "value")).toBe(true);
    expect(variable.inputs.targets).not.toContain("development");
  }
  const elsewhere = resources.map(({ inputs }) => JSON.stringify({ ...inputs, value: undefined })).join();
  expect(elsewhere).not.toContain("secret NEXTAUTH_SECRET");
});

test("one variable, exactly", async () => {
  const { resources } = await recorded(prod);
  expect(only(resources, variableType, "web-nextauth-secret").inputs).toEqual({
    projectId: "web-project_id",
    teamId,
    key: "NEXTAUTH_SECRET",
    value: "secret NEXTAUTH_SECRET",
    targets: ["production"],
    sensitive: true,
    comment: "Encrypts the web app's session cookies",
  });
});

test("domain and retention, exactly", async () => {
  const { resources } = await recorded(prod);
  expect(only(resources, domainType).inputs).toEqual({ projectId: "web-project_id", teamId, domain: "app.chisan.app" });
  expect(only(resources, retentionType).inputs).toEqual({
    projectId: "web-project_id",
    teamId,
    expirationProduction: "1y",
    expirationPreview: "1m",
    expirationErrored: "1m",
    expirationCanceled: "1w",
  });
});

test.each([
  ["prod", prod],
  ["staging", staging],
  ["dr", { ...prod, slug: "dr", domain: null, branch: null }],
] as const)("%s: Web Analytics is on, by the module that exists, and holds no token", async (_what, args) => {
  const { resources } = await recorded(args);
  const { inputs, secretInputs, dependencies } = only(resources, analyticsType, "web-analytics");
  expect(inputs).toEqual({
    projectId: "web-project_id",
    teamId,
    __provider: providerProgram("components/vercel/web-analytics-provider.ts"),
  });
  expect(secretInputs).toEqual([]);
  expect(dependencies).toEqual(["web-project"]);
  expect(Object.keys(provider).sort()).toEqual(["check", "create", "delete", "diff", "read"]);
});

test("without a domain or a branch there is none", async () => {
  const { resources } = await recorded({ ...prod, slug: "dr", domain: null, branch: null });
  expect(ofType(resources, domainType)).toEqual([]);
  expect(only(resources, projectType).inputs).not.toHaveProperty("gitRepository");
});

test("a missing variable fails by name, before anything at Vercel is registered", async () => {
  const made = recorded({ ...prod, variables: { ...variables, NEXTAUTH_SECRET: undefined, API_URL: undefined } });
  await expect(made).rejects.toThrow(/CHI-V001 .*NEXTAUTH_SECRET/);
  await expect(made).rejects.toThrow(/CHI-V001 .*API_URL/);
});

test("the web app can be given none of the API's secrets", async () => {
  await expect(recorded({ ...prod, variables: { ...variables, ...{ DATABASE_URL: "postgresql://x" } } })).rejects.toThrow(
    /CHI-V002 DATABASE_URL/,
  );
});

test("where the data are real, there are no previews", () => {
  expect(() => checkWebApp({ ...prod, previews: true })).toThrow("CHI-C602");
  expect(() => checkWebApp({ ...prod, slug: "dr", previews: true })).toThrow("CHI-C602");
  expect(() => checkWebApp({ ...staging, branch: null })).toThrow("CHI-C603");
});

test("a secret that browsers would get is refused", () => {
  const definition = { visibility: "secret", description: "" } as const;
  expect(() => variableInputs(prod, "p", "NEXT_PUBLIC_KEY", "v", definition)).toThrow("CHI-C604");
});

test("every environment's project has a name of its own, which Vercel accepts", () => {
  const all = stackNames.map((stack) => webProjectName(environmentSlug(stack)));
  expect(new Set(all).size).toBe(all.length);
  for (const name of all) expect(name).toMatch(/^[a-z0-9-]{1,52}$/);
});

test("only the project is protected", async () => {
  const isProtected = ({ resources }: { resources: RecordedResource[] }) =>
    resources.filter((each) => each.protect).map(({ name }) => name);
  expect(isProtected(await recorded(prod))).toEqual(["web-project"]);
  expect(isProtected(await recorded(staging))).toEqual([]);
});

describe("the API below the app's /api/", () => {
  test("is the API's own path at the API's own address, never kept at the edge", async () => {
    const { resources } = await recorded(prod);
    expect(only(resources, routeType).inputs).toEqual({
      projectId: "web-project_id",
      teamId,
      name: "api",
      description: "The API below /api/, except the app's own sign-in below /api/auth",
      enabled: true,
      srcSyntax: "regex",
      position: { placement: "start" },
      route: { src: apiPaths, dest: "https://api.chisan.app/$1", caseSensitive: true, respectOriginCacheControl: false },
    });
  });

  test.each([
    ["/api/health", "https://api.chisan.app/health"],
    ["/api/health/ready", "https://api.chisan.app/health/ready"],
    ["/api/authors", "https://api.chisan.app/authors"],
    ["/api/orders/auth", "https://api.chisan.app/orders/auth"],
  ])("%s leads to %s", (path, target) => {
    expect(path.replace(new RegExp(apiPaths), "https://api.chisan.app/$1")).toBe(target);
  });

  test.each(["/", "/api", "/apis/health", "/orders/api/health", "/api/auth", "/api/auth/", "/api/auth/callback/google"])(
    "%s stays with the app",
    (path) => {
      expect(new RegExp(apiPaths).test(path)).toBe(false);
    },
  );

  test.each(["http://api.chisan.app", "https://api.chisan.app/", "https://api.chisan.app/v1", "api.chisan.app"])("refuses the origin %s", (apiOrigin) => {
    expect(() => apiRouteInputs({ teamId, apiOrigin }, "prj_1")).toThrow(`CHI-C605 the app's /api/ cannot lead to "${apiOrigin}"`);
  });
});
