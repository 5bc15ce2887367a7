import type * as pulumi from "@pulumi/pulumi";
import * as projects from "@pulumi/gcp/projects";
import { ChisanComponent } from "./component";

/** A Google API and why an environment needs it. */
export interface ProjectApi {
  /** The part before `.googleapis.com`. */
  readonly api: string;
  readonly why: string;
}

/** The Google APIs that are used, and nothing more: an API that is off cannot be misused or billed. */
export const projectApis: readonly ProjectApi[] = [
  { api: "artifactregistry", why: "ContainerRegistry holds the API's images" },
  { api: "billingbudgets", why: "Monitoring: the budget, which lies on the billing account" },
  { api: "certificatemanager", why: "LoadBalancer: a certificate that is proven by a DNS record" },
  { api: "cloudresourcemanager", why: "AccessControl and DeployIdentity: the project's IAM policy" },
  { api: "cloudscheduler", why: "backups, restore tests, drills and the metrics exporter start by themselves" },
  { api: "compute", why: "FixedEgress and LoadBalancer: networks, addresses, Cloud Armor" },
  { api: "containerscanning", why: "Artifact Registry scans each pushed image for known vulnerabilities only while this API is on" },
  { api: "iam", why: "each workload runs as a service account of its own" },
  { api: "iamcredentials", why: "DeployIdentity: the deployer's short-lived token" },
  { api: "logging", why: "Monitoring: retention and levels of logs" },
  { api: "monitoring", why: "Monitoring: metrics, alerts, channels and uptime checks" },
  { api: "run", why: "ApiService" },
  { api: "secretmanager", why: "SecretStore" },
  { api: "sts", why: "DeployIdentity: trades GitHub's token" },
];

export interface ProjectServicesArgs {
  /** The Google Cloud project's id. */
  readonly project: string;
}

/**
 * `disableOnDestroy` is false: switching an API off deletes what other stacks of the project still hold in it. For the same reason
 * `disableDependentServices` is left out (its default is not to).
 */
export function projectServiceInputs(args: ProjectServicesArgs, { api }: ProjectApi): projects.ServiceArgs {
  return { project: args.project, service: `${api}.googleapis.com`, disableOnDestroy: false };
}

/** Switches on the Google APIs of one project. Give this component in `dependsOn` of whatever needs them. */
export class ProjectServices extends ChisanComponent {
  public constructor(name: string, args: ProjectServicesArgs, options?: pulumi.ComponentResourceOptions) {
    super("ProjectServices", name, options);
    for (const projectApi of projectApis) {
      new projects.Service(`${name}-${projectApi.api}`, projectServiceInputs(args, projectApi), this.child());
    }
    this.registerOutputs({});
  }
}
