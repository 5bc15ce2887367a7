import { DeployIdentity } from "./deploy-identity";
import { type DeployIdentityArgs, attributeMapping } from "./deploy-identity-inputs";
import { deployerPermissions, deployerRoles, grantAdmin } from "./deploy-roles";
import { delegableRoles, onlyTheseGrants } from "./deploy-roles-delegation";
import { ProjectServices } from "./project-services";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  pool: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  provider: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  account: "gcp:serviceaccount/account:Account",
  accountMember: "gcp:serviceaccount/iAMMember:IAMMember",
  projectMember: "gcp:projects/iAMMember:IAMMember",
  customRole: "gcp:projects/iAMCustomRole:IAMCustomRole",
};
const args: DeployIdentityArgs = {
  stack: "prod",
  project: "chisan-prod",
  repositoryId: "74",
  ownerId: "65",
  runtimeAccounts: { api: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com" },
  projectRoles: ["roles/run.viewer", "roles/owner"],
};
const deployer = "chisan-prod-deploy@chisan-prod.iam.gserviceaccount.com";

async function recorded(change: Partial<DeployIdentityArgs> = {}): Promise<{ identity: DeployIdentity; resources: RecordedResource[] }> {
  const built: DeployIdentity[] = [];
  const resources = await recordResources(() => built.push(new DeployIdentity("deploy", { ...args, ...change })));
  return { identity: built[0] as DeployIdentity, resources };
}

test("pool, provider, account and grants: nothing else, and no key", async () => {
  const { resources } = await recorded();
  const roles = [
    "artifactregistry-admin",
    "certificatemanager-owner",
    "cloudscheduler-admin",
    "compute-network-admin",
    "custom",
    "iam-workload-identity-pool-viewer",
    "logging-config-writer",
    "monitoring-alert-policy-editor",
    "monitoring-notification-channel-editor",
    "monitoring-uptime-check-config-editor",
    "resourcemanager-project-iam-admin",
    "run-admin",
    "secretmanager-admin",
  ];
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:DeployIdentity deploy",
      "random:index/randomId:RandomId deploy-pool-ending",
      `${type.pool} deploy-pool`,
      `${type.provider} deploy-provider`,
      `${type.account} deploy-account`,
      `${type.accountMember} deploy-federation`,
      `${type.accountMember} deploy-act-as-api`,
      `${type.customRole} deploy-custom-role`,
      ...roles.map((role) => `${type.projectMember} deploy-role-${role}`),
    ].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("deploy");
  expect(refusals(resources)).toEqual([]);
});

test("the provider takes GitHub's tokens that were made for it, and no others", async () => {
  const { resources } = await recorded();
  const pool = only(resources, type.pool).inputs;
  expect(pool).toEqual({
    project: "chisan-prod",
    workloadIdentityPoolId: expect.stringMatching(/^chisan-prod-deploy-[0-9a-f]{4}$/) as unknown,
    displayName: "Deployments (prod)",
    description: "GitHub Actions, which deploys prod. Managed by Pulumi.",
  });
  // Without `allowedAudiences`, `jwksJson` or another kind of provider.
  expect(only(resources, type.provider).inputs).toEqual({
    project: "chisan-prod",
    workloadIdentityPoolId: pool.workloadIdentityPoolId,
    workloadIdentityPoolProviderId: "github",
    displayName: "GitHub Actions (prod)",
    description: 'One repository, its environment "prod". Managed by Pulumi.',
    attributeMapping,
    attributeCondition:
      "assertion.repository_id == '74' && assertion.repository_owner_id == '65' && assertion.environment == 'prod' && " +
      "assertion.event_name in ['push', 'workflow_dispatch'] && assertion.ref == 'refs/heads/main' && assertion.ref_protected == 'true' && " +
      "assertion.job_workflow_ref.startsWith(assertion.repository + '/.github/workflows/') && " +
      "assertion.job_workflow_ref.endsWith('@' + assertion.ref)",
    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
  });
});

