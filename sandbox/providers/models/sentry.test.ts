import type { JsonObject } from "../../world/world";
import { record, situation } from "../testing/situation";
import type { EngineClient, Managed } from "../testing/engine-client";
import { RunningServers } from "../testing/running-servers";
import { sentry } from "./sentry";
import { projectType, teamType } from "./sentry-project";

const keyType = "sentry:index/sentryKey:SentryKey";
const issueAlertType = "sentry:index/sentryIssueAlert:SentryIssueAlert";
const metricAlertType = "sentry:index/sentryMetricAlert:SentryMetricAlert";
const organization = "chisan";
const records = [record(teamType, "t", { organization, slug: "t", internalId: "4711" }, ["chisan/t"]), record(projectType, "p", { organization, slug: "p" }, ["chisan/p"])];
const validate = (token: string, inputs: JsonObject, previous?: JsonObject): void =>
  sentry.resources[token]!.validate!(situation(inputs, { records, ...(previous ? { previous: record(token, "x", previous) } : {}) }));

const toTeam = { id: "sentry.mail.actions.NotifyEmailAction", targetType: "Team", targetIdentifier: "4711" };
const toSlack = { id: "sentry.integrations.slack.notify_action.SlackNotifyServiceAction", workspace: "12", channel: "#incidents" };
const when = (name: string, more: JsonObject = {}): JsonObject => ({ conditions: [{ id: `sentry.rules.conditions.${name}`, ...more }] });
const critical = { label: "critical", alertThreshold: 100, thresholdType: 0, actions: [{ type: "email", targetType: "team", targetIdentifier: "4711" }] };
const warning = { label: "warning", alertThreshold: 50, thresholdType: 0 };
const taken: { [token: string]: JsonObject } = {
  [teamType]: { organization, name: "Platform" },
  [projectType]: { organization, name: "p", teams: ["t"] },
  [keyType]: { organization, project: "p", name: "k", rateLimitWindow: 86_400, rateLimitCount: 1 },
  [issueAlertType]: { organization, project: "p", name: "n", frequency: 5, actions: [toTeam, toSlack], ...when("first_seen_event.FirstSeenEventCondition") },
  [metricAlertType]: { organization, project: "p", name: "n", dataset: "events", timeWindow: 5, thresholdType: 0, triggers: [critical, warning] },
};

test.each(Object.entries(taken))("%s takes what is right", (token, inputs) => {
  expect(() => validate(token, inputs)).not.toThrow();
});

test.each<[string, JsonObject, RegExp]>([
  [teamType, { organization: "no organization" }, /404 Not Found .*organization "no organization"/],
  [teamType, { slug: "a".repeat(51) }, /slug:.*no more than 50 characters, got 51/],
  [teamType, { name: "a".repeat(65), slug: "a" }, /name:.*no more than 64 characters, got 65/],
  [projectType, { name: "a".repeat(51), slug: "a" }, /name:.*no more than 50 characters, got 51/],
  [projectType, { slug: "a".repeat(101) }, /slug:.*no more than 100 characters, got 101/],
  [projectType, { slug: "4711" }, /cannot be entirely numeric/],
  [projectType, { slug: "Chisan" }, /Enter a valid slug/],
  [projectType, { teams: [] }, /one of team or teams must be configured/],
  [keyType, { rateLimitWindow: 86_401 }, /from 0 to 86400, got 86401/],
  [keyType, { rateLimitCount: -1 }, /count:.*got -1/],
  [keyType, { name: "a".repeat(65) }, /no more than 64/],
  [issueAlertType, { frequency: 4 }, /from 5 to 43200, got 4/],
  [issueAlertType, { frequency: 43_201 }, /from 5 to 43200, got 43201/],
  [issueAlertType, { actions: [] }, /You must add an action/],
  [issueAlertType, { actions: [{ id: "sentry.mail.actions.Notify" }] }, /Invalid node.*sentry\.mail\.actions\.Notify/],
  [issueAlertType, { actions: [{ ...toTeam, targetIdentifier: "t" }] }, /team does not exist: t \(its number, not its slug\)/],
  [issueAlertType, { actions: [{ ...toTeam, targetType: "Everybody" }] }, /Everybody is not one of/],
  [issueAlertType, { actions: [{ ...toSlack, workspace: "Chisan" }] }, /Workspace is a required field/],
  [issueAlertType, { actions: [{ ...toSlack, channel: "incidents" }] }, /"incidents" does not exist/],
  [issueAlertType, when("first_seen.FirstSeen"), /Invalid node.*first_seen\.FirstSeen/],
  [issueAlertType, { conditions: [{ id: "first_seen_event.FirstSeenEventCondition" }] }, /Invalid node/],
  [issueAlertType, when("event_frequency.EventFrequencyPercentCondition", { value: "101", interval: "1h" }), /less than or equal to 100, got 101/],
  [issueAlertType, when("event_frequency.EventFrequencyPercentCondition", { value: "0.5", interval: "1h" }), /whole number/],
  [issueAlertType, when("event_frequency.EventFrequencyPercentCondition", { value: "5", interval: "15m" }), /15m is not one of 5m, 10m, 30m, 1h/],
  [metricAlertType, { dataset: "" }, /Invalid dataset/],
  [metricAlertType, { timeWindow: 7 }, /"7" is not one of 1, 5, 10/],
  [metricAlertType, { thresholdType: 2 }, /Invalid threshold type/],
  [metricAlertType, { triggers: [] }, /must be labeled "critical".*got none/],
  [metricAlertType, { triggers: [warning, critical] }, /must be labeled "critical".*got warning, critical/],
  [metricAlertType, { triggers: [critical, { ...warning, alertThreshold: 101 }] }, /Critical threshold 100 must be above warning threshold 101/],
  [metricAlertType, { triggers: [{ ...critical, actions: [{ type: "sms" }] }] }, /Invalid type sms/],
  [metricAlertType, { triggers: [{ ...critical, actions: [{ type: "slack", targetType: "specific", targetIdentifier: "#a" }] }] }, /Integration must be provided/],
  [metricAlertType, { triggers: [{ ...critical, actions: [{ type: "email", targetType: "team", targetIdentifier: "t" }] }] }, /Team does not exist: t/],
  [metricAlertType, { name: "a".repeat(257) }, /no more than 256/],
])("%s refuses %j", (token, change, words) => {
  expect(() => validate(token, { ...taken[token], ...change })).toThrow(words);
});

