import fc from "fast-check";
import { alertChannels, metricKeys, severities, type Severity } from "../config/alert-thresholds";
import { backupAgeLimits, fileMetrics, silencedMetrics } from "../config/alert-thresholds-watch";
import { exportedMetrics, scheduledKinds, type ScheduledKind } from "../config/exported-metrics";
import { expectedAlertCells } from "../config/monitoring-docs";
import { runbookKeys } from "../config/monitoring-docs-runbook";
import { type EnvironmentSlug, environmentSlug } from "../config/naming";
import { cloudStacks } from "../config/stack-configuration-keys";
import { specifications } from "../stacks/specifications";
import { AlertPolicies } from "./alert-policies";
import { alertPolicyInputs, type AlertPoliciesArgs, type ChannelsBySeverity } from "./alert-policies-inputs";
import { alertRules } from "./alert-policies-rules";
import { exporterName } from "./metrics-exporter-inputs";
import { type RecordedResource, ofType, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";
const channels: ChannelsBySeverity = {
  critical: ["sms", "slack-critical", "email"],
  warning: ["slack-warning", "email"],
  info: ["slack-info"],
};
const args: AlertPoliciesArgs = {
  slug: "prod",
  project: "chisan-prod",
  repository: "chisan/platform",
  apiService: "chisan-prod-api",
  channels,
  backupKinds: scheduledKinds,
};

const recorded = (change: Partial<AlertPoliciesArgs> = {}): Promise<RecordedResource[]> =>
  recordResources(() => new AlertPolicies("policies", { ...args, ...change }));

interface Threshold {
  filter: string;
  denominatorFilter?: string;
  thresholdValue: number;
  comparison: string;
}
interface Policy {
  severity?: string;
  notificationChannels: string[];
  combiner: string;
  conditions: { displayName: string; conditionThreshold?: Threshold; conditionAbsent?: { filter: string; duration: string } }[];
  userLabels: Record<string, string>;
  documentation: { content: string; links: { url: string }[] };
}
const policies = (resources: readonly RecordedResource[]): Policy[] =>
  ofType(resources, policyType).map(({ inputs }) => inputs as unknown as Policy);

test("every cell of section 6.2 has exactly one policy, with exactly its threshold and exactly its channels", async () => {
  const all = policies(await recorded());
  const cells = expectedAlertCells();
  expect(cells).toHaveLength(14);
  for (const { metric, severity, type, value, channels: kinds } of cells) {
    const found = all.filter(
      (policy) =>
        policy.severity === severity.toUpperCase() &&
        policy.conditions.some(
          ({ conditionThreshold: t }) => t?.filter.startsWith(`metric.type="${type}" `) === true && t.thresholdValue === value,
        ),
    );
    expect([metric, severity, found.length]).toEqual([metric, severity, 1]);
    const conditions = found[0]?.conditions ?? [];
    expect(conditions[0]?.conditionThreshold).toMatchObject({ comparison: "COMPARISON_GT", thresholdValue: value });
    expect(found[0]?.notificationChannels.map((channel) => channel.replace(/-.*$/, ""))).toEqual(kinds);
  }
  // And none besides: what compares one of these metrics is one of these cells.
  const types = new Set(cells.map(({ type }) => type));
  const comparing = all.filter(({ conditions }) =>
    types.has(/metric\.type="([^"]+)"/.exec(conditions[0]?.conditionThreshold?.filter ?? "")?.[1] ?? ""),
  );
  expect(comparing).toHaveLength(cells.length);
});

