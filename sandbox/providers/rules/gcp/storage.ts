/** Facts about the Google provider's types for Artifact Registry, Cloud Storage, Pub/Sub, read from the source of terraform-provider-google-beta 7.45. */
import { anyCase, duration, selfLink } from "../equivalence";
import { atLeastOne, conflicts, exactlyOne, items, length, oneOf, requires, words, type PackageFacts } from "../facts";
import { CIDR } from "./validators";

export const storageFacts: PackageFacts = {
  "gcp:artifactregistry/repository:Repository": {
    computed: words("deletionPolicy location project vulnerabilityScanningConfig"),
    sets: words("cleanupPolicies"),
    defaults: {
      "cleanupPolicies.condition.tagState": "ANY",
      "mavenConfig.versionPolicy": "VERSION_POLICY_UNSPECIFIED",
      mode: "STANDARD_REPOSITORY",
    },
    same: { "cleanupPolicies.condition.newerThan": duration, "cleanupPolicies.condition.olderThan": duration, format: anyCase },
    rules: {
      "cleanupPolicies.action": oneOf("DELETE", "KEEP", ""),
      "cleanupPolicies.condition.tagState": oneOf("TAGGED", "UNTAGGED", "ANY", ""),
      "mavenConfig.versionPolicy": oneOf("VERSION_POLICY_UNSPECIFIED", "RELEASE", "SNAPSHOT", ""),
      mode: oneOf("STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY", ""),
      "remoteRepositoryConfig.aptRepository.publicRepository.repositoryBase": oneOf("DEBIAN", "UBUNTU", "DEBIAN_SNAPSHOT"),
      "remoteRepositoryConfig.dockerRepository.publicRepository": oneOf("DOCKER_HUB", ""),
      "remoteRepositoryConfig.mavenRepository.publicRepository": oneOf("MAVEN_CENTRAL", ""),
      "remoteRepositoryConfig.npmRepository.publicRepository": oneOf("NPMJS", ""),
      "remoteRepositoryConfig.pythonRepository.publicRepository": oneOf("PYPI", ""),
      "remoteRepositoryConfig.yumRepository.publicRepository.repositoryBase": oneOf(...words(`
        CENTOS CENTOS_DEBUG CENTOS_VAULT CENTOS_STREAM ROCKY EPEL
      `)),
      "vulnerabilityScanningConfig.enablementConfig": oneOf("INHERITED", "DISABLED", ""),
    },
    groups: [
      conflicts("", "remoteRepositoryConfig", "virtualRepositoryConfig"),
      exactlyOne("remoteRepositoryConfig", "aptRepository", "commonRepository", "dockerRepository", "mavenRepository", "npmRepository", "pythonRepository", "yumRepository"),
      conflicts("remoteRepositoryConfig.dockerRepository", "customRepository", "publicRepository"),
      conflicts("remoteRepositoryConfig.mavenRepository", "customRepository", "publicRepository"),
      conflicts("remoteRepositoryConfig.npmRepository", "customRepository", "publicRepository"),
      conflicts("remoteRepositoryConfig.pythonRepository", "customRepository", "publicRepository"),
    ],
  },
  "gcp:pubsub/subscription:Subscription": {
    autonamed: words("name"),
    computed: words(`
      ackDeadlineSeconds cloudStorageConfig.textConfig deletionPolicy expirationPolicy project retryPolicy.maximumBackoff
      retryPolicy.minimumBackoff
    `),
    defaults: { "cloudStorageConfig.maxDuration": "300s", messageRetentionDuration: "604800s", "messageTransforms.disabled": false },
    same: { "retryPolicy.maximumBackoff": duration, "retryPolicy.minimumBackoff": duration, topic: selfLink },
    rules: {
      filter: length(0, 256),
    },
    groups: [
      conflicts("", "bigqueryConfig", "cloudStorageConfig", "pushConfig"),
      conflicts("", "cloudStorageConfig", "pushConfig"),
    ],
  },
  "gcp:pubsub/topic:Topic": {
    autonamed: words("name"),
    computed: words("deletionPolicy messageStoragePolicy project"),
    sets: words("messageStoragePolicy.allowedPersistenceRegions"),
    defaults: {
      "ingestionDataSourceSettings.cloudStorage.textFormat.delimiter": "\n",
      "ingestionDataSourceSettings.platformLogsSettings.severity": "SEVERITY_UNSPECIFIED",
      "messageTransforms.disabled": false,
      "schemaSettings.encoding": "ENCODING_UNSPECIFIED",
    },
    same: { name: selfLink },
    rules: {
      "ingestionDataSourceSettings.platformLogsSettings.severity": oneOf("", ...words(`
        SEVERITY_UNSPECIFIED DISABLED DEBUG INFO WARNING ERROR
      `)),
      "schemaSettings.encoding": oneOf("ENCODING_UNSPECIFIED", "JSON", "BINARY", ""),
    },
  },
  "gcp:storage/bucket:Bucket": {
    autonamed: words("name"),
    computed: words(`
      autoclass.terminalStorageClass deletionPolicy lifecycleRules.condition.withState logging.logObjectPrefix project
      publicAccessPrevention rpo softDeletePolicy uniformBucketLevelAccess versioning website
    `),
    sets: words("customPlacementConfig.dataLocations"),
    defaults: {
      forceDestroy: false,
      "retentionPolicy.isLocked": false,
      "softDeletePolicy.retentionDurationSeconds": 604800,
      storageClass: "STANDARD",
    },
    rules: {
      "customPlacementConfig.dataLocations": items(1),
      "encryption.customerManagedEncryptionEnforcementConfig.restrictionMode": oneOf("NotRestricted", "FullyRestricted"),
      "encryption.customerSuppliedEncryptionEnforcementConfig.restrictionMode": oneOf("NotRestricted", "FullyRestricted"),
      "encryption.googleManagedEncryptionEnforcementConfig.restrictionMode": oneOf("NotRestricted", "FullyRestricted"),
      "ipFilter.mode": oneOf("Enabled", "Disabled"),
      "ipFilter.publicNetworkSource.allowedIpCidrRanges.*": CIDR,
      "ipFilter.vpcNetworkSources.allowedIpCidrRanges.*": CIDR,
      lifecycleRules: items(0, 100),
      "lifecycleRules.condition.withState": oneOf("LIVE", "ARCHIVED", "ANY", ""),
    },
    groups: [
      requires("ipFilter", "allowCrossOrgVpcs", "vpcNetworkSources"),
      atLeastOne("website", "mainPageSuffix", "notFoundPage"),
    ],
  },
  "gcp:storage/bucketObject:BucketObject": {
    autonamed: words("name"),
    computed: words("content contentType deletionPolicy kmsKeyName storageClass"),
    defaults: { "customerEncryption.encryptionAlgorithm": "AES256", detectMd5hash: "different hash" },
    groups: [
      exactlyOne("", "content", "source"),
      conflicts("", "contentType", "forceEmptyContentType"),
      conflicts("", "customerEncryption", "kmsKeyName"),
      conflicts("", "eventBasedHold", "retention"),
    ],
  },
};
