import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { apiServiceName as configuredServiceName } from "../config/stack-configuration-keys";
import type { GcpRegion } from "../config/allowed-values";
import { environmentSlug, stackNames } from "../config/naming";
import { ApiService, type ApiServiceArgs, apiServiceName, checkApiService, publicValue } from "./api-service";
import { revisionName } from "./api-service-template";
import { FixedEgress } from "./fixed-egress";
import { ProjectServices } from "./project-services";
import { RuntimeIdentity } from "./runtime-identity";
import { SecretStore, secretMounts } from "./secret-store";
import { type RecordedResource, isSecret, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";

const serviceType = "gcp:cloudrunv2/service:Service";
const image = "asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images/api:1.4.2";
const seoul = { region: "asia-northeast3", minInstances: 1, maxInstances: 10 } as const;
const tokyo = { region: "asia-northeast1", minInstances: 0, maxInstances: 4 } as const;

const args: ApiServiceArgs = {
  slug: "prod",
  project: "chisan-prod",
  regions: [seoul],
  image,
  cpu: "1",
  memory: "1Gi",
  logLevel: "info",
  serviceAccountEmail: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
  environment: { R2_BUCKET_NAME: "chisan-files" },
  secrets: { JWT_SECRET: { secretId: "chisan-prod-jwt-secret", version: "3", grants: [] } },
  egress: { network: "chisan-prod-egress", subnetwork: "chisan-prod-egress", gateways: { "asia-northeast3": {} as pulumi.Resource } },
  traffic: [],
  protect: true,
};

/** Only while resources are being recorded. */
const egressIn = (...regions: readonly GcpRegion[]) =>
  new FixedEgress("prod-egress", { slug: "prod", project: "chisan-prod", regions, protect: true });

interface Template {
  revision: string;
  serviceAccount: string;
  containers: { envs: { name: string; value?: string; valueSource?: { secretKeyRef: { secret: string; version: string } } }[] }[];
}

async function recorded(change: Partial<ApiServiceArgs> = {}): Promise<{ api: ApiService; resources: RecordedResource[] }> {
  const built: ApiService[] = [];
  const resources = await recordResources(() => {
    built.push(new ApiService("prod-api", { ...args, egress: egressIn("asia-northeast3", "asia-northeast1"), ...change }));
  });
  return { api: built[0] as ApiService, resources };
}

const templateOf = (service: RecordedResource) => service.inputs.template as Template;

test("the service's inputs, whole", async () => {
  const { api, resources } = await recorded();
  const service = only(resources, serviceType);
  const { template, ...rest } = service.inputs;
  expect(rest).toEqual({
    project: "chisan-prod",
    location: "asia-northeast3",
    name: "chisan-prod-api",
    description: "CHISAN API (prod)",
    ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    invokerIamDisabled: true,
    deletionProtection: true,
    scaling: { minInstanceCount: 1, maxInstanceCount: 10 },
    traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    labels: { environment: "prod" },
  });
  const { revision, ...content } = template as Template;
  expect(content).toEqual({
    serviceAccount: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
    executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
    maxInstanceRequestConcurrency: 80,
    timeout: "60s",
    vpcAccess: {
      networkInterfaces: [{ network: "chisan-prod-egress", subnetwork: "chisan-prod-egress" }],
      egress: "ALL_TRAFFIC",
    },
    containers: [
      {
        image,
        ports: { containerPort: 4000 },
        resources: { limits: { cpu: "1", memory: "1Gi" }, cpuIdle: true, startupCpuBoost: true },
        envs: [
          { name: "APP_VERSION", value: "1.4.2" },
          { name: "DEPLOYMENT_ENVIRONMENT", value: "prod" },
          { name: "JWT_SECRET", valueSource: { secretKeyRef: { secret: "chisan-prod-jwt-secret", version: "3" } } },
          { name: "LOG_LEVEL", value: "info" },
          { name: "NODE_ENV", value: "production" },
          { name: "R2_BUCKET_NAME", value: "chisan-files" },
        ],
        startupProbe: { httpGet: { path: "/health/ready", port: 4000 }, periodSeconds: 5, timeoutSeconds: 4, failureThreshold: 24 },
        livenessProbe: { httpGet: { path: "/health/live", port: 4000 }, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
      },
    ],
  });
  expect(revision).toBe(revisionName("chisan-prod-api", content));
  expect(await promiseOf(api.revision)).toBe(revision);
});

test("the component declares its services and nothing else: no grant, no key, no member", async () => {
  const { resources } = await recorded({ regions: [seoul, tokyo] });
  expect(names(resources.filter(({ name }) => !name.startsWith("prod-egress")))).toEqual([
    "chisan:infrastructure:ApiService prod-api",
    `${serviceType} prod-api-asia-northeast1`,
    `${serviceType} prod-api-asia-northeast3`,
  ]);
  expect(JSON.stringify(resources)).not.toMatch(/allUsers|allAuthenticatedUsers/);
  for (const service of ofType(resources, serviceType)) expect(service.parent).toBe("prod-api");
});

test("the IAM check is off only behind the load balancer", async () => {
  for (const service of ofType((await recorded({ regions: [seoul, tokyo] })).resources, serviceType)) {
    expect(service.inputs).toMatchObject({ invokerIamDisabled: true, ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" });
  }
});

test("regions differ in place and scaling only: the revision is the same, so one traffic split fits all", async () => {
  const traffic = [
    { revision: "chisan-prod-api-aaa", percent: 95 },
    { revision: "chisan-prod-api-bbb", percent: 5, tag: "canary" },
  ];
  const { api, resources } = await recorded({ regions: [seoul, tokyo], traffic });
  const [first, second] = ofType(resources, serviceType).map(({ inputs }) => inputs);
  expect(second).toEqual({ ...first, location: "asia-northeast1", scaling: { minInstanceCount: 0, maxInstanceCount: 4 } });
  expect(api.services.map(({ region }) => region)).toEqual(["asia-northeast3", "asia-northeast1"]);
  const [primary] = api.services;
  expect(await promiseOf((primary as { uri: pulumi.Output<string> }).uri)).toBe("https://chisan-prod-api-asia-northeast3.a.run.app");
});

test("each region's service waits for its own way out and for no other's", async () => {
  const { resources } = await recorded({ regions: [seoul, tokyo] });
  for (const [region, other] of [
    ["asia-northeast3", "asia-northeast1"],
    ["asia-northeast1", "asia-northeast3"],
  ]) {
    const { dependencies } = only(resources, serviceType, `prod-api-${region}`);
    expect(dependencies).toContain(`prod-egress-nat-${region}`);
    expect(dependencies).not.toContain(`prod-egress-nat-${other}`);
  }
});

test("a new image makes a new revision, and the traffic stays where the configuration has it", async () => {
  const traffic = [{ revision: "chisan-prod-api-aaa", percent: 100 }];
  const before = only((await recorded({ traffic })).resources, serviceType);
  const after = only((await recorded({ traffic, image: image.replace("1.4.2", "1.4.3") })).resources, serviceType);
  expect(templateOf(after).revision).not.toBe(templateOf(before).revision);
  expect(after.inputs.traffics).toEqual(before.inputs.traffics);
  expect(after.inputs.traffics).toEqual([
    { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "chisan-prod-api-aaa", percent: 100 },
  ]);
});

test("a step of the rollout, scaling and protection make no revision", async () => {
  const revisionOf = async (change: Partial<ApiServiceArgs>) => templateOf(only((await recorded(change)).resources, serviceType)).revision;
  const before = await revisionOf({});
  const split = [
    { revision: "chisan-prod-api-aaa", percent: 75 },
    { revision: before, percent: 25 },
  ];
  for (const change of [{ traffic: split }, { regions: [{ ...seoul, maxInstances: 20 }] }, { protect: false }])
    expect(await revisionOf(change)).toBe(before);
});

test("protection follows the argument", async () => {
  expect(only((await recorded({ protect: false })).resources, serviceType).inputs.deletionProtection).toBe(false);
});

describe("with its identity and a secret store", () => {
  const build =
    (sink: { api?: ApiService } = {}) =>
    () => {
      const identity = new RuntimeIdentity("prod-api-identity", { slug: "prod", project: "chisan-prod", workload: "api" });
      const store = new SecretStore("prod-secrets", {
        slug: "prod",
        project: "chisan-prod",
        regions: ["asia-northeast3"],
        protect: true,
        secrets: {
          JWT_SECRET: {
            kind: "generated",
            form: "characters",
            length: 48,
            generations: { current: 2, previous: 1 },
            readers: { api: identity.member },
          },
          DATABASE_URL: {
            kind: "given",
            value: pulumi.secret("postgresql://given-value"),
            generations: { current: 1 },
            readers: { api: identity.member },
          },
        },
      });
      sink.api = new ApiService("prod-api", {
        ...args,
        serviceAccountEmail: identity.email,
        secrets: secretMounts(store.references),
        egress: egressIn("asia-northeast3"),
      });
    };

  test("secrets are mounted by number, both generations while rotating, and no value is in the template", async () => {
    const service = only(await recordResources(build()), serviceType);
    const template = templateOf(service);
    const mounted = Object.fromEntries(
      template.containers[0]?.envs.flatMap(({ name, valueSource }) => (valueSource ? [[name, valueSource.secretKeyRef]] : [])) ?? [],
    );
    expect(mounted).toEqual({
      DATABASE_URL: { secret: "chisan-prod-database-url", version: "1" },
      JWT_SECRET: { secret: "chisan-prod-jwt-secret", version: "1" },
      JWT_SECRET_PREVIOUS: { secret: "chisan-prod-jwt-secret", version: "1" },
    });
    expect(JSON.stringify(service.inputs)).not.toMatch(/postgresql|rrrr|latest"/);
    expect(service.secretInputs).toEqual([]);
    expect(template.serviceAccount).toBe("chisan-prod-api@chisan-prod.iam.gserviceaccount.com");
  });

  test("the service waits for what its component waits for, and for the grants", async () => {
    const resources = await recordResources(() => {
      const apis = new ProjectServices("prod-apis", { project: "chisan-prod" });
      const grant = new RuntimeIdentity("prod-grant", { slug: "prod", project: "chisan-prod", workload: "grant" });
      new ApiService(
        "prod-api",
        { ...args, egress: egressIn("asia-northeast3"), secrets: { JWT_SECRET: { secretId: "s", version: "1", grants: [grant] } } },
        { dependsOn: apis },
      );
    });
    expect(only(resources, serviceType).dependencies).toEqual(expect.arrayContaining(["prod-apis-run", "prod-grant-account"]));
  });

  test("the service waits for the grants", async () => {
    const service = only(await recordResources(build()), serviceType);
    expect(service.dependencies).toEqual(
      expect.arrayContaining(["prod-secrets-jwt-secret-reader-api", "prod-secrets-database-url-reader-api"]),
    );
  });

  test("all grants together: the API's account reads its two secrets, and has nothing else anywhere", async () => {
    const resources = await recordResources(build());
    const grants = resources.filter(({ type }) => /iam(member|binding|policy)/i.test(type));
    expect(grants.map(({ inputs }) => [inputs.secretId, inputs.role, inputs.member])).toEqual(
      ["chisan-prod-jwt-secret", "chisan-prod-database-url"].map((id) => [
        id,
        "roles/secretmanager.secretAccessor",
        "serviceAccount:chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
      ]),
    );
    expect(resources.filter(({ type }) => /^gcp:projects\/iam(?!AuditConfig)|serviceaccount\/key/i.test(type))).toEqual([]);
  });

  test("the first preview, with all outputs unknown, shows every resource and leaves the revision open", async () => {
    const sink: { api?: ApiService } = {};
    const preview = await recordResources(build(sink), { preview: true });
    expect(names(preview)).toEqual(names(await recordResources(build())));
    expect(await promiseOf((sink.api as ApiService).revision)).toBeUndefined();
  });
});

test("a public variable stays as it is", async () => {
  await recordResources(() => undefined);
  const value = publicValue("R2_BUCKET_NAME", pulumi.output("chisan-files"));
  expect(await promiseOf(value)).toBe("chisan-files");
  expect(await isSecret(value)).toBe(false);
});

/** In a process of its own, because an error of an `apply` ends the process: Pulumi's, or Jest's. */
test("a public variable that is secret ends the program, with its name and without its value", () => {
  const program = `
    const pulumi = require("@pulumi/pulumi");
    const { ApiService } = require("./components/api-service");
    const { FixedEgress } = require("./components/fixed-egress");
    const { recordResources } = require("./components/test-support/mocks");
    const args = ${JSON.stringify(args)};
    args.environment.DATABASE_URL = pulumi.secret("postgresql://given-value");
    const egress = () => new FixedEgress("prod-egress", { slug: "prod", project: "chisan-prod", regions: ["asia-northeast3"], protect: true });
    recordResources(() => new ApiService("prod-api", { ...args, egress: egress() }));`;
  const run = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", program], { cwd: join(__dirname, ".."), encoding: "utf8" });
  expect(run.stderr).toContain("CHI-C309 DATABASE_URL is a secret");
  expect(run.stdout + run.stderr).not.toContain("given-value");
  expect(run.status).not.toBe(0);
});

test.each<[string, Partial<ApiServiceArgs>]>([
  ["CHI-C301", { logLevel: "debug" }],
  ["CHI-C321", { regions: [] }],
  ["CHI-C321", { regions: [seoul, { ...seoul, maxInstances: 2 }] }],
  ["CHI-C322", { regions: [{ ...seoul, minInstances: 11 }] }],
  ["CHI-C322", { regions: [{ ...seoul, minInstances: -1 }] }],
  ["CHI-C322", { regions: [{ ...seoul, minInstances: 0, maxInstances: 0 }] }],
  ["CHI-C322", { regions: [{ ...seoul, maxInstances: 1.5 }] }],
  ["CHI-C323", { regions: [seoul, tokyo] }],
])("%s is thrown for %j before anything is registered", async (code, change) => {
  expect(() => checkApiService({ ...args, ...change })).toThrow(new RegExp(`^${code} `));
  const registered: string[] = [];
  await expect(
    recordResources(() => new ApiService("prod-api", { ...args, ...change }), { outputs: ({ name }) => (registered.push(name), {}) }),
  ).rejects.toThrow(code);
  expect(registered).not.toContain("prod-api-asia-northeast3");
});

test.each(stackNames)("the service of %s has a name that fits, and that the configuration knows", (stack) => {
  const name = apiServiceName({ slug: environmentSlug(stack) });
  expect(name).toBe(configuredServiceName(stack));
  expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])$/);
  expect(revisionName(name, {}).length).toBeLessThanOrEqual(63);
});
