import type * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentSlug, stackNames } from "../config/naming";
import { readSettings, secretVariables } from "../workers/metrics-exporter/settings";
import { timeouts } from "../workers/metrics-exporter/exporter";
import { bootstrapImage } from "./api-service-template";
import { MetricsExporter } from "./metrics-exporter";
import { MetricsExporterIdentity } from "./metrics-exporter-identity";
import {
  type MetricsExporterArgs,
  attemptDeadline,
  checkMetricsExporter,
  exportTimeout,
  exporterCommand,
  exporterName,
  exporterSecrets,
  publicRefusal,
} from "./metrics-exporter-inputs";
import { unlessSecret } from "./public-value";
import { SecretStore } from "./secret-store";
import { FixedEgress } from "./fixed-egress";
import { type RecordedResource, names, ofType, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  service: "gcp:cloudrunv2/service:Service",
  grant: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  role: "gcp:projects/iAMMember:IAMMember",
  account: "gcp:serviceaccount/account:Account",
  schedule: "gcp:cloudscheduler/job:Job",
};
const slug = "prod";
const project = "chisan-prod";
const image = `asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod/operations@sha256:${"a".repeat(64)}`;
const uri = "https://chisan-prod-metrics-exporter-asia-northeast3.a.run.app";

async function recorded(change: Partial<MetricsExporterArgs> = {}, preview = false): Promise<RecordedResource[]> {
  return recordResources(
    () => {
      const egress = new FixedEgress("egress", { slug, project, regions: ["asia-northeast3"], protect: true });
      const identity = new MetricsExporterIdentity("exporter-identity", { slug, project });
      const given = { kind: "given" as const, value: "value", generations: { current: 1 }, readers: { exporter: identity.member } };
      const store = new SecretStore("secrets", {
        slug,
        project,
        regions: ["asia-northeast3"],
        protect: true,
        secrets: Object.fromEntries(exporterSecrets.map((name) => [name, given])),
      });
      const secrets = Object.fromEntries(
        exporterSecrets.map((name) => [name, store.reference(name)]),
      ) as unknown as MetricsExporterArgs["secrets"];
      new MetricsExporter("exporter", { ...fixed, identity, egress, secrets, ...change });
    },
    { preview },
  );
}

const fixed = {
  slug,
  project,
  region: "asia-northeast3",
  image,
  supabaseUrl: "https://abcdefghijklmnopqrst.supabase.co",
  databaseCa: null,
  accountId: "0123456789abcdef0123456789abcdef",
  bucketName: "chisan-backups",
  filesGatewayUrl: "https://files.chisan.app",
  kinds: ["daily", "weekly"],
  protect: true,
} as const satisfies Partial<MetricsExporterArgs>;

const unchecked: MetricsExporterArgs = {
  ...fixed,
  identity: {} as MetricsExporterArgs["identity"],
  egress: { network: "n", subnetwork: "s", gateways: { "asia-northeast3": {} as pulumi.Resource } },
  secrets: {} as MetricsExporterArgs["secrets"],
};

test("a service, its caller with the right to call it, and a schedule: nothing else", async () => {
  const resources = (await recorded()).filter(({ name }) => name.startsWith("exporter"));
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:MetricsExporter exporter",
      "chisan:infrastructure:MetricsExporterIdentity exporter-identity",
      `${type.account} exporter-caller`,
      `${type.account} exporter-identity-account`,
      `${type.grant} exporter-call`,
      `${type.role} exporter-identity-metric-writer`,
      `${type.schedule} exporter-schedule`,
      `${type.service} exporter-service`,
    ].sort(),
  );
  expect(refusals(resources)).toEqual([]);
});

test("the exporter may write metrics, its caller may call it; neither has another role, nor a key", async () => {
  const resources = await recorded();
  expect(only(resources, type.role).inputs).toEqual({
    project,
    role: "roles/monitoring.metricWriter",
    member: "serviceAccount:chisan-prod-metrics@chisan-prod.iam.gserviceaccount.com",
  });
  expect(only(resources, type.grant).inputs).toEqual({
    project,
    location: "asia-northeast3",
    name: "chisan-prod-metrics-exporter",
    role: "roles/run.invoker",
    member: "serviceAccount:chisan-prod-start-metrics@chisan-prod.iam.gserviceaccount.com",
  });
  expect(
    ofType(resources, type.account)
      .map(({ inputs }) => inputs["accountId"])
      .sort(),
  ).toEqual(["chisan-prod-metrics", "chisan-prod-start-metrics"]);
  expect(resources.filter((resource) => /key/i.test(resource.type))).toEqual([]);
});

