import * as pulumi from "@pulumi/pulumi";
import { R2Bucket } from "@pulumi/cloudflare/r2bucket";
import { R2BucketLifecycle } from "@pulumi/cloudflare/r2bucketLifecycle";
import { R2BucketLock } from "@pulumi/cloudflare/r2bucketLock";
import { R2ManagedDomain } from "@pulumi/cloudflare/r2managedDomain";
import { type EnvironmentSlug, bucketName } from "../config/naming";
import { ChisanComponent } from "./component";
import { type Retention, bucketInputs, lifecycleInputs, lockInputs, noPublicDomainInputs } from "./r2-bucket";
import { type R2PermissionIds, R2Credentials } from "./r2-credentials";
import type { Generations } from "./secret-store-inputs";

/** Where each kind of backup lies. The backup jobs write exactly here: an object elsewhere in the bucket has no lock and no end. */
export const backupPrefixes = { daily: "database/daily/", weekly: "database/weekly/" } as const;

/** Where restore tests and drills leave their reports (`proofPrefixes` in config/exported-metrics.ts are below it). */
export const reportPrefix = "reports/";

/**
 * Days that a report is kept: a year, so that whoever reviews it sees each quarter's drill and each month's restore test, and five weeks for
 * the review to take place in. The same everywhere. A lock as for backups: the account that writes reports must not be able to take back a bad one.
 */
export const reportDays = 400;

export interface BackupVaultArgs {
  readonly slug: EnvironmentSlug;
  readonly accountId: string;
  /** The bucket's name where it is not the environment's own. */
  readonly bucket?: string;
  /** Operations document, section 3.1: 30 and 90 in prod. */
  readonly dailyBackupDays: number;
  readonly weeklyBackupDays: number;
  readonly permissions: R2PermissionIds;
  /** Of both tokens. */
  readonly generations: Generations;
  readonly protect: boolean;
}

/** @throws CHI-C410 to CHI-C412, when the rules are made of it */
export function backupRetentions({
  dailyBackupDays,
  weeklyBackupDays,
}: Pick<BackupVaultArgs, "dailyBackupDays" | "weeklyBackupDays">): Retention[] {
  return [
    { label: "daily", prefix: backupPrefixes.daily, days: dailyBackupDays },
    { label: "weekly", prefix: backupPrefixes.weekly, days: weeklyBackupDays },
    { label: "reports", prefix: reportPrefix, days: reportDays },
  ];
}

/**
 * The backups of the database, outside the database's vendor, and the reports on what was tried with them.
 *
 * The lock is what makes them backups: not the job's token, nor a leaked one, nor an operator's mistake can delete or overwrite one
 * before its time. Deletion by age knows nothing of "the last good one": when backups stop, the last ones still go after their period,
 * which is why a missing backup is an alert.
 */
export class BackupVault extends ChisanComponent {
  public readonly bucketName: pulumi.Output<string>;
  /** For the backup jobs: read and write. */
  public readonly writer: R2Credentials;
  /** For a restore, which must not be able to write into the vault it reads. */
  public readonly reader: R2Credentials;

  public constructor(name: string, args: BackupVaultArgs, options?: pulumi.ComponentResourceOptions) {
    super("BackupVault", name, options);
    const { slug, accountId, permissions, generations } = args;
    const retentions = backupRetentions(args);
    const bucket = new R2Bucket(
      `${name}-bucket`,
      bucketInputs(accountId, args.bucket ?? bucketName(slug, "backups")),
      this.child({ protect: args.protect }),
    );
    new R2ManagedDomain(`${name}-public-domain`, noPublicDomainInputs(accountId, bucket.name), this.child());
    const lock = new R2BucketLock(`${name}-lock`, lockInputs(accountId, bucket.name, retentions), this.child({ protect: args.protect }));
    // The lock first: a lifecycle without it would already delete.
    new R2BucketLifecycle(`${name}-lifecycle`, lifecycleInputs(accountId, bucket.name, retentions), this.child({ dependsOn: lock }));
    const credentials = { slug, accountId, permissions, generations, bucketName: bucket.name };
    this.writer = new R2Credentials(
      `${name}-writer`,
      { ...credentials, purpose: "backups-writer", access: "read and write" },
      this.child(),
    );
    this.reader = new R2Credentials(`${name}-reader`, { ...credentials, purpose: "backups-reader", access: "read" }, this.child());
    this.bucketName = bucket.name;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
