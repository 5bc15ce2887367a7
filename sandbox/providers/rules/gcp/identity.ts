/** Facts about the Google provider's types for identities, projects and organisation policy, read from the source of terraform-provider-google-beta 7.45. */
import { emptyOr, json, lastSegment, selfLink } from "../equivalence";
import { conflicts, exactlyOne, items, length, oneOf, words, type PackageFacts } from "../facts";
import { JSON_TEXT, POOL_ID, PROJECT_ID, PROJECT_NAME, PROVIDER_ID, ROLE_ID, SERVICE_DOMAIN, rfc1035 } from "./validators";

export const identityFacts: PackageFacts = {
  "gcp:essentialcontacts/contact:Contact": {
    computed: words("deletionPolicy"),
  },
  "gcp:iam/denyPolicy:DenyPolicy": {
    autonamed: words("name"),
    computed: words("deletionPolicy"),
  },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
    computed: words(`
      deletionPolicy inlineCertificateIssuanceConfig.keyAlgorithm inlineCertificateIssuanceConfig.lifetime
      inlineCertificateIssuanceConfig.rotationWindowPercentage mode project
    `),
    sets: words("attestationRules inlineTrustConfig.additionalTrustBundles"),
    rules: {
      "inlineCertificateIssuanceConfig.keyAlgorithm": oneOf("", ...words(`RSA_2048 RSA_3072 RSA_4096 ECDSA_P256 ECDSA_P384`)),
      mode: oneOf("FEDERATION_ONLY", "TRUST_DOMAIN", "SYSTEM_TRUST_DOMAIN", ""),
      workloadIdentityPoolId: POOL_ID,
    },
    groups: [
      exactlyOne("inlineCertificateIssuanceConfig", "caPools", "useDefaultSharedCa"),
    ],
  },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    computed: words("deletionPolicy project"),
    same: { "oidc.jwksJson": json },
    rules: {
      workloadIdentityPoolProviderId: PROVIDER_ID,
    },
    groups: [
      exactlyOne("", "aws", "oidc", "saml", "x509"),
    ],
  },
  "gcp:organizations/project:Project": {
    autonamed: words("name projectId"),
    computed: words("deletionPolicy"),
    defaults: { autoCreateNetwork: true },
    rules: {
      deletionPolicy: oneOf("PREVENT", "ABANDON", "DELETE"),
      name: PROJECT_NAME,
      projectId: PROJECT_ID,
    },
    groups: [
      conflicts("", "folderId", "orgId"),
    ],
  },
  "gcp:orgpolicy/policy:Policy": {
    autonamed: words("name"),
    computed: words("deletionPolicy"),
    same: { name: lastSegment, parent: selfLink },
    rules: {
      "dryRunSpec.rules.parameters": JSON_TEXT,
      "spec.rules.parameters": JSON_TEXT,
    },
  },
  "gcp:projects/iAMCustomRole:IAMCustomRole": {
    autonamed: words("roleId"),
    computed: words("deletionPolicy project"),
    sets: words("permissions"),
    defaults: { stage: "GA" },
    same: { stage: emptyOr("ALPHA") },
    rules: {
      permissions: items(1),
      roleId: ROLE_ID,
      stage: oneOf(...words(`ALPHA BETA GA DEPRECATED DISABLED EAP`)),
    },
  },
  "gcp:projects/service:Service": {
    computed: words("deletionPolicy project"),
    same: { project: lastSegment },
    rules: {
      service: SERVICE_DOMAIN,
    },
  },
  "gcp:serviceaccount/account:Account": {
    autonamed: words("accountId"),
    computed: words("deletionPolicy project"),
    defaults: { disabled: false },
    rules: {
      accountId: rfc1035(6, 30),
      description: length(0, 256),
    },
  },
};