test("the service: one instance at most, closed to the Internet and to whoever has no grant, out through the NAT, CPU only during a call", async () => {
  const { inputs } = only(await recorded(), type.service);
  const { template, ...service } = inputs as { template: { containers: Record<string, unknown>[]; [key: string]: unknown } };
  expect(service).toEqual({
    project,
    location: "asia-northeast3",
    name: "chisan-prod-metrics-exporter",
    description: "Writes the metrics of the database, the backups and the files' versions (prod)",
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    invokerIamDisabled: false,
    deletionProtection: true,
    scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
    labels: { environment: "prod", workload: "metrics-exporter" },
  });
  const { containers, ...rest } = template;
  expect(rest).toEqual({
    serviceAccount: "chisan-prod-metrics@chisan-prod.iam.gserviceaccount.com",
    executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
    maxInstanceRequestConcurrency: 4,
    timeout: "50s",
    vpcAccess: { networkInterfaces: [{ network: "chisan-prod-egress", subnetwork: "chisan-prod-egress" }], egress: "ALL_TRAFFIC" },
  });
  const secret = (name: string) => ({
    name,
    valueSource: { secretKeyRef: { secret: `chisan-prod-${name.toLowerCase().replaceAll("_", "-")}`, version: "1" } },
  });
  expect(containers).toEqual([
    {
      image,
      commands: ["node"],
      args: ["--require", "./toolchain/typescript.cjs", "workers/metrics-exporter/server.ts"],
      ports: { containerPort: 8080 },
      resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
      startupProbe: { httpGet: { path: "/health", port: 8080 }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
      envs: [
        { name: "BACKUPS_BUCKET_NAME", value: "chisan-backups" },
        { name: "BACKUPS_ENDPOINT", value: "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com" },
        secret("BACKUPS_READER_ACCESS_KEY_ID"),
        secret("BACKUPS_READER_SECRET_ACCESS_KEY"),
        secret("DATABASE_URL"),
        { name: "FILES_GATEWAY_URL", value: "https://files.chisan.app" },
        secret("FILES_STATUS_KEY"),
        { name: "GCP_PROJECT", value: "chisan-prod" },
        { name: "NODE_ENV", value: "production" },
        { name: "SCHEDULED_KINDS", value: "daily,weekly" },
        secret("SUPABASE_SERVICE_ROLE_KEY"),
        { name: "SUPABASE_URL", value: "https://abcdefghijklmnopqrst.supabase.co" },
      ],
    },
  ]);
});

test("called each minute, as the caller, with a token for this service; a failed call is not repeated", async () => {
  const resources = await recorded();
  const schedule = only(resources, type.schedule);
  expect(schedule.inputs).toEqual({
    project,
    region: "asia-northeast3",
    name: "chisan-prod-metrics-exporter",
    description: "Calls the metrics exporter (prod, each minute)",
    schedule: "* * * * *",
    timeZone: "Asia/Seoul",
    paused: false,
    attemptDeadline: "55s",
    retryConfig: { retryCount: 0 },
    httpTarget: {
      httpMethod: "POST",
      uri: `${uri}/export`,
      oidcToken: { serviceAccountEmail: "chisan-prod-start-metrics@chisan-prod.iam.gserviceaccount.com", audience: uri },
    },
  });
  expect(schedule.dependencies).toContain("exporter-call");
});

test("an instance starts after its gateway, its secrets' grants and the right to write", async () => {
  const { dependencies } = only(await recorded(), type.service);
  expect(dependencies).toEqual(expect.arrayContaining(["egress-nat-asia-northeast3", "exporter-identity-metric-writer"]));
  for (const name of exporterSecrets) expect(dependencies).toContain(`secrets-${name.toLowerCase().replaceAll("_", "-")}-reader-exporter`);
});

test("a given certificate authority is passed on", async () => {
  const { inputs } = only(await recorded({ databaseCa: "PEM" }), type.service);
  expect(JSON.stringify(inputs)).toContain('{"name":"DATABASE_CA","value":"PEM"}');
});

test("without an image: a stand-in with neither secret nor variable nor command, and a schedule that is paused", async () => {
  const resources = await recorded({ image: undefined });
  const { template } = only(resources, type.service).inputs as { template: { containers: Record<string, unknown>[] } };
  expect(template.containers[0]).toMatchObject({ image: bootstrapImage });
  expect(Object.keys(template.containers[0] as object).sort()).toEqual(["image", "ports", "resources", "startupProbe"]);
  expect(only(resources, type.schedule).inputs).toMatchObject({ paused: true });
  expect(refusals(resources)).toEqual([]);
});

test("a preview shows all of it", async () => {
  expect(names(await recorded({}, true))).toEqual(names(await recorded()));
});

test("the container gets exactly what the program reads, and the program is where the command says", async () => {
  const { template } = only(await recorded(), type.service).inputs as {
    template: { containers: { envs: { name: string; value?: string }[] }[] };
  };
  const envs = template.containers[0]?.envs ?? [];
  const environment = Object.fromEntries(envs.map(({ name, value }) => [name, value ?? "secret"]));
  expect(readSettings(environment)).toMatchObject({ gcpProject: project, scheduledKinds: ["daily", "weekly"] });
  for (const { name } of envs.filter(({ name }) => name !== "NODE_ENV"))
    expect(() => readSettings({ ...environment, [name]: undefined })).toThrow(`${name} is missing`);
  expect([...secretVariables].sort()).toEqual([...exporterSecrets].sort());
  for (const file of exporterCommand.args.filter((argument) => !argument.startsWith("--")))
    expect(existsSync(join(__dirname, "..", file))).toBe(true);
});

test("an export ends before Cloud Run ends it, which is before the scheduler gives up, which is before the next minute", () => {
  const [service, scheduler] = [exportTimeout, attemptDeadline].map((seconds) => parseInt(seconds, 10) * 1000);
  expect([timeouts.source + timeouts.write, service, scheduler, 60_000]).toEqual([40_000, 50_000, 55_000, 60_000]);
});

test("the image's working directory is the repository's root, from where the command is written", () => {
  const dockerfile = join(__dirname, "..", "ops", "image", "Dockerfile");
  expect(readFileSync(dockerfile, "utf8")).toMatch(/^COPY workers workers$/m);
});

test.each(stackNames)("the names fit in %s", (stack) => {
  expect(exporterName({ slug: environmentSlug(stack) }).length).toBeLessThanOrEqual(49);
});

test.each([
  [{ image: "registry/operations:latest" }, 'CHI-C991 the exporter\'s image "registry/operations:latest" has neither a version'],
  [{ region: "asia-northeast1" }, "CHI-C992 the exporter has no way out in asia-northeast1, there is one in [asia-northeast3]"],
  [{ kinds: [] }, "CHI-C993 the exporter watches the backups []"],
  [{ kinds: ["daily", "daily"] }, "CHI-C993 the exporter watches the backups [daily, daily]"],
] as [Partial<MetricsExporterArgs>, string][])("%j is refused", (change, message) => {
  expect(() => checkMetricsExporter({ ...unchecked, ...change })).toThrow(message);
});

test("all that is wrong is told at once", () => {
  expect(() => checkMetricsExporter({ ...unchecked, image: "x", kinds: [] })).toThrow(/^CHI-C991 .*\nCHI-C993 .*$/);
});

test("a secret among the public variables is refused, without being quoted", () => {
  expect(unlessSecret("https://a.supabase.co", false, publicRefusal("SUPABASE_URL"))).toBe("https://a.supabase.co");
  expect(() => unlessSecret("c4n4ry", true, publicRefusal("SUPABASE_URL"))).toThrow(/^CHI-C994 SUPABASE_URL is a secret, [^4]*$/);
});