test("p95: over all requests of all revisions, only with traffic of users in the same window", async () => {
  const aggregations = [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_PERCENTILE_95" }];
  const service = 'resource.type="cloud_run_revision" AND resource.labels.service_name="chisan-prod-api"';
  const inputs = only(await recorded(), policyType, "policies-api-response-time-critical").inputs as unknown as Policy;
  expect(inputs).toEqual({
    project: "chisan-prod",
    displayName: "[prod] critical: API response time (p95) > 2000 ms",
    combiner: "AND",
    severity: "CRITICAL",
    notificationChannels: ["sms", "slack-critical", "email"],
    alertStrategy: { autoClose: "86400s" },
    userLabels: { environment: "prod", severity: "critical", alert: "api-response-time-critical" },
    conditions: [
      {
        displayName: "API response time (p95) > 2000 ms",
        conditionThreshold: {
          filter: `metric.type="run.googleapis.com/request_latencies" AND ${service}`,
          aggregations,
          comparison: "COMPARISON_GT",
          thresholdValue: 2000,
          duration: "0s",
        },
      },
      {
        displayName: "Requests >= 160 in 5 min",
        conditionThreshold: {
          filter: `metric.type="run.googleapis.com/request_count" AND ${service}`,
          aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM" }],
          comparison: "COMPARISON_GT",
          thresholdValue: 159,
          duration: "0s",
        },
      },
    ],
    documentation: {
      mimeType: "text/markdown",
      content: expect.stringContaining("gcloud run services list --project=chisan-prod"),
      links: [{ displayName: "Runbook", url: "https://github.com/chisan/platform/blob/main/docs/runbooks/alerts.md#api-response-time" }],
    },
  });
});

test("the error rate is the part of 5xx in all answers", async () => {
  const inputs = only(await recorded(), policyType, "policies-error-rate-warning").inputs as unknown as Policy;
  const service = 'resource.type="cloud_run_revision" AND resource.labels.service_name="chisan-prod-api"';
  const aggregations = [{ alignmentPeriod: "600s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM" }];
  expect(inputs.conditions[0]?.conditionThreshold).toEqual({
    filter: `metric.type="run.googleapis.com/request_count" AND ${service} AND metric.labels.response_code_class="5xx"`,
    denominatorFilter: `metric.type="run.googleapis.com/request_count" AND ${service}`,
    aggregations,
    denominatorAggregations: aggregations,
    comparison: "COMPARISON_GT",
    thresholdValue: 0.01,
    duration: "0s",
  });
  expect(inputs.conditions[1]?.conditionThreshold).toMatchObject({ aggregations, thresholdValue: 219, duration: "0s" });
  expect(inputs.combiner).toBe("AND");
});

test("exported metrics are read from the resource that the exporter writes to", async () => {
  const inputs = only(await recorded(), policyType, "policies-disk-usage-warning").inputs as unknown as Policy;
  expect(inputs.combiner).toBe("OR");
  expect(inputs.conditions).toEqual([
    {
      displayName: "Disk usage > 70 %",
      conditionThreshold: {
        filter: 'metric.type="custom.googleapis.com/chisan/database/disk_utilization" AND resource.type="global"',
        aggregations: [{ alignmentPeriod: "120s", perSeriesAligner: "ALIGN_MIN", crossSeriesReducer: "REDUCE_MAX" }],
        comparison: "COMPARISON_GT",
        thresholdValue: 0.7,
        duration: "300s",
      },
    },
  ]);
});

test("each kind of backup that runs has its ages, and what does not run has none", async () => {
  type Age = { kind: string; severity: string | undefined; vendor: string | undefined; above: number };
  const sorted = (ages: Age[]): Age[] => ages.sort((one, other) => one.above - other.above);
  const ages = (resources: readonly RecordedResource[]): Age[] =>
    sorted(
      policies(resources).flatMap(({ conditions, userLabels, severity }) =>
        conditions.flatMap(({ conditionThreshold: t }) => {
          const kind = /metric\.labels\.kind="([^"]+)"/.exec(t?.filter ?? "")?.[1];
          if (kind === undefined || t === undefined) return [];
          return [{ kind, severity: userLabels["severity"], vendor: severity, above: t.thresholdValue }];
        }),
      ),
    );
  const vendor = { critical: "CRITICAL", warning: "WARNING", info: undefined };
  const expected = (kinds: readonly ScheduledKind[]): Age[] =>
    sorted(
      kinds.flatMap((kind) =>
        backupAgeLimits[kind].limits.map(({ severity, aboveSeconds }) => ({
          kind,
          severity,
          vendor: vendor[severity],
          above: aboveSeconds,
        })),
      ),
    );
  expect(ages(await recorded())).toEqual(expected(scheduledKinds));
  expect(ages(await recorded({ backupKinds: ["daily"] }))).toEqual(expected(["daily"]));
  const none = await recorded({ backupKinds: [] });
  expect(ages(none)).toEqual([]);
  expect(JSON.stringify(none)).not.toContain("chisan/backup/age");
});

test("silence is told for every exported metric but the query time, which a quiet night leaves out, for each kind of backup by itself", async () => {
  const inputs = only(await recorded(), policyType, "policies-exporter-silence-critical").inputs as unknown as Policy & {
    alertStrategy: unknown;
  };
  expect(inputs.combiner).toBe("OR");
  expect(inputs.alertStrategy).toEqual({ autoClose: "604800s" });
  expect(inputs.conditions.map(({ conditionAbsent }) => conditionAbsent)).toEqual(
    silencedMetrics.map((name) => exportedMetrics[name]).map(({ type }) => ({
      filter: `metric.type="custom.googleapis.com/${type}" AND resource.type="global"`,
      aggregations: [
        {
          alignmentPeriod: "60s",
          perSeriesAligner: "ALIGN_MEAN",
          crossSeriesReducer: "REDUCE_MEAN",
          ...(type === "chisan/backup/age" ? { groupByFields: ["metric.label.kind"] } : {}),
        },
      ],
      duration: "3600s",
    })),
  );
});

