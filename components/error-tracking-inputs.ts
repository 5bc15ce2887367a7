import { type Input, output } from "@pulumi/pulumi";
import type { SentryIssueAlertArgs } from "@pulumiverse/sentry/sentryIssueAlert";
import type { SentryKeyArgs } from "@pulumiverse/sentry/sentryKey";
import type { SentryMetricAlertArgs } from "@pulumiverse/sentry/sentryMetricAlert";
import type { SentryProjectArgs } from "@pulumiverse/sentry/sentryProject";
import type { SentryTeamArgs } from "@pulumiverse/sentry/sentryTeam";
import { type Severity, thresholds } from "../config/alert-thresholds";
import type { Consumer } from "../config/environment-variables";
import { type EnvironmentSlug, physicalName } from "../config/naming";

export interface ErrorTrackingArgs {
  readonly slug: EnvironmentSlug;
  /** The organization's slug. It exists beforehand, and is one for all environments. */
  readonly organization: string;
  readonly slack: {
    /** The workspace's name as Sentry shows it (Settings, Integrations, Slack). Connecting the two is a click that no API can do. */
    readonly workspace: string;
    /** With their `#`. */
    readonly channels: Readonly<Record<Severity, string>>;
  };
  /** Refuse to delete the projects: their errors and what was said of them would go too. */
  readonly protect: boolean;
}

/** The applications that report errors, each to a project of its own. */
export const trackedApps = ["web", "api"] as const satisfies readonly Consumer[];

/** Sentry's limit on slugs that every version of it takes (teams: 50; projects: 50 until 2024, 100 since). */
const slugLength = 50;

/**
 * The slug and name of a team or project. Environments share the organization, so that both carry the environment's.
 *
 * @throws CHI-C980 for what Sentry would refuse
 */
export function sentrySlug(environment: EnvironmentSlug, part?: string): string {
  const slug = part === undefined ? `chisan-${environment}` : physicalName(environment, part);
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(slug) || slug.length > slugLength) {
    throw new Error(
      `CHI-C980 "${slug}" (${slug.length} characters) cannot be a slug at Sentry: use at most ${slugLength} lower-case letters, digits, hyphens and underscores`,
    );
  }
  return slug;
}

/** @throws CHI-C981 for what is no organization's slug, CHI-C982 without a workspace, and CHI-C980 */
export function checkErrorTracking({ slug, organization, slack }: ErrorTrackingArgs): void {
  for (const app of [undefined, ...trackedApps]) sentrySlug(slug, app);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(organization) || /^\d+$/.test(organization)) {
    throw new Error(`CHI-C981 "${organization}" is no organization's slug at Sentry: it is the first part of its address, <slug>.sentry.io; run: pulumi config set chisan:sentryOrganization <slug>`);
  }
  if (slack.workspace.trim() === "") {
    throw new Error("CHI-C982 error tracking has no Slack workspace: give its name as Sentry shows it; run: pulumi config set chisan:sentrySlackWorkspace <name>");
  }
}

/** Whoever is in it gets this environment's e-mails. Joining is the members' own, or their manager's, click. */
export function teamInputs({ slug, organization }: ErrorTrackingArgs): SentryTeamArgs {
  return { organization, name: sentrySlug(slug), slug: sentrySlug(slug) };
}

/**
 * A project for each application of each environment: a tester's error is then nobody's alert in prod, and prod's key can be withdrawn alone.
 *
 * Without a platform, which decides on nothing but the instructions that Sentry shows: the provider looks each one up in a list at docs.sentry.io that is not
 * kept any more. It lacks NestJS, and every preview would depend on it.
 */
export function projectInputs({ slug, organization }: ErrorTrackingArgs, app: Consumer, team: Input<string>): SentryProjectArgs {
  return { organization, name: sentrySlug(slug, app), slug: sentrySlug(slug, app), teams: [team] };
}

/** Events a minute that a key takes: a loop in one browser must not use up the organization's month. Sentry drops what is more. */
export const eventsPerMinute = 300;

