import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  type RevisionArgs,
  checkRevision,
  containerVariables,
  explicitVersion,
  imageVersion,
  livenessProbe,
  revisionName,
  startupProbe,
  templateInputs,
} from "./api-service-template";
import { promiseOf } from "./test-support/mocks";

const digest = "0123456789abcdef".repeat(4);
const repository = "asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images/api";
const args: RevisionArgs = {
  slug: "prod",
  image: `${repository}:1.4.2`,
  cpu: "1",
  memory: "1Gi",
  logLevel: "info",
  serviceAccountEmail: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
  environment: { R2_BUCKET_NAME: "chisan-files" },
  secrets: { JWT_SECRET: { secretId: "chisan-prod-jwt-secret", version: "3" } },
  egress: { network: "chisan-prod-egress", subnetwork: "chisan-prod-egress" },
};

/** Outputs inside resolved: what the engine gets. */
const resolved = async (revision: RevisionArgs): Promise<unknown> =>
  promiseOf(pulumi.output(templateInputs(revision)) as pulumi.Output<unknown>);

test("the template, whole", async () => {
  expect(await resolved(args)).toEqual({
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
        image: `${repository}:1.4.2`,
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
});

test("the probes keep Cloud Run's limits and the document's RTO of five minutes for a crash", () => {
  const startup = startupProbe.periodSeconds * startupProbe.failureThreshold;
  expect(startup).toBeLessThanOrEqual(240);
  expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold + startup).toBeLessThan(300);
  for (const probe of [startupProbe, livenessProbe]) expect(probe.timeoutSeconds).toBeLessThan(probe.periodSeconds);
});

test("a secret variable has a reference and never a value", async () => {
  const variables = await promiseOf(pulumi.output(containerVariables(args)));
  expect(variables.find(({ name }) => name === "JWT_SECRET")).not.toHaveProperty("value");
});

test.each<[string, string | undefined]>([
  [`${repository}:1.4.2`, "1.4.2"],
  [`${repository}@sha256:${digest}`, "0123456789ab"],
  [`${repository}:1.4.2@sha256:${digest}`, "1.4.2"],
  [`${repository}:latest@sha256:${digest}`, "0123456789ab"],
  [`${repository}:latest`, undefined],
  [repository, undefined],
  [`localhost:5000/api`, undefined],
  [`localhost:5000/api:7`, "7"],
  [`${repository}@sha256:abc`, undefined],
  ["", undefined],
])("the version of %s is %s", (image, version) => {
  expect(imageVersion(image)).toBe(version);
});

test.each<[string, Partial<RevisionArgs>]>([
  ["CHI-C301", { logLevel: "debug" }],
  ["CHI-C301", { logLevel: "debug", slug: "dr" }],
  ["CHI-C302", { image: `${repository}:latest` }],
  ["CHI-C303", { environment: { "lower-case": "x" } }],
  ["CHI-C304", { environment: { PORT: "4000" } }],
  ["CHI-C304", { environment: { LOG_LEVEL: "debug" } }],
  ["CHI-C304", { secrets: { NODE_ENV: { secretId: "s", version: "1" } } }],
  ["CHI-C305", { environment: { JWT_SECRET: "x" } }],
  ["CHI-C306", { memory: "256Mi" }],
  ["CHI-C306", { memory: "1 GB" }],
])("%s is thrown for %j", (code, change) => {
  expect(() => checkRevision({ ...args, ...change })).toThrow(new RegExp(`^${code} [^\n]+$`));
});

test("staging may log at debug, prod at every other level", () => {
  expect(() => checkRevision({ ...args, slug: "staging", logLevel: "debug" })).not.toThrow();
  for (const logLevel of ["error", "warn", "info"] as const) expect(() => checkRevision({ ...args, logLevel })).not.toThrow();
});

test.each(["latest", "LATEST", "", "0", "1.0", " 1", "projects/1/secrets/s/versions/1"])("the secret version %j is refused", (version) => {
  expect(() => explicitVersion("JWT_SECRET", version)).toThrow(/^CHI-C307 JWT_SECRET/);
});

test("no message holds a value", () => {
  expect(() => checkRevision({ ...args, environment: { JWT_SECRET: "s3cret", PORT: "s3cret", bad: "s3cret" } })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
  );
});

describe("the revision's name", () => {
  const name = async (change: Partial<RevisionArgs> = {}) => revisionName("chisan-prod-api", await resolved({ ...args, ...change }));

  test("starts with the service's name and is the same for the same content, in whatever order it was written", async () => {
    expect(await name()).toMatch(/^chisan-prod-api-[0-9a-f]{10}$/);
    const two = { environment: { A: "1", B: "2" } };
    expect(await name(two)).toBe(await name({ environment: { B: "2", A: "1" } }));
  });

  test("changes with each part of the content", async () => {
    const changes: Partial<RevisionArgs>[] = [
      {},
      { image: `${repository}:1.4.3` },
      { logLevel: "warn" },
      { cpu: "2" },
      { memory: "2Gi" },
      { serviceAccountEmail: "other@chisan-prod.iam.gserviceaccount.com" },
      { environment: { R2_BUCKET_NAME: "other" } },
      { environment: {} },
      { secrets: { JWT_SECRET: { secretId: "chisan-prod-jwt-secret", version: "4" } } },
      { secrets: {} },
      { egress: { network: "chisan-prod-egress", subnetwork: "other" } },
    ];
    const revisions = await Promise.all(changes.map(name));
    expect(new Set(revisions).size).toBe(changes.length);
  });

  test("does not depend on the order of keys, and does on that of lists", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const reversed = Object.fromEntries(Object.entries(content).reverse());
        expect(revisionName("s", reversed)).toBe(revisionName("s", content));
      }),
    );
    expect(revisionName("s", [1, 2])).not.toBe(revisionName("s", [2, 1]));
    expect(revisionName("s", { a: "1" })).not.toBe(revisionName("s", { a: 1 }));
    expect(revisionName("s", { a: 1, b: undefined })).toBe(revisionName("s", { a: 1 }));
  });

  test("fits in 63 characters or is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), (length) => {
        const build = () => revisionName("s".repeat(length), {});
        if (length + 11 <= 63) expect(build()).toHaveLength(length + 11);
        else expect(build).toThrow(/^CHI-C308/);
      }),
    );
  });
});
