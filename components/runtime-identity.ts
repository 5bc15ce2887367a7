import type * as pulumi from "@pulumi/pulumi";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import { ChisanComponent } from "./component";

export interface RuntimeIdentityArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** What runs as this account: the last part of its id, e.g. `api`. */
  readonly workload: string;
}

/** What Google accepts as a service account's id: 6 to 30 characters, from the provider's own validator (see sandbox/oracle/gcp.json). */
const accountIdPattern = /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/;

/** @throws CHI-C401 when the account's id would not be one that Google accepts */
export function runtimeIdentityInputs(args: RuntimeIdentityArgs): serviceaccount.AccountArgs {
  const accountId = physicalName(args.slug, args.workload);
  if (!accountIdPattern.test(accountId)) {
    throw new Error(
      `CHI-C401 the service account id "${accountId}" (${accountId.length} characters) is not 6 to 30 characters of a-z, 0-9 and "-": shorten the workload "${args.workload}" in stacks/`,
    );
  }
  return {
    project: args.project,
    accountId,
    displayName: `${args.workload} (${args.slug})`,
    description: `Identity of the running ${args.workload}. Managed by Pulumi; has no keys and no project-wide role.`,
  };
}

/**
 * The service account that a workload runs as. It stands apart from the workload because the secrets must grant to it before the
 * workload, which reads them at start, can exist.
 *
 * It has no role on the project. Cloud Run itself collects what a container writes to stdout, its request metrics and its trace spans,
 * so logging.logWriter, monitoring.metricWriter and cloudtrace.agent are not needed. What it may read is granted on the one secret
 * (SecretStore `readers`), never on the project. No key is made: Cloud Run gives the account to the container by its metadata server.
 */
export class RuntimeIdentity extends ChisanComponent {
  public readonly email: pulumi.Output<string>;
  /** The account as an IAM member: `serviceAccount:…`. */
  public readonly member: pulumi.Output<string>;

  public constructor(name: string, args: RuntimeIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("RuntimeIdentity", name, options);
    const account = new serviceaccount.Account(
      `${name}-account`,
      runtimeIdentityInputs(args),
      this.child({ dependsOn: options?.dependsOn }),
    );
    this.email = account.email;
    this.member = account.member;
    this.registerOutputs({ email: this.email });
  }
}
