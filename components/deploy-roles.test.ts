import * as fc from "fast-check";
import { knownRoles } from "../sandbox/providers/models/gcp/known-roles";
import { loadRules } from "../sandbox/providers/rules";
import {
  declaredTypes,
  deployerPermissions,
  deployerRoles,
  grantAdmin,
  missingOrExcessRoles,
  permissionsFor,
  rolesFor,
} from "./deploy-roles";

test("each declared type is one of the provider's, has one entry, and needs something", () => {
  expect(new Set(declaredTypes).size).toBe(declaredTypes.length);
  for (const type of declaredTypes) {
    expect(() => loadRules("gcp").check(type, {})).not.toThrow();
    expect([type, rolesFor([type]).length + permissionsFor([type]).length]).not.toEqual([type, 0]);
  }
});

test("the deployer's roles and permissions, exactly", () => {
  expect(deployerRoles.map(({ role, on }) => `${role} on the ${on}`)).toEqual([
    "roles/artifactregistry.admin on the project",
    "roles/billing.costsManager on the billing account",
    "roles/certificatemanager.owner on the project",
    "roles/cloudscheduler.admin on the project",
    "roles/compute.networkAdmin on the project",
    "roles/iam.workloadIdentityPoolViewer on the project",
    "roles/logging.configWriter on the project",
    "roles/monitoring.alertPolicyEditor on the project",
    "roles/monitoring.notificationChannelEditor on the project",
    "roles/monitoring.uptimeCheckConfigEditor on the project",
    "roles/resourcemanager.projectIamAdmin on the project",
    "roles/run.admin on the project",
    "roles/secretmanager.admin on the project",
  ]);
  expect(deployerPermissions).toEqual([
    "compute.networkEndpointGroups.create",
    "compute.networkEndpointGroups.delete",
    "compute.regionNetworkEndpointGroups.create",
    "compute.regionNetworkEndpointGroups.delete",
    "compute.securityPolicies.create",
    "compute.securityPolicies.delete",
    "compute.securityPolicies.update",
    "iam.roles.get",
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.delete",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.getIamPolicy",
    "iam.serviceAccounts.list",
    "iam.serviceAccounts.update",
    "monitoring.metricDescriptors.create",
    "monitoring.metricDescriptors.delete",
    "monitoring.metricDescriptors.get",
    "monitoring.metricDescriptors.list",
    "resourcemanager.projects.get",
    "resourcemanager.projects.getIamPolicy",
    "serviceusage.operations.get",
    "serviceusage.services.enable",
    "serviceusage.services.get",
    "serviceusage.services.list",
    "serviceusage.services.use",
  ]);
});

test("nothing with which the deployer could take another identity, make a key, or change its own rights", () => {
  const becomesMore =
    /actAs|getAccessToken|signBlob|serviceAccountKeys|setIamPolicy|roles\.(create|update)|workloadIdentity.*\.(create|update)/;
  expect(deployerPermissions.filter((permission) => becomesMore.test(permission))).toEqual([]);
  for (const { role } of deployerRoles) {
    expect(knownRoles).toContain(role);
    if (role !== grantAdmin)
      expect(role).not.toMatch(/^roles\/(owner|editor|viewer)$|^roles\/iam\.(?!workloadIdentityPoolViewer$)|securityAdmin/);
  }
});

test("a role is there for as long as a type needs it, and says why", () => {
  const network = ["gcp:compute/network:Network", "gcp:compute/router:Router"];
  const [role, ...others] = rolesFor([...network, ...network, "cloudflare:index/r2Bucket:R2Bucket", "pulumi:providers:gcp"]);
  expect(others).toEqual([]);
  expect(role).toMatchObject({ role: "roles/compute.networkAdmin", on: "project", types: network });
  expect(role?.why).toHaveLength(1);
  expect(permissionsFor(network)).toEqual([]);
  expect(permissionsFor([...network, "gcp:compute/securityPolicy:SecurityPolicy"])).toContain("compute.securityPolicies.create");
  expect(rolesFor([])).toEqual([]);
});

test("more types never need less", () => {
  fc.assert(
    fc.property(fc.subarray([...declaredTypes]), fc.subarray([...declaredTypes]), (some, others) => {
      const rights = (types: string[]): string[] => [...rolesFor(types).map(({ role }) => role), ...permissionsFor(types)];
      const together = rights([...some, ...others]);
      expect(new Set(together)).toEqual(new Set([...rights(some), ...rights(others)]));
    }),
  );
});

test("CHI-C900 for a type that nobody thought of", () => {
  for (const needs of [rolesFor, permissionsFor]) {
    expect(() => needs(["gcp:storage/bucket:Bucket"])).toThrow(
      /^CHI-C900 [^\n]*gcp:storage\/bucket:Bucket[^\n]*components\/deploy-roles\.ts[^\n]*$/,
    );
  }
});

describe("against what the stacks declare", () => {
  const others = ["vercel:index/project:Project", "chisan:infrastructure:Dns", "pulumi:providers:gcp"];

  test("nothing to say when they are the same", () => {
    expect(missingOrExcessRoles([...declaredTypes, ...declaredTypes, ...others])).toEqual({ missing: [], excess: [] });
  });

  test("a type without a role", () => {
    const { missing, excess } = missingOrExcessRoles([...declaredTypes, "gcp:storage/bucket:Bucket"]);
    expect(excess).toEqual([]);
    expect(missing).toEqual([expect.stringContaining("gcp:storage/bucket:Bucket is declared")]);
  });

  test("a role that nothing needs, even where another type keeps it", () => {
    const gone = ["gcp:billing/budget:Budget", "gcp:compute/router:Router", "gcp:serviceaccount/account:Account"];
    const { missing, excess } = missingOrExcessRoles(declaredTypes.filter((type) => !gone.includes(type)));
    expect(missing).toEqual([]);
    expect(excess).toEqual([
      expect.stringContaining("has roles/billing.costsManager for it"),
      expect.stringContaining("has roles/compute.networkAdmin for it"),
      expect.stringContaining("has iam.serviceAccounts.create, "),
    ]);
  });
});
