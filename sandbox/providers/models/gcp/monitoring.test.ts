import type { JsonObject } from "../../../world/world";
import { secret, type EngineClient, type Managed } from "../../testing/engine-client";
import { RunningServers } from "../../testing/running-servers";

const project = "chisan-staging";
const type = {
  channel: "gcp:monitoring/notificationChannel:NotificationChannel",
  descriptor: "gcp:monitoring/metricDescriptor:MetricDescriptor",
  policy: "gcp:monitoring/alertPolicy:AlertPolicy",
  uptime: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  bucket: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
  exclusion: "gcp:logging/projectExclusion:ProjectExclusion",
  budget: "gcp:billing/budget:Budget",
};
const age = "custom.googleapis.com/chisan/backup/age";
let running: RunningServers;
let gcp: EngineClient;
let email: Managed;
let sms: Managed;

const make = (token: string, inputs: JsonObject): Promise<Managed> =>
  gcp.create(token, `r${Math.random()}`, { ...(token === type.budget ? {} : { project }), ...inputs } as never);

const onAge = (change: JsonObject = {}): JsonObject => ({
  filter: `metric.type="${age}" AND resource.type="global"`,
  aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MAX", crossSeriesReducer: "REDUCE_MAX" }],
  comparison: "COMPARISON_GT",
  thresholdValue: 1,
  duration: "0s",
  ...change,
});
const onLatency = (perSeriesAligner: string, crossSeriesReducer = "REDUCE_NONE"): JsonObject =>
  onAge({
    filter: 'metric.type="run.googleapis.com/request_latencies" AND resource.type="cloud_run_revision"',
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner, crossSeriesReducer }],
  });
const policy = (condition: JsonObject, change: JsonObject = {}): JsonObject => ({
  displayName: "p",
  combiner: "OR",
  conditions: [{ displayName: "c", conditionThreshold: condition }],
  notificationChannels: [email.id],
  ...change,
});
const check = (change: JsonObject = {}): JsonObject => ({
  displayName: "u",
  timeout: "10s",
  period: "60s",
  monitoredResource: { type: "uptime_url", labels: { project_id: project, host: "api.chisan.app" } },
  httpCheck: { path: "/health", port: 443, useSsl: true },
  ...change,
});
const budget = (change: JsonObject = {}): JsonObject => ({
  billingAccount: "012345-6789AB-CDEF01",
  amount: { specifiedAmount: { currencyCode: "KRW", units: "500000" } },
  budgetFilter: { projects: ["projects/123456789012"] },
  ...change,
});

beforeAll(async () => {
  running = await RunningServers.start();
  gcp = running.engine("gcp", "staging");
  for (const api of ["monitoring", "logging", "billingbudgets"])
    await make("gcp:projects/service:Service", { service: `${api}.googleapis.com`, disableOnDestroy: false });
  email = await make(type.channel, { type: "email", labels: { email_address: "on-call@chisanpaper.com" } });
  sms = await make(type.channel, { type: "sms", labels: { number: "+821000000000" } });
  await make(type.descriptor, { type: age, metricKind: "GAUGE", valueType: "DOUBLE", labels: [{ key: "kind" }] });
});
afterAll(() => running.stop());

test("what has to be verified is not verified; a change of the number asks for it anew", async () => {
  expect(email.outputs.verificationStatus).toBe("");
  expect(sms.outputs.verificationStatus).toBe("UNVERIFIED");
  const world = running.servers.world;
  const record = world.get(type.channel, sms.id);
  if (!record) throw new Error("no record of the channel");
  // As when somebody has typed in the code.
  await world.put({ ...record, outputs: { ...record.outputs, verificationStatus: "VERIFIED" } });
  const inputs = { project, type: "sms", labels: { number: "+821000000000" } };
  const verified = await gcp.refresh(sms);
  if (!verified) throw new Error("the channel is gone");
  const renamed = await gcp.update(verified, { ...inputs, displayName: "On call" } as never);
  expect(renamed.outputs.verificationStatus).toBe("VERIFIED");
  sms = await gcp.update(renamed, { ...inputs, labels: { number: "+821000000001" } } as never);
  expect(sms.outputs.verificationStatus).toBe("UNVERIFIED");
});

