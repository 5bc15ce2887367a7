import type { Policy } from "../framework/policy";
import { backupSchedule } from "./backup-schedule";
import { backupsElsewhere } from "./backups-elsewhere";
import { backupsEncrypted } from "./backups-encrypted";
import { backupsLocked } from "./backups-locked";
import { databaseGuarded } from "./database-guarded";
import { databaseTls } from "./database-tls";
import { deletionProtection } from "./deletion-protection";
import { explicitSecretVersions } from "./explicit-secret-versions";
import { fileVersionsComplete } from "./file-versions-complete";
import { guardsPresent } from "./guards-present";
import { immutableImages } from "./immutable-images";
import { lifecycleAfterLock } from "./lifecycle-after-lock";
import { logRetention } from "./log-retention";
import { noForceDestroy } from "./no-force-destroy";
import { noPlainSecret } from "./no-plain-secret";
import { noPublicBucket } from "./no-public-bucket";
import { noSecretTwice } from "./no-secret-twice";
import { pointInTimeRecovery } from "./point-in-time-recovery";
import { protectedData } from "./protected-data";
import { secretVersionsSurvive } from "./secret-versions-survive";
import { secretsMadeHere } from "./secrets-made-here";
import { strongSecrets } from "./strong-secrets";
import { tlsMinimum } from "./tls-minimum";

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
  immutableImages,
  logRetention,
  guardsPresent,
  // Cannot be read by others.
  noPublicBucket,
  databaseTls,
  tlsMinimum,
  // Secrets.
  strongSecrets,
  noPlainSecret,
  explicitSecretVersions,
  secretVersionsSurvive,
  noSecretTwice,
  secretsMadeHere,
];
