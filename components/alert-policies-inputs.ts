import type * as pulumi from "@pulumi/pulumi";
import type * as monitoring from "@pulumi/gcp/monitoring";
import type * as inputs from "@pulumi/gcp/types/input";
import type { Severity } from "../config/alert-thresholds";
import type { ScheduledKind } from "../config/exported-metrics";
import { type RunbookKey, renderRunbookEntry, runbookEntry, runbookPlace, runbookUrl } from "../config/monitoring-docs-runbook";
import type { EnvironmentSlug } from "../config/naming";

export type Condition = inputs.monitoring.AlertPolicyCondition;

/** Names of notification channels by severity. */
export type ChannelsBySeverity = Readonly<Record<Severity, readonly pulumi.Input<string>[]>>;

/** What every policy needs, whatever it is about. */
export interface PolicySetting {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** `owner/name` on GitHub, where the runbook is. */
  readonly repository: string;
  /** The API's Cloud Run service: the same name in every region. */
  readonly apiService: string;
  readonly channels: ChannelsBySeverity;
}

export interface AlertPoliciesArgs extends PolicySetting {
  /** What the environment runs on a schedule. */
  readonly backupKinds: readonly ScheduledKind[];
}

/** One policy: one severity, and so one list of channels (design fact 8). */
export interface AlertRule {
  /** Unique in the environment; the end of the logical name. */
  readonly key: string;
  readonly severity: Severity;
  /** What is wrong, with the threshold. */
  readonly title: string;
  readonly runbook: RunbookKey;
  readonly conditions: readonly Condition[];
  /** All conditions together; else any. */
  readonly together?: true;
  /** How long an incident stays open without data. */
  readonly autoCloseSeconds?: number;
}

/** Cloud Monitoring closes an incident without data after 7 days at most and 30 minutes at least; after a day nobody works on it any more. */
const autoCloseSeconds = 86_400;
/** For what is wrong exactly because there is no data. */
export const longestAutoCloseSeconds = 604_800;

/** Cloud Monitoring knows no "info"; such a policy has no severity there, and its label says what it is. */
const vendorSeverity: Readonly<Record<Severity, string | undefined>> = { critical: "CRITICAL", warning: "WARNING", info: undefined };

/** `[prod] critical: Error rate > 5 %`: what a phone shows first is where and how bad. */
export function policyDisplayName(slug: EnvironmentSlug, { severity, title }: Pick<AlertRule, "severity" | "title">): string {
  return `[${slug}] ${severity}: ${title}`;
}

export function alertPolicyInputs(setting: PolicySetting, rule: AlertRule): monitoring.AlertPolicyArgs {
  const { slug, project, repository, apiService, channels } = setting;
  const severity = vendorSeverity[rule.severity];
  const link = runbookUrl(repository, rule.runbook);
  const entry = runbookEntry(rule.runbook, runbookPlace(slug, project, apiService));
  return {
    project,
    displayName: policyDisplayName(slug, rule),
    combiner: rule.together === true ? "AND" : "OR",
    conditions: [...rule.conditions],
    notificationChannels: [...channels[rule.severity]],
    ...(severity === undefined ? {} : { severity }),
    alertStrategy: { autoClose: `${rule.autoCloseSeconds ?? autoCloseSeconds}s` },
    documentation: {
      mimeType: "text/markdown",
      content: `${renderRunbookEntry(entry)}\n\nRunbook: ${link}`,
      links: [{ displayName: "Runbook", url: link }],
    },
    userLabels: { environment: slug, severity: rule.severity, alert: rule.key },
  };
}

/** A restriction to one metric of one kind of resource, and to labels' values. Cloud Monitoring refuses a filter without both types. */
export function metricFilter(metric: string, resource: string, labels: Readonly<Record<string, string>> = {}): string {
  const restrictions = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return [`metric.type="${metric}"`, `resource.type="${resource}"`, ...restrictions].join(" AND ");
}
