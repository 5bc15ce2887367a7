import { AlertChannel } from "@checkly/pulumi/alertChannel";
import * as pulumi from "@pulumi/pulumi";
import { external } from "../config/alert-thresholds-watch";
import { ExternalChecks } from "./external-checks";
import {
  type ExternalChecksArgs,
  checkExternalChecks,
  checkFrequencies,
  checkTargets,
  certificateWarningDays,
} from "./external-checks-inputs";
import { isSecretInput, names, ofType, only, promiseOf, recordResources, type RecordedResource } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  channel: "checkly:index/alertChannel:AlertChannel",
  group: "checkly:index/checkGroup:CheckGroup",
  check: "checkly:index/check:Check",
};
const args: ExternalChecksArgs = {
  slug: "prod",
  appHost: "app.chisan.app",
  apiHost: "api.chisan.app",
  live: true,
  everyMinutes: 1,
  onCall: { email: "on-call@chisanpaper.com", phone: "+821012345678" },
  slack: { token: "xoxb-a-token-of-a-test", channels: { critical: "#incidents", warning: "#alerts", info: "#notices" } },
};
const record = (change: Partial<ExternalChecksArgs> = {}): Promise<RecordedResource[]> =>
  recordResources(() => new ExternalChecks("prod-external", { ...args, ...change }));
/** The number that the mocks give to an alert channel of this logical name. */
async function numberOf(logicalName: string): Promise<number> {
  const ids: Promise<string>[] = [];
  await recordResources(() => ids.push(promiseOf(new AlertChannel(logicalName, {}).id)));
  return Number(await ids[0]);
}

test("four checks in one group, told on four channels: nothing else, and nothing that Checkly's plugin refuses", async () => {
  const resources = await record();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:ExternalChecks prod-external",
      ...["email", "slack-critical", "slack-warning", "sms"].map((kind) => `${type.channel} prod-external-channel-${kind}`),
      `${type.group} prod-external-group`,
      ...["api-health", "api-ready", "app-api-health", "app-page"].map((part) => `${type.check} prod-external-${part}`),
    ].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("prod-external");
  expect(refusals(resources)).toEqual([]);
  expect(names(await recordResources(() => new ExternalChecks("prod-external", args), { preview: true }))).toEqual(names(resources));
});

test("a failure goes to SMS, Slack and e-mail; a slow answer and the end of a certificate to Slack and e-mail only (section 6.3)", async () => {
  const resources = await record();
  const channel = (part: string): RecordedResource => only(resources, type.channel, `prod-external-channel-${part}`);
  const critical = { sendFailure: true, sendDegraded: false, sendRecovery: true, sslExpiry: false, sslExpiryThreshold: certificateWarningDays };
  const warning = { ...critical, sendFailure: false, sendDegraded: true, sslExpiry: true };
  expect(channel("sms").inputs).toEqual({ sms: { name: "chisan-prod-on-call", number: "+821012345678" }, ...critical });
  expect(channel("email").inputs).toEqual({ email: { address: "on-call@chisanpaper.com" }, ...warning, sendFailure: true });
  const webhook = (severity: string, slackChannel: string): object => ({
    name: `chisan-prod-slack-${severity}`,
    method: "POST",
    url: "https://slack.com/api/chat.postMessage",
    headers: { Authorization: "Bearer xoxb-a-token-of-a-test", "Content-Type": "application/json; charset=utf-8" },
    template: JSON.stringify({
      channel: slackChannel,
      text: "*{{ALERT_TITLE}}* ({{CHECK_NAME}}, from {{REGION}}, {{RESPONSE_TIME}} ms) <{{RESULT_LINK}}|result>",
      unfurl_links: false,
    }),
  });
  expect(channel("slack-critical").inputs).toEqual({ webhook: webhook("critical", "#incidents"), ...critical });
  expect(channel("slack-warning").inputs).toEqual({ webhook: webhook("warning", "#alerts"), ...warning });
});

test.each([["plain", "xoxb-a-token-of-a-test"], ["secret", pulumi.secret("xoxb-a-token-of-a-test")]] as [string, pulumi.Input<string>][])(
  "the Slack token is secret, given %s",
  async (_how, token) => {
    const slack = { ...args.slack, token };
    for (const channel of ofType(await record({ slack }), type.channel).filter(({ inputs }) => inputs.webhook !== undefined)) {
      expect(isSecretInput(channel, "webhook.headers.Authorization")).toBe(true);
    }
  },
);

