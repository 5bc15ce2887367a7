import type * as iam from "@pulumi/gcp/iam";
import type * as projects from "@pulumi/gcp/projects";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentSlug, environmentSlug, physicalName } from "../config/naming";
import type { CloudStack } from "../config/stack-configuration-keys";
import { deployerPermissions, grantAdmin } from "./deploy-roles";
import { delegableRoles, onlyTheseGrants } from "./deploy-roles-delegation";

export interface DeployIdentityArgs {
  /** Also the name of the deployment environment in the repository's settings at GitHub. */
  readonly stack: CloudStack;
  readonly project: string;
  /** GitHub's number of the repository. A name can pass to another repository; this cannot. */
  readonly repositoryId: string;
  /** GitHub's number of the repository's owner: a repository keeps its own number when it is transferred to somebody else. */
  readonly ownerId: string;
  /** E-mail addresses of the accounts that workloads run as, by workload: those alone may be given to what the deployer deploys. */
  readonly runtimeAccounts: Readonly<Record<string, pulumi.Input<string>>>;
  /** Roles that the rest of the stack grants on the project. */
  readonly projectRoles: readonly string[];
}

/** GitHub's issuer of tokens: one for all repositories of the world, so all that tells them apart is in the condition. */
export const githubIssuer = "https://token.actions.githubusercontent.com";

/**
 * What may start a deployment: a push, or a person who presses the button. A list of what is admitted, because most other events run with the
 * rights of the default branch and can be set off by a stranger: `pull_request_target`, `workflow_run` after a fork's pull request,
 * `issue_comment`.
 */
export const deployingEvents = ["push", "workflow_dispatch"] as const;

/** Staging takes any branch of the repository; these take the reviewed one alone. */
const fromMainOnly: ReadonlySet<CloudStack> = new Set(["prod", "chisan-dr"]);

