import { secret } from "../engine-client";
import type { Declared, Made } from "../whole-environment";

const organization = "chisan-sandbox";
const number = (made: Made, name: string): number => Number(made[name]!.id);
const out = (made: Made, name: string, property: string): string => String(made[name]!.outputs[property]);

/** One of every modelled type of Checkly and Sentry, as the checks and the error tracking of an environment use them. */
export function checklyAndSentry(slug: string): Declared[] {
  const [team, project] = [`chisan-${slug}`, `chisan-${slug}-api`];
  const atSentry = { organization, project };
  const sentry = (kind: string, name: string, inputs: Declared["inputs"], importId?: Declared["importId"]): Declared => ({
    token: `sentry:index/${kind}:${kind.replace(/^s/, "S")}`,
    name,
    inputs,
    importId,
  });
  return [
    {
      token: "checkly:index/alertChannel:AlertChannel",
      name: "alert-mail",
      inputs: () => ({ email: { address: "on-call@chisanpaper.com" }, sendDegraded: true, sslExpiry: true, sslExpiryThreshold: 14 }),
    },
    {
      token: "checkly:index/alertChannel:AlertChannel",
      name: "alert-slack",
      inputs: () => ({ slack: { channel: "#incidents", url: secret("https://hooks.slack.com/services/T0/B0/sandbox") } }),
    },
    {
      token: "checkly:index/checkGroup:CheckGroup",
      name: "check-group",
      inputs: (made) => ({
        name: team,
        activated: true,
        concurrency: 2,
        locations: ["ap-northeast-2", "ap-northeast-1"],
        alertSettings: { escalationType: "RUN_BASED", runBasedEscalations: [{ failedRunThreshold: 1 }], reminders: [{ amount: 2, interval: 30 }] },
        alertChannelSubscriptions: ["alert-mail", "alert-slack"].map((name) => ({ channelId: number(made, name), activated: true })),
      }),
    },
    {
      token: "checkly:index/check:Check",
      name: "check-health",
      inputs: (made) => ({
        name: "health",
        type: "API",
        activated: true,
        frequency: 1,
        groupId: number(made, "check-group"),
        degradedResponseTime: 500,
        maxResponseTime: 2000,
        request: {
          url: "https://api.chisan.app/health",
          assertions: [
            { source: "STATUS_CODE", comparison: "EQUALS", target: "200" },
            { source: "JSON_BODY", property: "$.status", comparison: "EQUALS", target: "ok" },
          ],
        },
      }),
    },
    sentry("sentryTeam", "sentry-team", () => ({ organization, name: team, slug: team }), () => `${organization}/${team}`),
    sentry(
      "sentryProject",
      "sentry-project",
      (made) => ({ organization, name: project, slug: project, teams: [out(made, "sentry-team", "slug")] }),
      () => `${organization}/${project}`,
    ),
    sentry(
      "sentryKey",
      "sentry-key",
      () => ({ ...atSentry, name: "api", rateLimitCount: 300, rateLimitWindow: 60 }),
      (made) => `${organization}/${project}/${made["sentry-key"]!.id}`,
    ),
    sentry("sentryIssueAlert", "sentry-issue-alert", (made) => ({
      ...atSentry,
      name: "new",
      actionMatch: "any",
      filterMatch: "all",
      frequency: 60,
      conditions: [{ id: "sentry.rules.conditions.first_seen_event.FirstSeenEventCondition" }],
      actions: [
        {
          id: "sentry.mail.actions.NotifyEmailAction",
          targetType: "Team",
          targetIdentifier: out(made, "sentry-team", "internalId"),
          fallthroughType: "ActiveMembers",
        },
      ],
    })),
    sentry("sentryMetricAlert", "sentry-metric-alert", (made) => ({
      ...atSentry,
      name: "many",
      dataset: "events",
      eventTypes: ["error"],
      query: "",
      aggregate: "count()",
      timeWindow: 5,
      thresholdType: 0,
      triggers: [
        {
          label: "critical",
          thresholdType: 0,
          alertThreshold: 1200,
          actions: [{ type: "email", targetType: "team", targetIdentifier: out(made, "sentry-team", "internalId") }],
        },
      ],
    })),
  ];
}
