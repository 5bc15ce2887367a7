import * as pulumi from "@pulumi/pulumi";
import { Monitoring, type MonitoringArgs } from "./monitoring";
import { monitoringArgs } from "./test-support/monitoring-args";
import { type RecordedResource, names, ofType, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const args = monitoringArgs;
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";

const recorded = (change: Partial<MonitoringArgs> = {}, options = {}): Promise<RecordedResource[]> =>
  recordResources(() => new Monitoring("monitoring", { ...args, ...change }), options);

test("the vendors' rules refuse nothing", async () => {
  expect(refusals(await recorded())).toEqual([]);
  expect(refusals(await recorded({ hosts: null, backupKinds: [], realData: false }))).toEqual([]);
});

test("it consists of channels, metrics, policies, uptime checks, logs and a budget, and nothing more", async () => {
  const resources = await recorded();
  const counts = new Map<string, number>();
  for (const { type, custom } of resources) if (custom) counts.set(type, (counts.get(type) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    // The budget's own, which names the project that asks.
    "pulumi:providers:gcp": 1,
    "gcp:monitoring/notificationChannel:NotificationChannel": 5,
    "gcp:monitoring/metricDescriptor:MetricDescriptor": 8,
    // 7 rows twice; 8 ages of backups; 4 of the files' versions; two silences twice; failed jobs; 3 addresses; 2 certificates twice
    "gcp:monitoring/alertPolicy:AlertPolicy": 14 + 8 + 4 + 4 + 1 + 3 + 4,
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": 3,
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": 1,
    "gcp:logging/projectExclusion:ProjectExclusion": 1,
    "gcp:billing/budget:Budget": 1,
  });
  expect(
    resources
      .filter(({ custom }) => !custom)
      .map(({ type, name }) => `${type.split(":")[2]} ${name}`)
      .sort(),
  ).toEqual([
    "AlertChannels monitoring-channels",
    "AlertPolicies monitoring-policies",
    "LogRetention monitoring-logs",
    "MonitoredMetrics monitoring-metrics",
    "Monitoring monitoring",
    "SpendBudget monitoring-budget",
    "UptimeChecks monitoring-uptime",
  ]);
});

test("a first preview shows everything", async () => {
  expect(names(await recorded({}, { preview: true }))).toEqual(names(await recorded()));
});

test("no two policies have the same name, and each says where and how bad", async () => {
  const titles = ofType(await recorded(), policyType).map(({ inputs }) => String(inputs.displayName));
  expect(new Set(titles).size).toBe(titles.length);
  for (const title of titles) expect(title).toMatch(/^\[prod\] (critical|warning|info): \S/);
});

test("policies on exported metrics wait for the metrics' descriptors", async () => {
  const resources = await recorded();
  const descriptors = ofType(resources, "gcp:monitoring/metricDescriptor:MetricDescriptor").map(({ name }) => name);
  expect(descriptors).toHaveLength(8);
  for (const policy of ofType(resources, policyType).filter(({ inputs }) => JSON.stringify(inputs).includes("custom.googleapis.com")))
    expect(policy.dependencies).toEqual(expect.arrayContaining(descriptors));
});

test("Slack's token is secret, wherever it is", async () => {
  const resources = await recorded();
  const holding = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("xoxb-not-a-token"));
  expect(holding.map(({ name, secretInputs }) => [name, secretInputs])).toEqual(
    ["critical", "warning", "info"].map((severity) => [`monitoring-channels-slack-${severity}`, ["sensitiveLabels.authToken"]]),
  );
});

test("everything waits for the project's services", async () => {
  class Services extends pulumi.CustomResource {
    constructor() {
      super("gcp:projects/service:Service", "services-monitoring", {});
    }
  }
  const resources = await recordResources(() => new Monitoring("monitoring", args, { dependsOn: new Services() }));
  const first = resources.filter(({ custom, name }) => custom && !name.startsWith("monitoring-policies") && name !== "services-monitoring");
  for (const { name, dependencies } of first.filter(({ type }) => !type.startsWith("pulumi:"))) expect([name, dependencies]).toEqual([name, expect.arrayContaining(["services-monitoring"])]);
});

test("an environment that is not live has no uptime checks, and all the rest", async () => {
  const live = await recorded();
  const waiting = await recorded({ hosts: null });
  const without = names(live).filter((name) => !/ monitoring-uptime-/.test(name));
  expect(names(waiting)).toEqual(without);
});

test("without real data debug logs are kept, and all logs shorter", async () => {
  const resources = await recorded({ realData: false });
  expect(ofType(resources, "gcp:logging/projectExclusion:ProjectExclusion")).toEqual([]);
  expect(only(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig").inputs).toEqual({
    project: "chisan-prod",
    location: "global",
    bucketId: "_Default",
    retentionDays: 30,
  });
});