test("the files' versions: late, lost, and not looked for", async () => {
  const resources = await recorded();
  const alert = (name: string) => only(resources, policyType, `policies-${name}`).inputs as unknown as Policy;
  const compared = (type: string, above: number, title: string) => [
    {
      displayName: title,
      conditionThreshold: {
        filter: `metric.type="custom.googleapis.com/chisan/files/${type}" AND resource.type="global"`,
        aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_MIN", crossSeriesReducer: "REDUCE_MAX" }],
        comparison: "COMPARISON_GT",
        thresholdValue: above,
        duration: "0s",
      },
    },
  ];
  expect(alert("file-version-lag-warning").conditions).toEqual(compared("version_lag", 60, "Lag of the files' versions > 1 min"));
  expect(alert("file-version-lag-critical").conditions).toEqual(compared("version_lag", 600, "Lag of the files' versions > 10 min"));
  expect(alert("file-versions-lost-critical").conditions).toEqual(compared("versions_lost", 0, "Lost versions of files > 0"));
  expect(alert("file-sweep-age-warning").conditions).toEqual(compared("sweep_age", 900, "Age of the files' sweep > 15 min"));
  expect(policies(resources).filter(({ conditions }) => conditions.some((each) => each.conditionThreshold?.filter.includes("chisan/files/")))).toHaveLength(4);
});

test.each([
  ["warning", "600s"],
  ["critical", "3600s"],
])("silence of the files' versions is told apart from the database's (%s)", async (severity, duration) => {
  const inputs = only(await recorded({ backupKinds: [] }), policyType, `policies-file-silence-${severity}`).inputs as unknown as Policy;
  expect(inputs.combiner).toBe("OR");
  expect(inputs.conditions.map(({ conditionAbsent }) => conditionAbsent)).toEqual(
    fileMetrics.map((name) => ({
      filter: `metric.type="custom.googleapis.com/${exportedMetrics[name].type}" AND resource.type="global"`,
      aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MEAN", crossSeriesReducer: "REDUCE_MEAN" }],
      duration,
    })),
  );
});

test("a failed job, whichever it is, is named by its incident", async () => {
  const { inputs } = only(await recorded(), policyType, "policies-job-failure-warning");
  expect((inputs as unknown as Policy).conditions[0]?.conditionThreshold).toMatchObject({
    filter: 'metric.type="run.googleapis.com/job/completed_execution_count" AND resource.type="cloud_run_job" AND metric.labels.result="failed"',
    aggregations: [{ groupByFields: ["resource.label.job_name"] }],
    thresholdValue: 0,
  });
});

test("channels and severity agree in every policy, and each has what its reader needs", async () => {
  const resources = await recorded();
  expect(refusals(resources)).toEqual([]);
  for (const { userLabels, notificationChannels, severity, documentation } of policies(resources)) {
    const own = userLabels["severity"] as Severity;
    expect(severities).toContain(own);
    expect(severity).toBe(own === "info" ? undefined : own.toUpperCase());
    expect(notificationChannels).toEqual(channels[own]);
    expect(notificationChannels).toHaveLength(alertChannels[own].channels.length);
    expect(documentation.content).toContain("First:");
    // Cloud Monitoring's limits for a documentation
    expect(Buffer.byteLength(documentation.content)).toBeLessThan(8192);
  }
});

test("names are unique and within Cloud Monitoring's limits in every environment", () => {
  const project = fc.stringMatching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  fc.assert(
    fc.property(project, fc.constantFrom(...cloudStacks), fc.subarray([...scheduledKinds]), (name, stack, backupKinds) => {
      const setting = { ...args, project: name, slug: environmentSlug(stack), backupKinds };
      const rules = alertRules(setting);
      const inputs = rules.map((rule) => alertPolicyInputs(setting, rule));
      const titles = inputs.map(({ displayName }) => String(displayName));
      expect(new Set(titles).size).toBe(rules.length);
      expect(new Set(rules.map(({ key }) => key)).size).toBe(rules.length);
      for (const title of titles) expect(title.length).toBeLessThanOrEqual(512);
      for (const { key, conditions } of rules) {
        expect(key).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
        expect(conditions.length).toBeLessThanOrEqual(6);
      }
    }),
  );
});

test("every entry of the runbook is some alert's", () => {
  const used = new Set(alertRules(args).map(({ runbook }) => runbook));
  expect(runbookKeys.filter((key) => !used.has(key))).toEqual(["uptime", "certificate"]);
  for (const key of metricKeys) expect(used).toContain(key);
});

test("a notification names its environment's own exporter, region and stack", () => {
  const content = (slug: EnvironmentSlug): string =>
    alertRules({ ...args, slug }).map((rule) => (alertPolicyInputs({ ...args, slug }, rule).documentation as { content: string }).content).join("\n");
  for (const stack of cloudStacks) {
    const slug = environmentSlug(stack);
    expect(content(slug)).toContain(`resource.type="cloud_run_revision" AND resource.labels.service_name="${exporterName({ slug })}"`);
    expect(content(slug)).toContain(`gcloud scheduler jobs list --project=chisan-prod --location=${specifications[stack].gcpRegion}`);
    expect(content(slug)).toContain(`pulumi config set --path chisan:traffic.stable.revision <revision> --stack ${stack}`);
  }
  expect(() => content("dev")).toThrow(/^CHI-C943 .*"dev".*staging, prod, chisan-dr/);
});

test("a kind that is given twice is refused", async () => {
  await expect(recorded({ backupKinds: ["daily", "daily"] })).rejects.toThrow(/^CHI-C940 .*\[daily, daily\]/);
});
