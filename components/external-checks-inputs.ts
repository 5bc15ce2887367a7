import type { AlertChannelArgs } from "@checkly/pulumi/alertChannel";
import type { CheckArgs } from "@checkly/pulumi/check";
import type { CheckGroupArgs } from "@checkly/pulumi/checkGroup";
import { type Input, secret } from "@pulumi/pulumi";
import { alertChannels, type ChannelKind, type Severity, thresholds } from "../config/alert-thresholds";
import { external } from "../config/alert-thresholds-watch";
import { type EnvironmentSlug, physicalName } from "../config/naming";

/** Minutes between two runs (the provider's validator of `frequency`; its 0, several runs a minute, is not ours). */
export const checkFrequencies = [1, 5, 10, 15, 30, 60, 720, 1440] as const;
export type CheckFrequency = (typeof checkFrequencies)[number];

export interface ExternalChecksArgs {
  readonly slug: EnvironmentSlug;
  readonly appHost: string;
  readonly apiHost: string;
  /** Whether the hosts are this environment's now. Otherwise another one answers there, and is checked by its own. */
  readonly live: boolean;
  /** Minutes. */
  readonly everyMinutes: CheckFrequency;
  /** The primary on-call (section 4.3). */
  readonly onCall: { readonly email: string; readonly phone: string };
  readonly slack: {
    /** Of the Slack app that may write to the channels; kept secret whatever is given. */
    readonly token: Input<string>;
    /** With their `#`. */
    readonly channels: Readonly<Record<Severity, string>>;
  };
}

/**
 * Where the checks run from: the users' country, and the next one, which tells an outage of ours from one of Seoul's network. Of Checkly's public
 * locations; a run takes one of them, in turn.
 */
export const checkLocations = ["ap-northeast-2", "ap-northeast-1"] as const;

/** Google and Vercel renew a certificate a month before its end: with two weeks left that has failed, and there is still time. */
export const certificateWarningDays = 14;

/** @throws CHI-C970 for what is no host, CHI-C971 for one host that is both, CHI-C972 for a frequency that Checkly does not offer */
export function checkExternalChecks({ appHost, apiHost, everyMinutes }: Pick<ExternalChecksArgs, "appHost" | "apiHost" | "everyMinutes">): void {
  for (const [name, host] of Object.entries({ appHost, apiHost })) {
    if (/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host)) continue;
    throw new Error(`CHI-C970 the external checks' ${name} is "${host}": give a host name alone, without scheme, port or path, in stacks/`);
  }
  if (appHost === apiHost) throw new Error(`CHI-C971 the external checks' appHost and apiHost are both "${appHost}": give each its own in stacks/`);
  if (!checkFrequencies.includes(everyMinutes)) {
    throw new Error(`CHI-C972 the external checks would run every ${String(everyMinutes)} minutes: Checkly offers ${checkFrequencies.join(", ")}; correct stacks/`);
  }
}

/** Slack's method for a message. Checkly's own kind of Slack channel would need a webhook for each channel, and so more secrets. */
const slackMessages = "https://slack.com/api/chat.postMessage";

/** In Checkly's template language: what happened, to which check, seen from where, and where to read on. */
const slackText = "*{{ALERT_TITLE}}* ({{CHECK_NAME}}, from {{REGION}}, {{RESPONSE_TIME}} ms) <{{RESULT_LINK}}|result>";

function slackWebhook({ slug, slack }: ExternalChecksArgs, severity: Severity): AlertChannelArgs["webhook"] {
  return {
    name: physicalName(slug, `slack-${severity}`),
    method: "POST",
    url: slackMessages,
    headers: secret({ Authorization: secret(slack.token).apply((token) => `Bearer ${token}`), "Content-Type": "application/json; charset=utf-8" }),
    template: JSON.stringify({ channel: slack.channels[severity], text: slackText, unfurl_links: false }),
  };
}

/** A failing check is critical and a degraded one a warning (section 6.2's two thresholds are their limits); the end of a certificate is a warning. */
function tellsOf(kind: ChannelKind, severities: readonly Severity[] = ["critical", "warning"]): AlertChannelArgs {
  const told = severities.filter((severity) => alertChannels[severity].channels.includes(kind));
  const warning = told.includes("warning");
  return {
    sendFailure: told.includes("critical"),
    sendDegraded: warning,
    sendRecovery: true,
    sslExpiry: warning,
    sslExpiryThreshold: certificateWarningDays,
  };
}

