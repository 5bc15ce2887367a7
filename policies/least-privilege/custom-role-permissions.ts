import { resourcePolicy } from "../framework/policy";
import { eachKnown, shown, text } from "./reading/properties";

/**
 * Permissions that make their holder more than the role says: changing a policy of grants, acting as an account, making a key, changing a role or
 * who may federate (https://cloud.google.com/iam/docs/permissions-reference).
 */
const widening: readonly RegExp[] = [
  /\.setIamPolicy$/,
  /^iam\.serviceAccounts\.(?:actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)$/,
  /^iam\.serviceAccountKeys\.(?:create|enable|upload)$/,
  /^iam\.(?:googleapis\.com\/)?roles\.(?:create|update|undelete)$/,
  /^iam\.(?:googleapis\.com\/)?workloadIdentityPool(?:s|Providers)\.(?:create|update|undelete)$/,
  /^secretmanager\.versions\.access$/,
];

export const customRolePermissions = resourcePolicy({
  id: "custom-role-permissions",
  title: "A custom role lists single permissions, and none that can widen access",
  severity: "critical",
  section: "2.5",
  why: "a wildcard grows with each release of the vendor, and a role that can change grants can give itself every other",
  remediation: "list the single permissions in components/deploy-roles.ts; what changes access is done by a person with owner rights",
  types: ["gcp:projects/iAMCustomRole:IAMCustomRole"],
  check: ({ props }, report) => {
    eachKnown(props["permissions"], (value) => {
      const permission = text(value) ?? "";
      if (!/^[a-zA-Z][a-zA-Z0-9./-]*$/.test(permission))
        report(`permission ${shown(value)} is not a single one; allowed: service.resource.verb, without "*"`);
      else if (widening.some((pattern) => pattern.test(permission))) {
        report(`permission ${permission} lets its holder widen access or read every secret; allowed: permissions that do neither`);
      }
    });
  },
});