/** @throws CHI-C902 to CHI-C904: see each message; all problems in one error, a line each */
export function checkDeployIdentity(args: DeployIdentityArgs): void {
  const problems: string[] = [];
  for (const [key, id] of [
    ["githubRepositoryId", args.repositoryId],
    ["githubOwnerId", args.ownerId],
  ] as const) {
    // The number becomes a part of an expression: nothing but digits may.
    if (!/^[1-9]\d{0,18}$/.test(id)) {
      problems.push(
        `CHI-C902 chisan:${key} is "${id}", not a number of GitHub's: set it to what this prints: gh api repos/{owner}/{repo} --jq '${key === "githubOwnerId" ? ".owner.id" : ".id"}'`,
      );
    }
  }
  if (Object.keys(args.runtimeAccounts).length === 0) {
    problems.push("CHI-C903 the deployer may use no account, so it could deploy nothing: give it the runtime accounts in stacks/");
  }
  for (const label of Object.keys(args.runtimeAccounts)) {
    if (!/^[a-z][a-z0-9-]*$/.test(label)) problems.push(`CHI-C904 "${label}" cannot name a workload: use a-z, 0-9 and "-", in stacks/`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/**
 * A pool's id: 4 to 32 characters. It ends in a random part, because Google keeps the id of a deleted pool for 30 days: without it, a
 * chisan-dr that was taken down could not be stood up again before.
 *
 * @param ending 4 hexadecimal digits
 */
export function poolId(slug: EnvironmentSlug, ending: string): string {
  return `${physicalName(slug, "deploy")}-${ending}`;
}

export function poolInputs(args: DeployIdentityArgs, ending: pulumi.Input<string>): iam.WorkloadIdentityPoolArgs {
  const slug = environmentSlug(args.stack);
  return {
    project: args.project,
    workloadIdentityPoolId: pulumi.output(ending).apply((digits) => poolId(slug, digits)),
    displayName: `Deployments (${slug})`,
    description: `GitHub Actions, which deploys ${args.stack}. Managed by Pulumi.`,
  };
}

/**
 * Which tokens of GitHub are taken, in CEL. A claim that is missing makes the expression an error, and an error is a refusal; for that reason
 * there is no `||` in it, with which an error could be passed over.
 *
 * - The repository and its owner by number, and never by `sub` or name: a repository's settings can change what `sub` is made of.
 * - The deployment environment, where GitHub keeps the rules of approval. Any branch may name it, so for prod the branch is asked too.
 * - `ref_protected`: a main that everybody may push to is not a reviewed one.
 * - The job's own file is the repository's, at the same commit's branch: a workflow that is called from another repository
 *   (`uses: them/theirs/.github/workflows/x.yml@v1`) gets no access, because its owner can change what `v1` is.
 */
export function attributeCondition(args: Pick<DeployIdentityArgs, "stack" | "repositoryId" | "ownerId">): string {
  const events = deployingEvents.map((event) => `'${event}'`).join(", ");
  const branch = fromMainOnly.has(args.stack)
    ? ["assertion.ref == 'refs/heads/main'", "assertion.ref_protected == 'true'"]
    : ["assertion.ref.startsWith('refs/heads/')"];
  return [
    `assertion.repository_id == '${args.repositoryId}'`,
    `assertion.repository_owner_id == '${args.ownerId}'`,
    `assertion.environment == '${args.stack}'`,
    `assertion.event_name in [${events}]`,
    ...branch,
    "assertion.job_workflow_ref.startsWith(assertion.repository + '/.github/workflows/')",
    "assertion.job_workflow_ref.endsWith('@' + assertion.ref)",
  ].join(" && ");
}

/**
 * `google.subject` is what Google's audit log shows: which run, and who started it. Numbers only, so that it stays far below the 127 bytes
 * that are allowed (`sub`, with its names, does not). `attribute.deployment` is what the grant names.
 */
export const attributeMapping = {
  "google.subject": "'run:' + assertion.run_id + ':actor:' + assertion.actor_id",
  "attribute.deployment": "assertion.repository_id + ':' + assertion.environment",
} as const;

/** Without `allowedAudiences`: the token must then be made for this very provider. */
export function poolProviderInputs(args: DeployIdentityArgs, pool: pulumi.Input<string>): iam.WorkloadIdentityPoolProviderArgs {
  return {
    project: args.project,
    workloadIdentityPoolId: pool,
    workloadIdentityPoolProviderId: "github",
    displayName: `GitHub Actions (${environmentSlug(args.stack)})`,
    description: `One repository, its environment "${args.stack}". Managed by Pulumi.`,
    attributeMapping: { ...attributeMapping },
    attributeCondition: attributeCondition(args),
    oidc: { issuerUri: githubIssuer },
  };
}

export function deployerInputs(args: DeployIdentityArgs): serviceaccount.AccountArgs {
  const slug = environmentSlug(args.stack);
  return {
    project: args.project,
    accountId: physicalName(slug, "deploy"),
    displayName: `deploy (${slug})`,
    description: `Deploys ${args.stack} from GitHub Actions. Managed by Pulumi; has no keys.`,
  };
}

/**
 * Exactly this repository's environment, and not the pool as a whole: a second provider in the pool would not be enough.
 *
 * @param pool `projects/<number>/locations/global/workloadIdentityPools/<id>`
 */
export function federatedMember(args: Pick<DeployIdentityArgs, "stack" | "repositoryId">, pool: string): string {
  return `principalSet://iam.googleapis.com/${pool}/attribute.deployment/${args.repositoryId}:${args.stack}`;
}

/** Permissions for which no predefined role is small enough; see deploy-roles.ts. */
export function customRoleInputs(args: DeployIdentityArgs): projects.IAMCustomRoleArgs {
  const slug = environmentSlug(args.stack);
  return {
    project: args.project,
    // Google takes no hyphen here.
    roleId: physicalName(slug, "deploy").replaceAll("-", "_"),
    title: `Deploy (${slug})`,
    description: `What the deployer of ${args.stack} needs besides predefined roles. Managed by Pulumi.`,
    permissions: [...deployerPermissions],
  };
}

/**
 * A role of the deployer on the project. The one that changes the project's policy is limited to the roles that the stack grants to others.
 *
 * @returns undefined where nothing is left to be granted: the role is then left out
 */
export function projectRoleInputs(
  args: DeployIdentityArgs,
  role: pulumi.Input<string>,
  member: pulumi.Input<string>,
): projects.IAMMemberArgs | undefined {
  if (role !== grantAdmin) return { project: args.project, role, member };
  const delegable = delegableRoles(args.projectRoles);
  if (delegable.length === 0) return undefined;
  const condition = {
    title: "Roles that the stack grants",
    description: "The deployer cannot widen its own access",
    expression: onlyTheseGrants(delegable),
  };
  return { project: args.project, role, member, condition };
}

/** The use of one account: what a deployment may run as. */
export function actAsInputs(
  args: DeployIdentityArgs,
  account: pulumi.Input<string>,
  member: pulumi.Input<string>,
): serviceaccount.IAMMemberArgs {
  return {
    serviceAccountId: pulumi.interpolate`projects/${args.project}/serviceAccounts/${account}`,
    role: "roles/iam.serviceAccountUser",
    member,
  };
}