test("Slack's token does not come back in the open", async () => {
  const slack = await make(type.channel, {
    type: "slack",
    labels: { channel_name: "#incidents" },
    sensitiveLabels: { authToken: secret("xoxb-of-nobody-0123456789") as never },
  });
  expect(slack.outputs.verificationStatus).toBe("UNVERIFIED");
  expect(JSON.stringify(slack.outputs.sensitiveLabels)).toContain("1b47061264138c4ac30d75fd1eb44270");
});

test.each<[string, string, JsonObject, RegExp]>([
  ["an unknown kind", type.channel, { type: "telegram" }, /notification_channel\.type.*"telegram"/],
  ["SMS without a number", type.channel, { type: "sms", labels: {} }, /label "number" is required/],
  ["SMS with a national number", type.channel, { type: "sms", labels: { number: "010-1234-5678" } }, /labels\['number'\].*malformed/],
  [
    "e-mail with another kind's label",
    type.channel,
    { type: "email", labels: { email_address: "a@chisan.app", number: "+821" } },
    /no such label/,
  ],
  ["Slack without a token", type.channel, { type: "slack", labels: { channel_name: "#a" } }, /authToken is required/],
  [
    "Slack's channel without its sign",
    type.channel,
    { type: "slack", labels: { channel_name: "a" }, sensitiveLabels: { authToken: "x" } },
    /malformed/,
  ],
  [
    "a metric outside custom",
    type.descriptor,
    { type: "run.googleapis.com/x", metricKind: "GAUGE", valueType: "DOUBLE" },
    /must begin with custom/,
  ],
  ["a DELTA of one's own", type.descriptor, { type: `${age}2`, metricKind: "DELTA", valueType: "DOUBLE" }, /GAUGE or CUMULATIVE/],
  ["too short a timeout", type.uptime, check({ timeout: "0s" }), /timeout.*1s to 60s/],
  ["an odd period", type.uptime, check({ period: "120s" }), /period.*one of 60s/],
  ["two places", type.uptime, check({ selectedRegions: ["EUROPE", "ASIA_PACIFIC"] }), /minimum of 3 locations/],
  ["an unknown place", type.uptime, check({ selectedRegions: ["USA", "AFRICA"] }), /"AFRICA"/],
  [
    "a host that is an address",
    type.uptime,
    check({ monitoredResource: { type: "uptime_url", labels: { host: "https://api.chisan.app" } } }),
    /without scheme/,
  ],
  ["two matchers", type.uptime, check({ contentMatchers: [{ content: "a" }, { content: "b" }] }), /at most one/],
  ["JSON without its path", type.uptime, check({ contentMatchers: [{ content: '"ok"', matcher: "MATCHES_JSON_PATH" }] }), /JSON paths/],
  [
    "a bare word as JSON",
    type.uptime,
    check({ contentMatchers: [{ content: "ok", matcher: "MATCHES_JSON_PATH", jsonPathMatcher: { jsonPath: "$.status" } }] }),
    /must be a JSON value/,
  ],
  ["eleven years of logs", type.bucket, { location: "global", bucketId: "_Default", retentionDays: 4015 }, /1 to 3650, got 4015/],
  ["another retention of _Required", type.bucket, { location: "global", bucketId: "_Required", retentionDays: 30 }, /400 days/],
  ["an exclusion of nothing", type.exclusion, { name: "x", filter: " " }, /1 to 20,000 characters/],
  ["an exclusion without a name's form", type.exclusion, { name: "a b", filter: "x" }, /"a b" must be/],
  [
    "a billing account in small letters",
    type.budget,
    budget({ billingAccount: "012345-6789ab-cdef01" }),
    /billing account "012345-6789ab-cdef01"/,
  ],
  ["half a won", type.budget, budget({ amount: { specifiedAmount: { currencyCode: "KRW", units: "1.5" } } }), /"1\.5" is no whole number/],
  ["a negative threshold", type.budget, budget({ thresholdRules: [{ thresholdPercent: -1 }] }), /must not be negative/],
  [
    "a project without its form",
    type.budget,
    budget({ budgetFilter: { projects: ["chisan-staging"] } }),
    /"chisan-staging" must be projects\//,
  ],
])("refused: %s", async (_what, token, inputs, words) => {
  await expect(make(token, inputs)).rejects.toThrow(words);
});

