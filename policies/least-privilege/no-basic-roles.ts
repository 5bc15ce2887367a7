import { resourcePolicy } from "../framework/policy";

/** Types that grant a role on something at Google. */
const grants = [
  "gcp:projects/iAMMember:IAMMember",
  "gcp:projects/iAMBinding:IAMBinding",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "gcp:serviceaccount/iAMBinding:IAMBinding",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:secretmanager/secretIamBinding:SecretIamBinding",
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
];

/** https://cloud.google.com/iam/docs/roles-overview#basic */
const basicRoles: readonly string[] = ["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"];

export const noBasicRoles = resourcePolicy({
  id: "no-basic-roles",
  title: "No grant of a basic role",
  severity: "critical",
  section: "2.5",
  why: "owner, editor and viewer reach every service of a project, also those that are added later",
  remediation: "grant the predefined role of the one service in config/access-table.ts or the component",
  types: grants,
  check: ({ props }, report) => {
    const role = String(props["role"]);
    if (basicRoles.includes(role)) report(`${role} is a basic role; allowed: a predefined role of one service`);
  },
});
