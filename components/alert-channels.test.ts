import { AlertChannels, type AlertChannelsArgs } from "./alert-channels";
import { names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";
import * as pulumi from "@pulumi/pulumi";

const type = "gcp:monitoring/notificationChannel:NotificationChannel";
const args: AlertChannelsArgs = {
  slug: "prod",
  project: "chisan-prod",
  onCall: { email: "on-call@chisanpaper.com", phone: "+821000000000" },
  slack: { token: "xoxb-of-nobody", channels: { critical: "#incidents", warning: "#alerts", info: "#notices" } },
};

async function recorded(change: Partial<AlertChannelsArgs> = {}) {
  const built: AlertChannels[] = [];
  const resources = await recordResources(() => built.push(new AlertChannels("channels", { ...args, ...change })));
  return { resources, channels: built[0] as AlertChannels };
}

test("one SMS, one e-mail, and a Slack channel for each severity", async () => {
  const { resources } = await recorded();
  expect(names(resources)).toEqual([
    "chisan:infrastructure:AlertChannels channels",
    `${type} channels-email`,
    `${type} channels-slack-critical`,
    `${type} channels-slack-info`,
    `${type} channels-slack-warning`,
    `${type} channels-sms`,
  ]);
  expect(refusals(resources)).toEqual([]);
});

test("the inputs are exactly these", async () => {
  const { resources } = await recorded();
  expect(only(resources, type, "channels-sms").inputs).toEqual({
    project: "chisan-prod",
    type: "sms",
    displayName: "[prod] Primary on-call by SMS",
    description: "Critical alerts. Has to be verified once: docs/monitoring.md",
    labels: { number: "+821000000000" },
    userLabels: { environment: "prod" },
  });
  expect(only(resources, type, "channels-email").inputs).toEqual({
    project: "chisan-prod",
    type: "email",
    displayName: "[prod] Primary on-call by e-mail",
    description: "Critical alerts, warnings and the budget",
    labels: { email_address: "on-call@chisanpaper.com" },
    userLabels: { environment: "prod" },
  });
  const slack = only(resources, type, "channels-slack-warning");
  expect(slack.inputs).toEqual({
    project: "chisan-prod",
    type: "slack",
    displayName: "[prod] Slack, warning",
    description: "The Slack app has to be invited to the channel once: docs/monitoring.md",
    labels: { channel_name: "#alerts" },
    sensitiveLabels: { authToken: "xoxb-of-nobody" },
    userLabels: { environment: "prod", severity: "warning" },
  });
  expect(slack.secretInputs).toEqual(["sensitiveLabels.authToken"]);
});

test("section 6.3: critical SMS, Slack, e-mail; warning Slack, e-mail; info Slack", async () => {
  const { channels } = await recorded();
  const { critical, warning, info } = await promiseOf(pulumi.output(channels.bySeverity));
  expect({ critical, warning, info }).toEqual({
    critical: ["channels-sms_id", "channels-slack-critical_id", "channels-email_id"],
    warning: ["channels-slack-warning_id", "channels-email_id"],
    info: ["channels-slack-info_id"],
  });
  expect(await promiseOf(channels.email)).toBe("channels-email_id");
});

test("one Slack channel for all severities is three channels here, of different names", async () => {
  const { resources } = await recorded({ slack: { ...args.slack, channels: { critical: "#all", warning: "#all", info: "#all" } } });
  const titles = ofType(resources, type).map(({ inputs }) => inputs.displayName);
  expect(new Set(titles).size).toBe(5);
});

test.each(["incidents", "#In", "#a b", "#", `#${"a".repeat(81)}`])("the Slack channel %p is refused", async (critical) => {
  await expect(recorded({ slack: { ...args.slack, channels: { ...args.slack.channels, critical } } })).rejects.toThrow(
    /^CHI-C941 the Slack channel for critical is ".*": .*|^CHI-C941 .*pulumi config set --path chisan:slackChannels\.critical/,
  );
});

test("a Korean Slack channel is taken", async () => {
  const { resources } = await recorded({ slack: { ...args.slack, channels: { ...args.slack.channels, info: "#알림" } } });
  expect(only(resources, type, "channels-slack-info").inputs.labels).toEqual({ channel_name: "#알림" });
});
