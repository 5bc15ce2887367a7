import type * as pulumi from "@pulumi/pulumi";
import * as monitoring from "@pulumi/gcp/monitoring";
import { checkBackupKinds } from "./monitoring-checks";
import { type AlertPoliciesArgs, alertPolicyInputs } from "./alert-policies-inputs";
import { alertRules } from "./alert-policies-rules";
import { ChisanComponent } from "./component";

/**
 * A policy for each threshold of section 6.2 in each severity, for each backup that may be missing, for the exporter's silence and for failed jobs.
 *
 * Depends on the descriptors of the exported metrics (`dependsOn`): Cloud Monitoring refuses a policy on a metric that it does not know.
 */
export class AlertPolicies extends ChisanComponent {
  public constructor(name: string, args: AlertPoliciesArgs, options?: pulumi.ComponentResourceOptions) {
    super("AlertPolicies", name, options);
    checkBackupKinds(args.backupKinds);
    for (const rule of alertRules(args)) {
      new monitoring.AlertPolicy(`${name}-${rule.key}`, alertPolicyInputs(args, rule), this.child({ dependsOn: options?.dependsOn }));
    }
    this.registerOutputs({});
  }
}
