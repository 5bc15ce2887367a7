import fc from "fast-check";
import { environmentSlug, stackNames } from "../config/naming";
import { ErrorTracking } from "./error-tracking";
import { type ErrorTrackingArgs, checkErrorTracking, eventsPerMinute, issueRules, sentrySlug, trackedApps, volumeShares } from "./error-tracking-inputs";
import { isSecret, names, ofType, only, promiseOf, recordResources, type RecordedResource, type RecordOptions } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = (kind: string): string => `sentry:index/sentry${kind}:Sentry${kind}`;
const lookUp = "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration";
const args: ErrorTrackingArgs = {
  slug: "prod",
  organization: "chisan",
  slack: { workspace: "Chisan", channels: { critical: "#incidents", warning: "#alerts", info: "#notices" } },
  protect: true,
};

async function recorded(change: Partial<ErrorTrackingArgs> = {}, options: RecordOptions = {}) {
  const asked: Record<string, unknown>[] = [];
  const built: ErrorTracking[] = [];
  const resources = await recordResources(() => built.push(new ErrorTracking("prod-errors", { ...args, ...change })), {
    calls: {
      [lookUp]: (inputs) => {
        asked.push(inputs);
        return { ...inputs, id: "4711", internalId: "4711" };
      },
    },
    ...options,
  });
  return { resources, asked, tracking: built[0]! };
}
const teamNumber = (resources: RecordedResource[]): string => {
  const [{ targetIdentifier }] = only(resources, type("IssueAlert"), "prod-errors-web-new").inputs.actions as [{ targetIdentifier: string }];
  expect(targetIdentifier).toMatch(/^\d{6}$/);
  return targetIdentifier;
};

test("a team, and for each application a project, a key, three rules on issues and one on their number: nothing else", async () => {
  const { resources } = await recorded();
  const ofApp = (app: string): string[] => [
    `${type("Project")} prod-errors-${app}`,
    `${type("Key")} prod-errors-${app}-key`,
    ...["new", "share-warning", "share-critical"].map((rule) => `${type("IssueAlert")} prod-errors-${app}-${rule}`),
    `${type("MetricAlert")} prod-errors-${app}-volume`,
  ];
  expect(names(resources)).toEqual(
    ["chisan:infrastructure:ErrorTracking prod-errors", `${type("Team")} prod-errors-team`, ...ofApp("web"), ...ofApp("api")].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("prod-errors");
  expect(refusals(resources)).toEqual([]);
  expect(names((await recorded({}, { preview: true })).resources)).toEqual(names(resources));
});

test("the projects are the environment's own, of its own team, and have no platform that a website must confirm", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("Team")).inputs).toEqual({ organization: "chisan", name: "chisan-prod", slug: "chisan-prod" });
  for (const app of trackedApps) {
    const name = `chisan-prod-${app}`;
    expect(only(resources, type("Project"), `prod-errors-${app}`).inputs).toEqual({ organization: "chisan", name, slug: name, teams: ["chisan-prod"] });
  }
});

test("a key takes a limited number of events, and its public address is the output", async () => {
  const { resources, tracking } = await recorded();
  for (const app of trackedApps) {
    expect(only(resources, type("Key"), `prod-errors-${app}-key`).inputs).toEqual({
      organization: "chisan",
      project: `chisan-prod-${app}`,
      name: `chisan-prod-${app}`,
      rateLimitCount: eventsPerMinute,
      rateLimitWindow: 60,
    });
  }
  for (const [app, dsn] of [["web", tracking.webDsn], ["api", tracking.apiDsn]] as const) {
    expect(await promiseOf(dsn)).toBe(`https://prod-errors-${app}-key@o1.ingest.sentry.io/1`);
    expect(await isSecret(dsn)).toBe(false);
  }
});

test("projects and keys are protected where the environment is: the applications hold the keys' addresses", async () => {
  const isProtected = async (protect: boolean): Promise<string[]> =>
    (await recorded({ protect })).resources.filter((each) => each.protect).map(({ name }) => name);
  expect((await isProtected(true)).sort()).toEqual(["prod-errors-api", "prod-errors-api-key", "prod-errors-web", "prod-errors-web-key"]);
  expect(await isProtected(false)).toEqual([]);
});

