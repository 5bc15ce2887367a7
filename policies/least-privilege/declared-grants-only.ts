import { resourcePolicy } from "../framework/policy";
import { grantTypes } from "./reading/grants";

/** Names of types that give access at Google; their resource is a grant, a whole policy of grants, or an access list. */
const grantLike = /^gcp:.*(?:iam(?:Member|Binding|Policy)|AccessControl|(?:Object|Bucket)(?:Acl|ACL)):/i;

export const declaredGrantsOnly = resourcePolicy({
  id: "declared-grants-only",
  title: "Access is granted by the types that these policies read, and by no other",
  severity: "high",
  section: "2.5",
  why: "a grant of a type that no policy reads is a grant that nobody checks; a whole policy of grants takes away those of others",
  remediation: "use the IAMMember of the resource; for a new kind, add its type to policies/least-privilege/reading/grants.ts",
  // Any type may turn up, and only those that are not listed are wrong.
  types: (type) => grantLike.test(type) && !grantTypes.includes(type),
  check: ({ type }, report) => report(`${type} gives access and is read by no policy; allowed: ${grantTypes.length} types of grants`),
});
