/** Grants of roles at Google, of all the types that a stack may use for one (`declared-grants-only` refuses the others). */
import { independently, type PolicyResource } from "../../framework/policy";
import { eachKnown, text } from "./properties";

export const projectGrants = ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding"] as const;
export const accountGrants = ["gcp:serviceaccount/iAMMember:IAMMember", "gcp:serviceaccount/iAMBinding:IAMBinding"] as const;
export const secretGrants = [
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:secretmanager/secretIamBinding:SecretIamBinding",
] as const;

export const grantTypes: readonly string[] = [
  ...projectGrants,
  ...accountGrants,
  ...secretGrants,
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
];

export function isProjectGrant({ type }: Pick<PolicyResource, "type">): boolean {
  return (projectGrants as readonly string[]).includes(type);
}

export function isAccountGrant({ type }: Pick<PolicyResource, "type">): boolean {
  return (accountGrants as readonly string[]).includes(type);
}

/** Each member of a grant, of one (`member`) or of several (`members`). */
export function eachMember({ props }: Pick<PolicyResource, "props">, check: (member: string) => void): void {
  const known = (value: unknown): void => {
    const member = text(value);
    if (member !== undefined) check(member);
  };
  independently(
    () => known(props["member"]),
    () => eachKnown(props["members"], known),
  );
}

/**
 * Roles that let their holder act as another identity, or widen what it may do itself (permissions of each in
 * https://cloud.google.com/iam/docs/roles-permissions/iam and …/resourcemanager).
 */
export const impersonationRoles: readonly string[] = [
  "roles/iam.serviceAccountUser",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountOpenIdTokenCreator",
  "roles/iam.workloadIdentityUser",
  "roles/iam.serviceAccountAdmin",
  "roles/iam.serviceAccountKeyAdmin",
  "roles/iam.workloadIdentityPoolAdmin",
  "roles/iam.roleAdmin",
  "roles/iam.organizationRoleAdmin",
  "roles/iam.securityAdmin",
  "roles/iam.admin",
  "roles/iam.denyAdmin",
  "roles/resourcemanager.organizationAdmin",
  "roles/resourcemanager.folderIamAdmin",
  "roles/run.sourceDeveloper",
];

/** https://cloud.google.com/iam/docs/roles-overview#basic, and their names of older APIs */
export const basicRoles: readonly string[] = ["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"];
