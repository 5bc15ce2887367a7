/** Facts about the grants (`…IamMember`, `…IamBinding`) of the Google provider, which share one schema with a parent of their own. */
import { anyCase, iamMember, lastSegment, selfLink } from "../equivalence";
import type { PackageFacts, ResourceFacts } from "../facts";
import { MEMBER, SERVICE_ACCOUNT_LINK } from "./validators";

function member(parent: ResourceFacts): ResourceFacts {
  return { ...parent, same: { ...parent.same, member: iamMember }, rules: { ...parent.rules, member: MEMBER } };
}

function binding(parent: ResourceFacts): ResourceFacts {
  return { ...parent, sets: ["members"], same: { ...parent.same, "members.*": anyCase }, rules: { ...parent.rules, "members.*": MEMBER } };
}

const project: ResourceFacts = { same: { project: lastSegment } };
const serviceAccount: ResourceFacts = { rules: { serviceAccountId: SERVICE_ACCOUNT_LINK } };
const secret: ResourceFacts = { computed: ["project"], same: { secretId: selfLink } };
const run: ResourceFacts = { autonamed: ["name"], computed: ["project", "location"], same: { name: selfLink } };

export const iamFacts: PackageFacts = {
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": member({ computed: ["project", "location"], same: { repository: selfLink } }),
  "gcp:cloudrunv2/jobIamMember:JobIamMember": member(run),
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding": binding(run),
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": member(run),
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": member({}),
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": { ...project, sets: ["auditLogConfigs", "auditLogConfigs.exemptedMembers"] },
  "gcp:projects/iAMBinding:IAMBinding": binding(project),
  "gcp:projects/iAMMember:IAMMember": member(project),
  "gcp:secretmanager/secretIamBinding:SecretIamBinding": binding(secret),
  "gcp:secretmanager/secretIamMember:SecretIamMember": member(secret),
  "gcp:serviceaccount/iAMBinding:IAMBinding": binding(serviceAccount),
  "gcp:serviceaccount/iAMMember:IAMMember": member(serviceAccount),
  "gcp:storage/bucketIAMMember:BucketIAMMember": member({ same: { bucket: lastSegment } }),
};