/** The key whose address (DSN) an application reports to. */
export function keyInputs({ slug, organization }: ErrorTrackingArgs, app: Consumer, project: Input<string>): SentryKeyArgs {
  return { organization, project, name: sentrySlug(slug, app), rateLimitCount: eventsPerMinute, rateLimitWindow: 60 };
}

/** Who is told. Sentry sends no SMS: what is critical for the whole system reaches the telephone from Cloud Monitoring and Checkly. */
export interface Receivers {
  /** The team's number, not its slug. */
  readonly team: Input<string>;
  /** The number of the Slack workspace's connection. */
  readonly workspace: Input<string>;
}

type Rule = { readonly title: string; readonly severity: Severity; readonly everyMinutes: number; readonly conditions: Record<string, string>[] };

const condition = (name: string, more: Record<string, string> = {}): Record<string, string> => ({ id: `sentry.rules.conditions.${name}`, ...more });
/** Sentry counts sessions, and says nothing below 50 of them: one failed session of three is no rate. */
const ofSessions = (percent: number, interval: "5m" | "1h"): Record<string, string>[] => [
  condition("event_frequency.EventFrequencyPercentCondition", { value: String(percent), interval, comparisonType: "count" }),
];
const { warning, critical } = thresholds.errorRate;

/** By part of the logical name. The shares are the error rates of section 6.2, here of users' sessions: the browser's errors reach no other system. */
export const issueRules: Readonly<Record<string, Rule>> = {
  new: {
    title: "New or returned error",
    severity: "warning",
    everyMinutes: 60,
    conditions: [condition("first_seen_event.FirstSeenEventCondition"), condition("regression_event.RegressionEventCondition")],
  },
  "share-warning": { title: `Error in more than ${warning.above} % of sessions`, severity: "warning", everyMinutes: 60, conditions: ofSessions(warning.above, "1h") },
  "share-critical": { title: `Error in more than ${critical.above} % of sessions`, severity: "critical", everyMinutes: 30, conditions: ofSessions(critical.above, "5m") },
};

/** One rule on the issues of a project: at most one message in so many minutes for each issue. */
export function issueAlertInputs(args: ErrorTrackingArgs, rule: Rule, project: Input<string>, { team, workspace }: Receivers): SentryIssueAlertArgs {
  return {
    organization: args.organization,
    project,
    name: rule.title,
    actionMatch: "any",
    filterMatch: "all",
    frequency: rule.everyMinutes,
    conditions: rule.conditions,
    actions: [
      { id: "sentry.mail.actions.NotifyEmailAction", targetType: "Team", targetIdentifier: team, fallthroughType: "ActiveMembers" },
      { id: "sentry.integrations.slack.notify_action.SlackNotifyServiceAction", workspace, channel: args.slack.channels[rule.severity], tags: "environment,level,release" },
    ],
  };
}

/** Minutes that the number of events is counted over. */
const volumeWindow = 5;

/** Of what the key lets pass in that time. Above, errors are about to be dropped unseen. */
export const volumeShares = { warning: 0.5, critical: 0.9 } as const;

/** An alert on the number of errors, whatever they are. Sentry wants the critical trigger first. */
export function volumeAlertInputs(args: ErrorTrackingArgs, app: Consumer, project: Input<string>, { team, workspace }: Receivers): SentryMetricAlertArgs {
  const trigger = (severity: "critical" | "warning") => ({
    label: severity,
    thresholdType: 0,
    alertThreshold: volumeShares[severity] * eventsPerMinute * volumeWindow,
    actions: [
      { type: "email", targetType: "team", targetIdentifier: team },
      { type: "slack", targetType: "specific", targetIdentifier: args.slack.channels[severity], integrationId: output(workspace).apply(Number) },
    ],
  });
  return {
    organization: args.organization,
    project,
    name: `${sentrySlug(args.slug, app)}: errors near the limit of the key`,
    dataset: "events",
    // One alone: of several, Sentry does not keep the order, and the provider would see a difference.
    eventTypes: ["error"],
    query: "",
    aggregate: "count()",
    timeWindow: volumeWindow,
    // Above, not below.
    thresholdType: 0,
    triggers: [trigger("critical"), trigger("warning")],
  };
}