/** By part of the logical name: section 6.3, as far as the outside can see anything. */
export function alertChannelInputs(args: ExternalChecksArgs): Readonly<Record<"sms" | "email" | "slack-critical" | "slack-warning", AlertChannelArgs>> {
  return {
    sms: { sms: { name: physicalName(args.slug, "on-call"), number: args.onCall.phone }, ...tellsOf("sms") },
    email: { email: { address: args.onCall.email }, ...tellsOf("email") },
    "slack-critical": { webhook: slackWebhook(args, "critical"), ...tellsOf("slack", ["critical"]) },
    "slack-warning": { webhook: slackWebhook(args, "warning"), ...tellsOf("slack", ["warning"]) },
  };
}

/**
 * The group: its settings hold for its checks, whatever they say themselves (Checkly's API reference, check groups of the first version, which is what
 * this provider makes).
 *
 * `alertSettings` has every block that Checkly answers with, the unused ones too: the provider keeps them as a set, and would see a difference at each `up`
 * between its answer and half of it.
 */
export function checkGroupInputs({ slug, live }: ExternalChecksArgs, channelIds: readonly Input<number>[]): CheckGroupArgs {
  return {
    name: physicalName(slug, "external"),
    activated: live,
    muted: !live,
    concurrency: 4,
    locations: [...checkLocations],
    // Before anybody is told, a second run from another place must fail too.
    doubleCheck: external.doubleCheck,
    useGlobalAlertSettings: false,
    alertSettings: {
      escalationType: "RUN_BASED",
      runBasedEscalations: [{ failedRunThreshold: 1 }],
      timeBasedEscalations: [{ minutesFailingThreshold: 5 }],
      // For two hours and a half, every half an hour, unless it has recovered.
      reminders: [{ amount: 5, interval: 30 }],
      // Obsolete: the channels' `sslExpiry` took its place.
      sslCertificates: [{ enabled: false }],
    },
    alertChannelSubscriptions: channelIds.map((channelId) => ({ channelId, activated: true })),
    tags: ["chisan", slug],
  };
}

interface Target {
  readonly url: string;
  /** What the answer's JSON must hold, by path. */
  readonly json: Readonly<Record<string, string>>;
  /** Milliseconds: a warning from the first on, a failure from the second. */
  readonly limits: readonly [number, number];
}

/** Section 6.2 of the operations document. Its 95th percentile is Cloud Monitoring's; here one answer counts, and is asked for twice. */
const apiLimits = [thresholds.apiResponseTime.warning.above, thresholds.apiResponseTime.critical.above] as const;

/** The document has no figure for pages. What is critical for the API is slow for a page, and after ten seconds nobody waits any more. */
const pageLimits = [thresholds.apiResponseTime.critical.above, 10_000] as const;

type CheckPart = (typeof external.checksOfApi)[number] | "app-page";

/**
 * What is checked, by part of the logical name. `status` is "ok" in every answer of the health controller (section 6.4), also while the database is out:
 * only its parts tell. All of them are asked for here; Google's check of the same address compares one, the database (uptime-checks.ts).
 *
 * Every check that the API answers is counted as its traffic (`external.checksOfApi`).
 */
export function checkTargets({ appHost, apiHost }: Pick<ExternalChecksArgs, "appHost" | "apiHost">): Readonly<Record<CheckPart, Target>> {
  const parts = { "$.status": "ok", "$.checks.database.status": "ok", "$.checks.storage.status": "ok" };
  return {
    "api-health": { url: `https://${apiHost}/health`, json: parts, limits: apiLimits },
    "api-ready": { url: `https://${apiHost}/health/ready`, json: { "$.ready": "true" }, limits: apiLimits },
    "app-page": { url: `https://${appHost}/`, json: {}, limits: pageLimits },
    // The API through the web app, as the runbook asks it (section 9): Vercel's rewrite as well.
    "app-api-health": { url: `https://${appHost}/api/health`, json: parts, limits: apiLimits },
  };
}

export function checkInputs({ slug, live, everyMinutes }: ExternalChecksArgs, part: string, target: Target, groupId: Input<number>): CheckArgs {
  const [degradedResponseTime, maxResponseTime] = target.limits;
  return {
    name: physicalName(slug, part),
    type: "API",
    activated: live,
    muted: !live,
    frequency: everyMinutes,
    groupId,
    degradedResponseTime,
    maxResponseTime,
    request: {
      method: "GET",
      url: target.url,
      // A page may lead on to the sign-in; the health endpoints answer themselves.
      followRedirects: Object.keys(target.json).length === 0,
      skipSsl: false,
      assertions: [
        { source: "STATUS_CODE", comparison: "EQUALS", target: "200" },
        ...Object.entries(target.json).map(([property, value]) => ({ source: "JSON_BODY", property, comparison: "EQUALS", target: value })),
      ],
    },
    tags: ["chisan", slug],
  };
}