test("warnings at 1 %, critical at 5 % (section 6.2), each to the team's mail and to its Slack channel (section 6.3)", async () => {
  const { resources, asked } = await recorded();
  const at = (name: string, more: object = {}): object => ({ id: `sentry.rules.conditions.${name}`, ...more });
  const share = (value: string, interval: string): object =>
    at("event_frequency.EventFrequencyPercentCondition", { value, interval, comparisonType: "count" });
  const rule = (name: string, frequency: number, channel: string, conditions: object[]): object => ({
    organization: "chisan",
    project: "chisan-prod-web",
    name,
    actionMatch: "any",
    filterMatch: "all",
    frequency,
    conditions,
    actions: [
      { id: "sentry.mail.actions.NotifyEmailAction", targetType: "Team", targetIdentifier: teamNumber(resources), fallthroughType: "ActiveMembers" },
      { id: "sentry.integrations.slack.notify_action.SlackNotifyServiceAction", workspace: "4711", channel, tags: "environment,level,release" },
    ],
  });
  const inputsOf = (part: string): unknown => only(resources, type("IssueAlert"), `prod-errors-web-${part}`).inputs;
  expect(inputsOf("new")).toEqual(
    rule("New or returned error", 60, "#alerts", [at("first_seen_event.FirstSeenEventCondition"), at("regression_event.RegressionEventCondition")]),
  );
  expect(inputsOf("share-warning")).toEqual(rule("Error in more than 1 % of sessions", 60, "#alerts", [share("1", "1h")]));
  expect(inputsOf("share-critical")).toEqual(rule("Error in more than 5 % of sessions", 30, "#incidents", [share("5", "5m")]));
  expect(asked).toEqual([{ organization: "chisan", providerKey: "slack", name: "Chisan" }]);
});

test("both applications have the same rules", async () => {
  const { resources } = await recorded();
  const of = (app: string): string =>
    JSON.stringify([...ofType(resources, type("IssueAlert")), ...ofType(resources, type("MetricAlert"))].filter(({ name }) => name.startsWith(`prod-errors-${app}`)).map(({ inputs }) => inputs)).replaceAll(app, "?");
  expect(of("web")).toBe(of("api"));
});

test("the number of errors is told before the key's limit drops them", async () => {
  const { resources } = await recorded();
  const trigger = (label: string, alertThreshold: number, channel: string): object => ({
    label,
    thresholdType: 0,
    alertThreshold,
    actions: [
      { type: "email", targetType: "team", targetIdentifier: teamNumber(resources) },
      { type: "slack", targetType: "specific", targetIdentifier: channel, integrationId: 4711 },
    ],
  });
  expect(only(resources, type("MetricAlert"), "prod-errors-api-volume").inputs).toEqual({
    organization: "chisan",
    project: "chisan-prod-api",
    name: "chisan-prod-api: errors near the limit of the key",
    dataset: "events",
    eventTypes: ["error"],
    query: "",
    aggregate: "count()",
    timeWindow: 5,
    thresholdType: 0,
    triggers: [trigger("critical", 1350, "#incidents"), trigger("warning", 750, "#alerts")],
  });
  expect(volumeShares.warning).toBeLessThan(volumeShares.critical);
  expect(volumeShares.critical).toBeLessThan(1);
});

test.each(stackNames.map(environmentSlug))("names in %s are within Sentry's limits, and unlike every other environment's", (slug) => {
  for (const part of [undefined, ...trackedApps]) {
    expect(sentrySlug(slug, part)).toMatch(/^(?!\d+$)[a-z0-9][a-z0-9_-]{0,49}$/);
    for (const other of stackNames.map(environmentSlug).filter((each) => each !== slug)) expect(sentrySlug(slug, part)).not.toBe(sentrySlug(other, part));
  }
});

test("whatever a part is called, its slug is one that Sentry takes, or is refused", () => {
  const part = fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[a-z0-9-]{1,60}$/));
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...stackNames.map(environmentSlug)), part, (slug, name) => {
      let made: string;
      try {
        made = sentrySlug(slug, name);
      } catch (error) {
        expect((error as Error).message).toMatch(/^CHI-C980 /);
        return;
      }
      taken++;
      expect(made).toMatch(/^(?!\d+$)[a-z0-9_-]{1,50}$/);
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(50);
});

test("rules' titles are within the plugin's limit of 64 characters, and unlike each other", () => {
  const titles = Object.values(issueRules).map(({ title }) => title);
  for (const title of titles) expect(title.length).toBeLessThanOrEqual(64);
  expect(new Set(titles).size).toBe(titles.length);
});

test.each<[string, Partial<ErrorTrackingArgs>]>([
  ["CHI-C981", { organization: "https://chisan.sentry.io" }],
  ["CHI-C981", { organization: "Chisan" }],
  ["CHI-C981", { organization: "12345" }],
  ["CHI-C981", { organization: "" }],
  ["CHI-C982", { slack: { ...args.slack, workspace: " " } }],
])("%s for %j, before anything is registered", async (code, change) => {
  expect(() => checkErrorTracking({ ...args, ...change })).toThrow(new RegExp(`^${code} [^\n]+$`));
  await expect(recorded(change)).rejects.toThrow(code);
});
