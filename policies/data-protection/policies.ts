import type { Policy } from "../framework/policy";
import { addressesOverTls } from "./addresses-over-tls";
import { auditOfOwnProject } from "./audit-of-own-project";
import { backupSchedule } from "./backup-schedule";
import { backupsElsewhere } from "./backups-elsewhere";
import { backupsEncrypted } from "./backups-encrypted";
import { backupsLocked } from "./backups-locked";
import { browsersDoNotDelete } from "./browsers-do-not-delete";
import { certificateAuthorities } from "./certificate-authorities";
import { databaseGuarded } from "./database-guarded";
import { databaseTls } from "./database-tls";
import { deletionProtection } from "./deletion-protection";
import { deploymentsKept } from "./deployments-kept";
import { eachBucketClosed } from "./each-bucket-closed";
import { explicitSecretVersions } from "./explicit-secret-versions";
import { fileVersionsComplete } from "./file-versions-complete";
import { fileVersionsReachVault } from "./file-versions-reach-vault";
import { guardsPresent } from "./guards-present";
import { immutableImages } from "./immutable-images";
import { lifecycleAfterLock } from "./lifecycle-after-lock";
import { logRetention } from "./log-retention";
import { noForceDestroy } from "./no-force-destroy";
import { noPlainSecret } from "./no-plain-secret";
import { noPublicBucket } from "./no-public-bucket";
import { noSecretShown } from "./no-secret-shown";
import { noSecretTwice } from "./no-secret-twice";
import { pointInTimeRecovery } from "./point-in-time-recovery";
import { protectedData } from "./protected-data";
import { secretVersionsSurvive } from "./secret-versions-survive";
import { secretsMadeHere } from "./secrets-made-here";
import { strongSecrets } from "./strong-secrets";
import { tlsMinimum } from "./tls-minimum";
import { zoneSettings } from "./zone-settings";

/** The pack, in the order of docs/policies.md. */
export const dataProtection: readonly Policy[] = [
  // Cannot be deleted.
  protectedData,
  deletionProtection,
  noForceDestroy,
  // Can be brought back.
  pointInTimeRecovery,
  databaseGuarded,
  backupsLocked,
  lifecycleAfterLock,
  backupsElsewhere,
  backupSchedule,
  backupsEncrypted,
  fileVersionsComplete,
  fileVersionsReachVault,
  immutableImages,
  deploymentsKept,
  logRetention,
  auditOfOwnProject,
  guardsPresent,
  // Cannot be read by others.
  noPublicBucket,
  eachBucketClosed,
  browsersDoNotDelete,
  databaseTls,
  tlsMinimum,
  zoneSettings,
  certificateAuthorities,
  addressesOverTls,
  // Secrets.
  strongSecrets,
  noPlainSecret,
  noSecretShown,
  explicitSecretVersions,
  secretVersionsSurvive,
  noSecretTwice,
  secretsMadeHere,
];
