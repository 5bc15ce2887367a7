import * as iam from "@pulumi/gcp/iam";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import { ChisanComponent } from "./component";
import {
  type DeployIdentityArgs,
  actAsInputs,
  checkDeployIdentity,
  customRoleInputs,
  deployerInputs,
  federatedMember,
  poolInputs,
  poolProviderInputs,
  projectRoleInputs,
} from "./deploy-identity-inputs";
import { deployerRoles } from "./deploy-roles";

/**
 * How GitHub Actions gets into one environment, without a key: a job of exactly one repository, in exactly this deployment environment, trades
 * its GitHub token for the deployer's, which lives for an hour. Which tokens are taken is `attributeCondition`; what the deployer may do is
 * deploy-roles.ts.
 *
 * **The first `pulumi up` of an environment is done by a person with owner rights on its Google Cloud project**, from a laptop: before it there is
 * no deployer. Later ones are the deployer's. A change of this component, of the deployer's roles (a new resource type), a new account that something
 * runs as, or of who may use such an account is a person's again: the deployer reads these and cannot change them, so Google answers 403.
 *
 * Not to be had from here:
 * - At GitHub, the environment's rules (who approves; for prod and chisan-dr only `main`, protected): a person sets them, in the repository's settings.
 * - On the billing account, `billingAccountRoles`: it is the company's and not in the project. An administrator of billing grants them once:
 *   `gcloud billing accounts add-iam-policy-binding <account> --member serviceAccount:<deployer> --role roles/billing.costsManager`.
 * - An identity that only previews, for pull requests: a preview refreshes secrets, so it would read them all. Pull requests are previewed in the
 *   sandbox, which needs no cloud.
 */
export class DeployIdentity extends ChisanComponent {
  /** `projects/<number>/locations/global/workloadIdentityPools/<id>/providers/github`: what the workflow names to trade its token. */
  public readonly identityProvider: pulumi.Output<string>;
  /** The deployer's e-mail address, which the workflow names with it. */
  public readonly serviceAccount: pulumi.Output<string>;
  /** The deployment environment at GitHub whose jobs are taken. */
  public readonly githubEnvironment: string;
  /** Granted by nobody here; see above. */
  public readonly billingAccountRoles: readonly string[];

  public constructor(name: string, args: DeployIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("DeployIdentity", name, options);
    checkDeployIdentity(args);
    const { dependsOn } = options ?? {};
    const ending = new RandomId(`${name}-pool-ending`, { byteLength: 2 }, this.child());
    const pool = new iam.WorkloadIdentityPool(`${name}-pool`, poolInputs(args, ending.hex), this.child({ dependsOn }));
    const provider = new iam.WorkloadIdentityPoolProvider(
      `${name}-provider`,
      poolProviderInputs(args, pool.workloadIdentityPoolId),
      this.child(),
    );
    const deployer = new serviceaccount.Account(`${name}-account`, deployerInputs(args), this.child({ dependsOn }));
    new serviceaccount.IAMMember(
      `${name}-federation`,
      {
        serviceAccountId: pulumi.interpolate`projects/${args.project}/serviceAccounts/${deployer.email}`,
        role: "roles/iam.workloadIdentityUser",
        member: pool.name.apply((path) => federatedMember(args, path)),
      },
      this.child(),
    );
    this.grantRoles(args, deployer.member, dependsOn);
    for (const [workload, account] of Object.entries(args.runtimeAccounts)) {
      new serviceaccount.IAMMember(`${name}-act-as-${workload}`, actAsInputs(args, account, deployer.member), this.child());
    }
    this.identityProvider = provider.name;
    this.serviceAccount = deployer.email;
    this.githubEnvironment = args.stack;
    this.billingAccountRoles = deployerRoles.filter(({ on }) => on === "billing account").map(({ role }) => role);
    this.registerOutputs({ identityProvider: this.identityProvider, serviceAccount: this.serviceAccount });
  }

  private grantRoles(
    args: DeployIdentityArgs,
    member: pulumi.Input<string>,
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): void {
    const custom = new projects.IAMCustomRole(`${this.name}-custom-role`, customRoleInputs(args), this.child({ dependsOn }));
    new projects.IAMMember(`${this.name}-role-custom`, { project: args.project, role: custom.name, member }, this.child());
    for (const { role, on } of deployerRoles) {
      const inputs = on === "project" ? projectRoleInputs(args, role, member) : undefined;
      if (inputs !== undefined) new projects.IAMMember(`${this.name}-role-${roleSlug(role)}`, inputs, this.child({ dependsOn }));
    }
  }
}

/** `roles/compute.networkAdmin` → `compute-network-admin`, for the resource's logical name. */
function roleSlug(role: string): string {
  return role
    .replace(/^roles\//, "")
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll(".", "-");
}
