/** Facts about the Google provider's types for secrets, keys, certificates, budgets, read from the source of terraform-provider-google-beta 7.45. */
import { emptyOr, lastSegment, projectNumber, selfLink } from "../equivalence";
import { atLeastOne, exactlyOne, items, oneOf, range, requires, test, words, type PackageFacts } from "../facts";

export const keysFacts: PackageFacts = {
  "gcp:billing/budget:Budget": {
    computed: words("amount.specifiedAmount.currencyCode budgetFilter budgetFilter.labels budgetFilter.services deletionPolicy"),
    sets: words("budgetFilter.projects budgetFilter.resourceAncestors"),
    defaults: {
      "allUpdatesRule.disableDefaultIamRecipients": false,
      "allUpdatesRule.enableProjectLevelRecipients": false,
      "allUpdatesRule.schemaVersion": "1.0",
      "budgetFilter.creditTypesTreatment": "INCLUDE_ALL_CREDITS",
      "thresholdRules.spendBasis": "CURRENT_SPEND",
    },
    rules: {
      "allUpdatesRule.monitoringNotificationChannels": items(0, 5),
      "budgetFilter.calendarPeriod": oneOf("", ...words(`MONTH QUARTER YEAR CALENDAR_PERIOD_UNSPECIFIED`)),
      "budgetFilter.creditTypesTreatment": oneOf("INCLUDE_ALL_CREDITS", "EXCLUDE_ALL_CREDITS", "INCLUDE_SPECIFIED_CREDITS", ""),
      "budgetFilter.customPeriod.endDate.day": range(1, 31),
      "budgetFilter.customPeriod.endDate.month": range(1, 12),
      "budgetFilter.customPeriod.endDate.year": range(1, 9999),
      "budgetFilter.customPeriod.startDate.day": range(1, 31),
      "budgetFilter.customPeriod.startDate.month": range(1, 12),
      "budgetFilter.customPeriod.startDate.year": range(1, 9999),
      ownershipScope: oneOf("OWNERSHIP_SCOPE_UNSPECIFIED", "ALL_USERS", "BILLING_ACCOUNT", ""),
      "thresholdRules.spendBasis": oneOf("CURRENT_SPEND", "FORECASTED_SPEND", ""),
    },
    groups: [
      atLeastOne("allUpdatesRule", "monitoringNotificationChannels", "pubsubTopic"),
      exactlyOne("amount", "lastPeriodAmount", "specifiedAmount"),
      atLeastOne("budgetFilter", "calendarPeriod", "creditTypesTreatment", "customPeriod", "labels", "projects", "resourceAncestors", "services", "subaccounts"),
      atLeastOne("budgetFilter", "calendarPeriod", "creditTypes", "creditTypesTreatment", "customPeriod", "labels", "projects", "resourceAncestors", "services", "subaccounts"),
    ],
  },
  "gcp:certificatemanager/certificate:Certificate": {
    autonamed: words("name"),
    computed: words("deletionPolicy project"),
    defaults: { location: "global", scope: "DEFAULT" },
    same: { "managed.dnsAuthorizations.*": projectNumber, "managed.issuanceConfig": lastSegment, scope: emptyOr("DEFAULT") },
    groups: [
      exactlyOne("", "managed", "selfManaged"),
      exactlyOne("selfManaged", "certificatePem", "pemCertificate"),
      exactlyOne("selfManaged", "pemPrivateKey", "pemPrivateKeyWo", "privateKeyPem"),
      requires("selfManaged", "pemPrivateKeyWo", "pemPrivateKeyWoVersion"),
      requires("selfManaged", "pemPrivateKeyWoVersion", "pemPrivateKeyWo"),
    ],
  },
  "gcp:certificatemanager/certificateMap:CertificateMap": {
    autonamed: words("name"),
    computed: words("deletionPolicy project"),
  },
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": {
    autonamed: words("name"),
    computed: words("deletionPolicy project"),
    same: { "certificates.*": projectNumber, map: selfLink },
    groups: [
      exactlyOne("", "hostname", "matcher"),
    ],
  },
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": {
    autonamed: words("name"),
    computed: words("deletionPolicy project type"),
    defaults: { location: "global" },
    rules: {
      type: oneOf("FIXED_RECORD", "PER_PROJECT_RECORD", ""),
    },
  },
  "gcp:kms/cryptoKey:CryptoKey": {
    autonamed: words("name"),
    computed: words("cryptoKeyBackend deletionPolicy destroyScheduledDuration importOnly keyAccessJustificationsPolicy versionTemplate"),
    defaults: { purpose: "ENCRYPT_DECRYPT", "versionTemplate.protectionLevel": "SOFTWARE" },
    same: { keyRing: selfLink },
    rules: {
      rotationPeriod: test("seconds such as \"7776000s\", at least one day", (value) => value === "" || (/^[0-9.]*\d(\.\d{1,9})?s$/.test(String(value)) && parseFloat(String(value)) >= 86400)),
    },
  },
  "gcp:kms/keyRing:KeyRing": {
    autonamed: words("name"),
    computed: words("project"),
  },
  "gcp:secretmanager/secret:Secret": {
    autonamed: words("secretId"),
    computed: words("deletionPolicy expireTime project"),
    defaults: { deletionProtection: false },
    rules: {
      "replication.userManaged.replicas": items(1),
    },
    groups: [
      exactlyOne("replication", "auto", "userManaged"),
      requires("", "rotation", "topics"),
      requires("rotation", "nextRotationTime", "rotationPeriod"),
    ],
  },
  "gcp:secretmanager/secretVersion:SecretVersion": {
    computed: words("deletionPolicy project"),
    defaults: { enabled: true },
    same: { secret: selfLink },
    groups: [
      exactlyOne("", "secretData", "secretDataWo"),
      requires("", "secretDataWo", "secretDataWoVersion"),
      requires("", "secretDataWoVersion", "secretDataWo"),
    ],
  },
};
