import type * as pulumi from "@pulumi/pulumi";
import * as projects from "@pulumi/gcp/projects/iammember";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { EnvironmentSlug } from "../config/naming";
import { ChisanComponent } from "./component";
import { runtimeIdentityInputs } from "./runtime-identity";

export interface MetricsExporterIdentityArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
}

/** @throws CHI-C401 when the account's id would not be one that Google accepts */
export function exporterAccountInputs({ slug, project }: MetricsExporterIdentityArgs): serviceaccount.AccountArgs {
  return {
    ...runtimeIdentityInputs({ slug, project, workload: "metrics" }),
    description: "Identity of the running metrics exporter: writes metrics, and reads its own secrets. Managed by Pulumi; has no keys.",
  };
}

/** The only role on the project. Cloud Monitoring has none for certain metrics only; it cannot read any, nor change an alert. */
export function metricWriterInputs(project: string, member: pulumi.Input<string>): projects.IAMMemberArgs {
  return { project, role: "roles/monitoring.metricWriter", member };
}

/** The account that the metrics exporter runs as. Apart from the exporter, because the secrets must grant to it before the exporter can exist. */
export class MetricsExporterIdentity extends ChisanComponent {
  public readonly email: pulumi.Output<string>;
  /** The account as an IAM member: `serviceAccount:…`. */
  public readonly member: pulumi.Output<string>;
  /** Without it nothing can be written. */
  public readonly writeGrant: pulumi.Resource;

  public constructor(name: string, args: MetricsExporterIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("MetricsExporterIdentity", name, options);
    const ready = this.child({ dependsOn: options?.dependsOn });
    const account = new serviceaccount.Account(`${name}-account`, exporterAccountInputs(args), ready);
    this.writeGrant = new projects.IAMMember(`${name}-metric-writer`, metricWriterInputs(args.project, account.member), ready);
    this.email = account.email;
    this.member = account.member;
    this.registerOutputs({ email: this.email });
  }
}
