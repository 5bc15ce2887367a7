import type { Policy } from "../framework/policy";
import { accountGrantsOnly } from "./account-grants";
import { armorDeniesByDefault } from "./armor-denies-by-default";
import { behindCloudArmor } from "./behind-cloud-armor";
import { closedIngress } from "./closed-ingress";
import { cloudflareMembers } from "./cloudflare-members";
import { cloudflareTokenScope } from "./cloudflare-token-scope";
import { customRolePermissions } from "./custom-role-permissions";
import { databaseNetwork } from "./database-network";
import { declaredGrantsOnly } from "./declared-grants-only";
import { deployedFromMain } from "./deployed-from-main";
import { federatedMemberPinned } from "./federated-member-pinned";
import { federationPinned } from "./federation-pinned";
import { grantsOfOwnProject } from "./grants-of-own-project";
import { membersOfCompany } from "./members-of-company";
import { namesOwnEnvironment } from "./names-own-environment";
import { noBasicRoles } from "./no-basic-roles";
import { noDevelopmentTarget } from "./no-development-target";
import { noImpersonationOnProject } from "./no-impersonation-on-project";
import { noKeys } from "./no-keys";
import { noPreviewOfRealData } from "./no-preview-of-real-data";
import { noPublicMember } from "./no-public-member";
import { noPublicSecretName } from "./no-public-secret-name";
import { noSharedServiceAccount } from "./no-shared-service-account";
import { noWayRoundProtection } from "./no-way-round-protection";
import { oneOpenInvoker } from "./one-open-invoker";
import { oneRolePerGroup } from "./one-role-per-group";
import { oneVercelProject } from "./one-vercel-project";
import { oneWorkerHost } from "./one-worker-host";
import { ownServiceAccount } from "./own-service-account";
import { peopleByAccessTable } from "./people-by-access-table";
import { previewProtection } from "./preview-protection";
import { previewReachesOwnEnvironment } from "./preview-reaches-own-environment";
import { proxiedAddresses } from "./proxied-addresses";
import { readersDoNotWrite } from "./readers-do-not-write";
import { reviewedTypes } from "./reviewed-types";
import { schedulesCallGoogle } from "./schedules-call-google";
import { secretsOneByOne } from "./secrets-one-by-one";
import { signInReturnsHome } from "./sign-in-returns-home";
import { vercelMembers } from "./vercel-members";
import { vercelSecretsSensitive } from "./vercel-secrets-sensitive";
import { workerNotPublic } from "./worker-not-public";
import { workloadProjectRoles } from "./workload-project-roles";
import { workloadsOnCloudRun } from "./workloads-on-cloud-run";

/** The pack, in the order of docs/policies.md. */
export const leastPrivilege: readonly Policy[] = [
  // Who may do what.
  noBasicRoles,
  customRolePermissions,
  declaredGrantsOnly,
  grantsOfOwnProject,
  noPublicMember,
  noImpersonationOnProject,
  accountGrantsOnly,
  workloadProjectRoles,
  peopleByAccessTable,
  oneRolePerGroup,
  cloudflareMembers,
  vercelMembers,
  membersOfCompany,
  oneVercelProject,
  // As what programs run.
  workloadsOnCloudRun,
  ownServiceAccount,
  noSharedServiceAccount,
  noKeys,
  federationPinned,
  federatedMemberPinned,
  deployedFromMain,
  // What is handed out.
  secretsOneByOne,
  cloudflareTokenScope,
  readersDoNotWrite,
  vercelSecretsSensitive,
  noPublicSecretName,
  noDevelopmentTarget,
  namesOwnEnvironment,
  schedulesCallGoogle,
  // What can be reached.
  closedIngress,
  oneOpenInvoker,
  behindCloudArmor,
  armorDeniesByDefault,
  proxiedAddresses,
  databaseNetwork,
  signInReturnsHome,
  workerNotPublic,
  oneWorkerHost,
  noPreviewOfRealData,
  previewProtection,
  previewReachesOwnEnvironment,
  noWayRoundProtection,
  reviewedTypes,
];