test("the group confirms a failure from a second place, at once, and tells every channel", async () => {
  const resources = await record();
  const channels = await Promise.all(["sms", "email", "slack-critical", "slack-warning"].map((part) => numberOf(`prod-external-channel-${part}`)));
  expect(new Set(channels).size).toBe(4);
  expect(only(resources, type.group).inputs).toEqual({
    name: "chisan-prod-external",
    activated: true,
    muted: false,
    concurrency: 4,
    locations: ["ap-northeast-2", "ap-northeast-1"],
    doubleCheck: true,
    useGlobalAlertSettings: false,
    alertSettings: {
      escalationType: "RUN_BASED",
      runBasedEscalations: [{ failedRunThreshold: 1 }],
      timeBasedEscalations: [{ minutesFailingThreshold: 5 }],
      reminders: [{ amount: 5, interval: 30 }],
      sslCertificates: [{ enabled: false }],
    },
    alertChannelSubscriptions: channels.map((channelId) => ({ channelId, activated: true })),
    tags: ["chisan", "prod"],
  });
});

test("the health endpoints must say that every part is well, within section 6.2's times; a page within its own", async () => {
  const resources = await record();
  const ok = { source: "STATUS_CODE", comparison: "EQUALS", target: "200" };
  const json = (property: string, target: string): object => ({ source: "JSON_BODY", property, comparison: "EQUALS", target });
  const everyPart = [json("$.status", "ok"), json("$.checks.database.status", "ok"), json("$.checks.storage.status", "ok")];
  const check = (part: string, url: string, assertions: object[], [degradedResponseTime, maxResponseTime]: number[], followRedirects = false): object => ({
    name: `chisan-prod-${part}`,
    type: "API",
    activated: true,
    muted: false,
    frequency: 1,
    groupId: expect.any(Number) as number,
    degradedResponseTime,
    maxResponseTime,
    request: { method: "GET", url, followRedirects, skipSsl: false, assertions },
    tags: ["chisan", "prod"],
  });
  const inputs = Object.fromEntries(ofType(resources, type.check).map((each) => [each.name.replace("prod-external-", ""), each.inputs]));
  expect(inputs).toEqual({
    "api-health": check(
      "api-health",
      "https://api.chisan.app/health",
      [ok, ...everyPart],
      [500, 2000],
    ),
    "api-ready": check("api-ready", "https://api.chisan.app/health/ready", [ok, json("$.ready", "true")], [500, 2000]),
    "app-page": check("app-page", "https://app.chisan.app/", [ok], [2000, 10_000], true),
    "app-api-health": check("app-api-health", "https://app.chisan.app/api/health", [ok, ...everyPart], [500, 2000]),
  });
  for (const each of ofType(resources, type.check)) expect(each.dependencies).toEqual(["prod-external-group"]);
});

test("the checks that the API answers are those that are counted as its traffic, at the rate that is counted", async () => {
  const ofApi = Object.entries(checkTargets(args)).filter(([, { url }]) => new URL(url).host === args.apiHost || new URL(url).pathname.startsWith("/api/"));
  expect(ofApi.map(([part]) => part).sort()).toEqual([...external.checksOfApi].sort());
  expect(only(await record(), type.group).inputs.doubleCheck).toBe(external.doubleCheck);
});

test("an environment that does not serve its hosts checks and tells nothing, and is the same otherwise", async () => {
  const [on, off] = [await record(), await record({ live: false })];
  const silent = [...ofType(off, type.group), ...ofType(off, type.check)];
  expect(silent.map(({ inputs }) => [inputs.activated, inputs.muted])).toEqual(Array(5).fill([false, true]));
  const rest = (resources: RecordedResource[]): object[] => resources.map(({ name, inputs: { activated: _activated, muted: _muted, ...inputs } }) => ({ name, inputs }));
  expect(rest(off)).toEqual(rest(on));
});

test.each(checkFrequencies)("every %d minutes is a frequency of Checkly's", async (everyMinutes) => {
  const resources = await record({ everyMinutes });
  expect(ofType(resources, type.check).map(({ inputs }) => inputs.frequency)).toEqual(Array(4).fill(everyMinutes));
  expect(refusals(resources)).toEqual([]);
});

test.each<[string, Partial<ExternalChecksArgs>]>([
  ["CHI-C970", { appHost: "https://app.chisan.app" }],
  ["CHI-C970", { apiHost: "api.chisan.app/" }],
  ["CHI-C970", { apiHost: "localhost" }],
  ["CHI-C970", { appHost: "App.chisan.app" }],
  ["CHI-C971", { apiHost: args.appHost }],
  ["CHI-C972", { everyMinutes: 2 as 1 }],
  ["CHI-C972", { everyMinutes: 0 as 1 }],
])("%s for %j, before anything is registered", async (code, change) => {
  expect(() => checkExternalChecks({ ...args, ...change })).toThrow(new RegExp(`^${code} [^\n]+$`));
  await expect(record(change)).rejects.toThrow(code);
});

test("nothing is checked twice, and only over HTTPS", () => {
  const urls = Object.values(checkTargets(args)).map(({ url }) => url);
  expect(new Set(urls).size).toBe(urls.length);
  for (const url of urls) expect(url).toMatch(/^https:/);
});
