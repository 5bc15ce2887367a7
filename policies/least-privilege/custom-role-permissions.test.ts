import { deployerPermissions } from "../../components/deploy-roles";
import { customRolePermissions } from "./custom-role-permissions";
import { policyCases } from "./testing/mutations";

policyCases(customRolePermissions, {
  compliant: [{ type: "gcp:projects/iAMCustomRole:IAMCustomRole", name: "role", inputs: { permissions: deployerPermissions } }],
  refused: [
    ["role", "permissions[0]", "compute.*", 'permission "compute.*" is not a single one'],
    ["role", "permissions[1]", "*", 'permission "*" is not a single one'],
    ...[
      "resourcemanager.projects.setIamPolicy",
      "iam.serviceAccounts.setIamPolicy",
      "iam.serviceAccounts.actAs",
      "iam.serviceAccounts.getAccessToken",
      "iam.serviceAccounts.signBlob",
      "iam.serviceAccountKeys.create",
      "iam.roles.update",
      "iam.googleapis.com/workloadIdentityPoolProviders.update",
      "iam.workloadIdentityPools.create",
      "secretmanager.versions.access",
    ].map((permission) => ["role", "permissions[2]", permission, `permission ${permission} lets its holder`] as const),
  ],
  undecided: [
    ["role", "permissions"],
    ["role", "permissions[0]"],
  ],
});