test.each([teamType, projectType, keyType, issueAlertType, metricAlertType])("%s cannot move to another organization", (token) => {
  expect(() => validate(token, taken[token]!, { ...taken[token], organization: "elsewhere" })).toThrow(/404 .*of the organization "elsewhere", not "chisan"/);
});

describe("on the server", () => {
  let running: RunningServers;
  let engine: EngineClient;
  let team: Managed;
  beforeEach(async () => {
    running = await RunningServers.start({ packages: ["sentry"] });
    engine = running.engine("sentry");
    team = await engine.create(teamType, "team", { organization, name: "Platform Team" });
  });
  afterEach(() => running.stop());
  const project = (name: string, more: object = {}): Promise<Managed> => engine.create(projectType, name, { organization, name, teams: [team.outputs.slug], ...more });

  test("a slug is made of the name; the same again is refused in the organization, and free in another", async () => {
    expect(team.outputs).toMatchObject({ slug: "platform-team", id: "platform-team" });
    await expect(engine.create(teamType, "again", { organization, name: "platform team" })).rejects.toThrow("A team with this slug already exists.");
    await engine.create(teamType, "elsewhere", { organization: "elsewhere", name: "platform team" });
    await project("web");
    await expect(project("web2", { slug: "web" })).rejects.toThrow("A project with this slug already exists.");
  });

  test("a team, a project that are not there are refused", async () => {
    await expect(engine.create(projectType, "x", { organization, name: "x", teams: ["nobody"] })).rejects.toThrow('team "nobody"');
    await expect(engine.create(keyType, "k", { organization, project: "nothing", name: "k" })).rejects.toThrow('project not found "nothing"');
  });

  test("a key's DSN has its project's number, stays over an update, and its secret parts are secret", async () => {
    const made = await project("web");
    const key = await engine.create(keyType, "k", { organization, project: "web", name: "k" });
    const dsn = String(key.outputs.dsnPublic);
    expect(dsn).toMatch(/^https:\/\/[0-9a-f]{32}@o\d+\.ingest\.us\.sentry\.io\/\d+$/);
    expect(dsn.endsWith(`/${String(made.outputs.internalId)}`)).toBe(true);
    expect(key.id).toBe(key.outputs.public);
    for (const property of ["secret", "dsnSecret"]) expect(key.outputs[property]).toHaveProperty("value");
    expect((await engine.update(key, { organization, project: "web", name: "k", rateLimitCount: 5, rateLimitWindow: 60 })).outputs.dsnPublic).toBe(dsn);
  });

  test("keys and rules go with their project, whose team stays", async () => {
    const made = await project("web");
    const key = await engine.create(keyType, "k", { organization, project: "web", name: "k" });
    const rule = {
      organization,
      project: "web",
      name: "n",
      actionMatch: "any",
      filterMatch: "all",
      frequency: 30,
      conditions: [{ id: "sentry.rules.conditions.regression_event.RegressionEventCondition" }],
      actions: [{ id: "sentry.mail.actions.NotifyEmailAction", targetType: "IssueOwners" }],
    };
    const alert = await engine.create(issueAlertType, "a", rule);
    expect(alert.id).toBe(`chisan/web/${String(alert.outputs.internalId)}`);
    await expect(engine.create(issueAlertType, "twin", { ...rule, name: "another name" })).rejects.toThrow("exact duplicate of 'n'");
    await engine.delete(made);
    expect([await engine.refresh(key), await engine.refresh(alert)]).toEqual([undefined, undefined]);
    expect(await engine.refresh(team)).toEqual(team);
  });

  test("a Slack workspace always has the same number; without a name, and at another vendor, there is none", async () => {
    const lookUp = "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration";
    const ask = (providerKey: string, name: string) => engine.invoke(lookUp, { organization, providerKey, name });
    const { internalId } = await ask("slack", "Chisan");
    expect(internalId).toMatch(/^\d{6}$/);
    expect((await ask("slack", "Chisan")).internalId).toBe(internalId);
    expect((await ask("slack", "Other")).internalId).not.toBe(internalId);
    await expect(ask("slack", " ")).rejects.toThrow("Can't find Sentry Organization Integration");
    await expect(ask("github", "Chisan")).rejects.toThrow("Can't find Sentry Organization Integration");
  });
});
