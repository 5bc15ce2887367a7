import type * as pulumi from "@pulumi/pulumi";
import { AlertChannels, type AlertChannelsArgs } from "./alert-channels";
import { AlertPolicies } from "./alert-policies";
import type { AlertPoliciesArgs } from "./alert-policies-inputs";
import { ChisanComponent } from "./component";
import { LogRetention, type LogRetentionArgs } from "./log-retention";
import { MonitoredMetrics } from "./monitoring-metrics";
import { SpendBudget, type SpendBudgetArgs } from "./spend-budget";
import { UptimeChecks, type UptimeChecksArgs } from "./uptime-checks";

export interface MonitoringArgs
  extends
    AlertChannelsArgs,
    LogRetentionArgs,
    Pick<AlertPoliciesArgs, "repository" | "backupKinds">,
    Pick<UptimeChecksArgs, "hosts">,
    Pick<SpendBudgetArgs, "projectNumber" | "billingAccount" | "monthlyBudget"> {}

/** Section 6 on Google Cloud: who is told of what. The thresholds are data (config/alert-thresholds.ts), the same in every environment. */
export class Monitoring extends ChisanComponent {
  public readonly channels: AlertChannels;
  /** The descriptors of the exported metrics: the exporter should not write before they are there. */
  public readonly metrics: MonitoredMetrics;

  public constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("Monitoring", name, options);
    const { slug, project, repository, apiService } = args;
    const part = { parent: this, dependsOn: options?.dependsOn };
    this.channels = new AlertChannels(`${name}-channels`, args, part);
    this.metrics = new MonitoredMetrics(`${name}-metrics`, { project }, part);
    const policy = { slug, project, repository, apiService, channels: this.channels.bySeverity };
    const { backupKinds, hosts } = args;
    new AlertPolicies(`${name}-policies`, { ...policy, backupKinds }, { parent: this, dependsOn: this.metrics });
    new UptimeChecks(`${name}-uptime`, { ...policy, hosts }, part);
    new LogRetention(`${name}-logs`, { slug, project, apiService, realData: args.realData }, part);
    const { projectNumber, billingAccount, monthlyBudget } = args;
    const budget = { slug, project, projectNumber, billingAccount, monthlyBudget, emailChannels: [this.channels.email] };
    new SpendBudget(`${name}-budget`, budget, part);
    this.registerOutputs({});
  }
}