test("one deployer, whom GitHub may be, and who may use the runtime's account and no other", async () => {
  const { resources } = await recorded();
  expect(only(resources, type.account).inputs).toEqual({
    project: "chisan-prod",
    accountId: "chisan-prod-deploy",
    displayName: "deploy (prod)",
    description: "Deploys prod from GitHub Actions. Managed by Pulumi; has no keys.",
  });
  expect(ofType(resources, type.accountMember).map(({ inputs }) => inputs)).toEqual(
    expect.arrayContaining([
      {
        serviceAccountId: `projects/chisan-prod/serviceAccounts/${deployer}`,
        role: "roles/iam.workloadIdentityUser",
        member: expect.stringMatching(/^principalSet:\/\/[^*]+\/attribute\.deployment\/74:prod$/) as unknown,
      },
      {
        serviceAccountId: "projects/chisan-prod/serviceAccounts/chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
        role: "roles/iam.serviceAccountUser",
        member: `serviceAccount:${deployer}`,
      },
    ]),
  );
  expect(ofType(resources, type.accountMember)).toHaveLength(2);
});

test("its roles on the project are those of the table, and it alone has them", async () => {
  const { resources, identity } = await recorded();
  expect(only(resources, type.customRole).inputs).toEqual({
    project: "chisan-prod",
    roleId: "chisan_prod_deploy",
    title: "Deploy (prod)",
    description: "What the deployer of prod needs besides predefined roles. Managed by Pulumi.",
    permissions: deployerPermissions,
  });
  const inProject = deployerRoles.filter(({ on }) => on === "project").map(({ role }) => role);
  const granted = ofType(resources, type.projectMember).map(({ inputs }) => inputs);
  expect(granted.map(({ role }) => role).sort()).toEqual([...inProject, "projects/chisan-prod/roles/chisan_prod_deploy"].sort());
  for (const grant of granted) {
    expect(grant).toEqual({
      project: "chisan-prod",
      role: grant.role,
      member: `serviceAccount:${deployer}`,
      ...(grant.role === grantAdmin ? { condition: expect.anything() as unknown } : {}),
    });
  }
  expect(identity.billingAccountRoles).toEqual(["roles/billing.costsManager"]);
});

test("it gives and takes the stack's roles only, and its own never; where there are none, nothing", async () => {
  const { resources } = await recorded({ projectRoles: [...args.projectRoles, "roles/iam.serviceAccountUser"] });
  expect(only(resources, type.projectMember, "deploy-role-resourcemanager-project-iam-admin").inputs.condition).toEqual({
    title: "Roles that the stack grants",
    description: "The deployer cannot widen its own access",
    expression: onlyTheseGrants(["roles/run.viewer"]),
  });
  const none = await recorded({ projectRoles: ["roles/owner", grantAdmin] });
  expect(ofType(none.resources, type.projectMember).filter(({ inputs }) => inputs.role === grantAdmin)).toEqual([]);
  expect(delegableRoles(["roles/owner", grantAdmin])).toEqual([]);
});

test("the outputs are what a workflow names", async () => {
  const { identity, resources } = await recorded({ stack: "chisan-dr" });
  const pool = String(only(resources, type.pool).inputs.workloadIdentityPoolId);
  expect(await promiseOf(identity.identityProvider)).toBe(`projects/1/locations/global/workloadIdentityPools/${pool}/providers/github`);
  expect(await promiseOf(identity.serviceAccount)).toBe("chisan-dr-deploy@chisan-prod.iam.gserviceaccount.com");
  expect(identity.githubEnvironment).toBe("chisan-dr");
});

test("everything waits for the APIs, and the first preview shows every resource", async () => {
  const build = () => {
    const services = new ProjectServices("prod-apis", { project: "chisan-prod" });
    new DeployIdentity("deploy", args, { dependsOn: services });
  };
  const resources = await recordResources(build);
  for (const child of [only(resources, type.pool), only(resources, type.account), only(resources, type.customRole)]) {
    expect(child.dependencies).toContain("prod-apis-iam");
  }
  expect(names(await recordResources(build, { preview: true }))).toEqual(names(resources));
});