describe("an alert policy", () => {
  test.each<[string, () => JsonObject]>([
    [
      "on a metric of one's own",
      () => policy(onAge({ filter: `metric.type="${age}" AND resource.type="global" AND metric.labels.kind="daily"` })),
    ],
    ["on the percentile of all distributions", () => policy(onLatency("ALIGN_DELTA", "REDUCE_PERCENTILE_95"))],
    ["on each series' percentile", () => policy(onLatency("ALIGN_PERCENTILE_95"))],
  ])("is taken %s", async (_what, inputs) => {
    await expect(make(type.policy, inputs())).resolves.toBeDefined();
  });

  test.each<[string, () => JsonObject, RegExp]>([
    [
      "a metric that nobody has described",
      () => policy(onAge({ filter: `metric.type="${age}2" AND resource.type="global"` })),
      /404: Cannot find metric\(s\) that match type = ".*age2".*up to 10 minutes/,
    ],
    ["no resource type", () => policy(onAge({ filter: `metric.type="${age}"` })), /must specify a restriction on "resource\.type"/],
    ["no metric type", () => policy(onAge({ filter: 'resource.type="global"' })), /must specify a restriction on "metric\.type"/],
    [
      "another resource's metric",
      () => policy(onAge({ filter: 'metric.type="run.googleapis.com/request_count" AND resource.type="global"' })),
      /not written for the resource type "global"/,
    ],
    [
      "a label that the metric has not",
      () => policy(onAge({ filter: `metric.type="${age}" AND resource.type="global" AND metric.labels.knid="daily"` })),
      /metric\.labels\.knid is unknown/,
    ],
    [
      "a group that is no label",
      () => policy(onAge({ aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MAX", groupByFields: ["metric.label.x"] }] })),
      /groupByFields/,
    ],
    ["half a minute", () => policy(onAge({ duration: "30s" })), /multiple of a minute/],
    ["a day's wait", () => policy(onAge({ duration: "86400s" })), /at most 23 hours and 30 minutes/],
    [
      "a short window",
      () => policy(onAge({ aggregations: [{ alignmentPeriod: "30s", perSeriesAligner: "ALIGN_MAX" }] })),
      /from 60 seconds/,
    ],
    [
      "a rate of a distribution",
      () => policy(onLatency("ALIGN_RATE")),
      /cannot be applied to metrics with kind DELTA and value type DISTRIBUTION/,
    ],
    ["a maximum of distributions", () => policy(onLatency("ALIGN_DELTA", "REDUCE_MAX")), /reducer cannot be applied/],
    ["a threshold on a distribution", () => policy(onLatency("ALIGN_DELTA")), /needs a numeric value/],
    [
      "a delta of a gauge",
      () => policy(onAge({ aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_DELTA" }] })),
      /kind GAUGE and value type DOUBLE/,
    ],
    [
      "a reducer without an aligner",
      () => policy(onAge({ aggregations: [{ alignmentPeriod: "60s", crossSeriesReducer: "REDUCE_MAX" }] })),
      /A reducer needs an aligner/,
    ],
    ["greater or equal", () => policy(onAge({ comparison: "COMPARISON_GE" })), /Only COMPARISON_LT and COMPARISON_GT/],
    [
      "a ratio of unequal windows",
      () =>
        policy(
          onAge({
            denominatorFilter: `metric.type="${age}" AND resource.type="global"`,
            denominatorAggregations: [{ alignmentPeriod: "120s", perSeriesAligner: "ALIGN_MAX" }],
          }),
        ),
      /alignment periods of a ratio/,
    ],
    ["no condition", () => policy({}, { conditions: [] }), /1 to 6 conditions|conditions/],
    [
      "seven conditions",
      () => policy({}, { conditions: Array.from({ length: 7 }, () => ({ displayName: "c", conditionThreshold: onAge() })) }),
      /1 to 6 conditions/,
    ],
    [
      "a condition of two kinds",
      () =>
        policy(
          {},
          {
            conditions: [
              { displayName: "c", conditionThreshold: onAge(), conditionAbsent: { filter: String(onAge().filter), duration: "120s" } },
            ],
          },
        ),
      /exactly one condition type/,
    ],
    [
      "a minute's silence",
      () => policy({}, { conditions: [{ displayName: "c", conditionAbsent: { filter: String(onAge().filter), duration: "60s" } }] }),
      /minimum is 120 seconds/,
    ],
    [
      "PromQL",
      () => policy({}, { conditions: [{ displayName: "c", conditionPrometheusQueryLanguage: { query: "up" } }] }),
      /not modelled in the sandbox/,
    ],
    [
      "a channel that is not there",
      () => policy(onAge(), { notificationChannels: [`projects/${project}/notificationChannels/1`] }),
      /404: Notification channel .*\/1 does not exist/,
    ],
    ["a long documentation", () => policy(onAge(), { documentation: { content: "x".repeat(8193) } }), /8,192 characters/],
    ["a quick close", () => policy(onAge(), { alertStrategy: { autoClose: "60s" } }), /30 minutes to 7 days/],
    [
      "a rate limit without logs",
      () => policy(onAge(), { alertStrategy: { notificationRateLimit: { period: "300s" } } }),
      /Only log-based/,
    ],
    ["a label in capitals", () => policy(onAge(), { userLabels: { severity: "CRITICAL" } }), /Label values/],
  ])("is refused with %s", async (_what, inputs, words) => {
    await expect(make(type.policy, inputs())).rejects.toThrow(words);
  });
});

test("a budget takes e-mail only", async () => {
  const rule = (channel: Managed) => budget({ allUpdatesRule: { monitoringNotificationChannels: [channel.id] } });
  await expect(make(type.budget, rule(sms))).rejects.toThrow(/is of the type sms; only email is supported/);
  const made = await make(type.budget, rule(email));
  expect(made.id).toMatch(/^billingAccounts\/012345-6789AB-CDEF01\/budgets\/[0-9a-f-]{36}$/);
});

test("what is used is not deleted: a channel by its policy, an uptime check by its policy", async () => {
  const channel = await make(type.channel, { type: "email", labels: { email_address: "other@chisanpaper.com" } });
  const uptime = await make(type.uptime, check());
  const filter = `metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${String(uptime.outputs.uptimeCheckId)}"`;
  const aggregations = [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_NEXT_OLDER", crossSeriesReducer: "REDUCE_COUNT_FALSE" }];
  const user = await make(type.policy, policy(onAge({ filter, aggregations }), { notificationChannels: [channel.id] }));
  await expect(gcp.delete(channel)).rejects.toThrow(/Cannot delete channel .*alertPolicies/);
  await expect(gcp.delete(uptime)).rejects.toThrow(/One or more alerting policies is using it/);
  await gcp.delete(user);
  await gcp.delete(uptime);
  await gcp.delete(channel);
});

test("_Default is there from the start and stays; a second bucket of one name is refused", async () => {
  const bucket = await make(type.bucket, { location: "global", bucketId: "_Default", retentionDays: 90 });
  expect(bucket.id).toBe(`projects/${project}/locations/global/buckets/_Default`);
  await gcp.delete(bucket);
  expect(running.servers.world.get(type.bucket, bucket.id)).toMatchObject({ outputs: { retentionDays: 90 } });
  const own = { location: "global", bucketId: "audit", retentionDays: 30 };
  await make(type.bucket, own);
  await expect(make(type.bucket, own)).rejects.toThrow(/409.*already exists/);
});

test("each API must be enabled", async () => {
  const other = "chisan-other";
  await expect(make(type.channel, { project: other, type: "email" })).rejects.toThrow(/Cloud Monitoring API has not been used/);
  await expect(make(type.exclusion, { project: other, name: "x", filter: "y" })).rejects.toThrow(/Cloud Logging API has not been used/);
});
