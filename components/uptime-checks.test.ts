import { uptime } from "../config/alert-thresholds-watch";
import { UptimeChecks, type UptimeChecksArgs } from "./uptime-checks";
import { names, ofType, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const checkType = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";
const args: UptimeChecksArgs = {
  slug: "prod",
  project: "chisan-prod",
  repository: "chisan/platform",
  apiService: "chisan-prod-api",
  channels: { critical: ["c"], warning: ["w"], info: ["i"] },
  hosts: { api: "api.chisan.app", app: "app.chisan.app" },
};
const recorded = (change: Partial<UptimeChecksArgs> = {}, options = {}) =>
  recordResources(() => new UptimeChecks("uptime", { ...args, ...change }), options);

test("both health endpoints and the web app, each with a policy; each host's certificate in two severities", async () => {
  const resources = await recorded();
  expect(names(resources)).toEqual([
    "chisan:infrastructure:UptimeChecks uptime",
    `${policyType} uptime-api-health-certificate-critical`,
    `${policyType} uptime-api-health-certificate-warning`,
    `${policyType} uptime-api-health-critical`,
    `${policyType} uptime-api-ready-critical`,
    `${policyType} uptime-app-certificate-critical`,
    `${policyType} uptime-app-certificate-warning`,
    `${policyType} uptime-app-critical`,
    `${checkType} uptime-api-health`,
    `${checkType} uptime-api-ready`,
    `${checkType} uptime-app`,
  ]);
  expect(refusals(resources)).toEqual([]);
  expect(names(await recorded({}, { preview: true }))).toEqual(names(resources));
});

test("each minute, over TLS, from three places; the health endpoints must say that all is well", async () => {
  const resources = await recorded();
  const common = {
    project: "chisan-prod",
    period: "60s",
    timeout: "10s",
    selectedRegions: ["ASIA_PACIFIC", "EUROPE", "USA_OREGON"],
    logCheckFailures: true,
    userLabels: { environment: "prod" },
  };
  const https = (path: string) => ({
    path,
    port: 443,
    useSsl: true,
    validateSsl: true,
    requestMethod: "GET",
    acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
  });
  const says = (jsonPath: string, content: string) => [
    { content, matcher: "MATCHES_JSON_PATH", jsonPathMatcher: { jsonPath, jsonMatcher: "EXACT_MATCH" } },
  ];
  const at = (host: string) => ({ type: "uptime_url", labels: { project_id: "chisan-prod", host } });
  expect(["uptime-api-health", "uptime-api-ready", "uptime-app"].map((name) => only(resources, checkType, name).inputs)).toEqual([
    {
      ...common,
      displayName: "[prod] https://api.chisan.app/health",
      monitoredResource: at("api.chisan.app"),
      httpCheck: https("/health"),
      contentMatchers: says("$.checks.database.status", '"ok"'),
    },
    {
      ...common,
      displayName: "[prod] https://api.chisan.app/health/ready",
      monitoredResource: at("api.chisan.app"),
      httpCheck: https("/health/ready"),
      contentMatchers: says("$.ready", "true"),
    },
    { ...common, displayName: "[prod] https://app.chisan.app/", monitoredResource: at("app.chisan.app"), httpCheck: https("/") },
  ]);
});

test("the checks of the API are those that are counted as its traffic, at the rate that is counted", async () => {
  const checks = ofType(await recorded(), checkType);
  const ofApi = checks.filter(({ inputs }) => JSON.stringify(inputs.monitoredResource).includes("api.chisan.app"));
  const requests = ofApi.map(({ inputs }) => ((inputs.selectedRegions as string[]).length * 300) / Number.parseInt(inputs.period as string, 10));
  expect(ofApi.map(({ name }) => name.replace("uptime-", ""))).toEqual([...uptime.checksOfApi]);
  expect(requests.reduce((sum, each) => sum + each)).toBe(30);
});

test("two of three places must fail, for a minute, and then it is critical", async () => {
  const policy = only(await recorded(), policyType, "uptime-api-ready-critical");
  expect(policy.dependencies).toContain("uptime-api-ready");
  expect(policy.inputs).toMatchObject({
    displayName: "[prod] critical: https://api.chisan.app/health/ready does not answer",
    severity: "CRITICAL",
    notificationChannels: ["c"],
  });
  expect(policy.inputs.conditions).toEqual([
    {
      displayName: "Fails at more than 1 of 3 places",
      conditionThreshold: {
        filter:
          'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="uptime-api-ready-check"',
        aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_NEXT_OLDER", crossSeriesReducer: "REDUCE_COUNT_FALSE" }],
        comparison: "COMPARISON_GT",
        thresholdValue: 1,
        duration: "60s",
      },
    },
  ]);
});

test("a certificate is told when few days are left", async () => {
  const resources = await recorded();
  const days = (name: string) => {
    const [condition] = only(resources, policyType, name).inputs.conditions as { conditionThreshold: Record<string, unknown> }[];
    return condition?.conditionThreshold;
  };
  const filter =
    'metric.type="monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires" AND resource.type="uptime_url" AND metric.labels.check_id="uptime-app-check"';
  expect(days("uptime-app-certificate-warning")).toMatchObject({ filter, comparison: "COMPARISON_LT", thresholdValue: 14 });
  expect(days("uptime-app-certificate-critical")).toMatchObject({ filter, comparison: "COMPARISON_LT", thresholdValue: 3 });
});

test("without hosts nothing is asked and nothing is told", async () => {
  expect(names(await recorded({ hosts: null }))).toEqual(["chisan:infrastructure:UptimeChecks uptime"]);
});
