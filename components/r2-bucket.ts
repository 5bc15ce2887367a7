/** What every bucket of this project has, and the rules of R2 that the plans for a bucket are checked against. */
import type { R2BucketArgs } from "@pulumi/cloudflare/r2bucket";
import type { R2BucketLifecycleArgs } from "@pulumi/cloudflare/r2bucketLifecycle";
import type { R2BucketLockArgs } from "@pulumi/cloudflare/r2bucketLock";
import type { R2ManagedDomainArgs } from "@pulumi/cloudflare/r2managedDomain";

/** R2 counts the age of locks and of lifecycle rules in seconds. */
const secondsPerDay = 86_400;

/** R2's rule: 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last. @throws CHI-C410 */
export function checkBucketName(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
    throw new Error(
      `CHI-C410 "${name}" (${name.length} characters) cannot name a bucket: use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last`,
    );
  }
  return name;
}

/** In Asia and the Pacific, beside the API in Seoul. The place of a bucket cannot change: another one means another bucket. */
export function bucketInputs(accountId: string, name: string): R2BucketArgs {
  return { accountId, name: checkBucketName(name), location: "apac", storageClass: "Standard" };
}

/** The public r2.dev address, off. Declared rather than left alone, so that switching it on by hand is drift. */
export function noPublicDomainInputs(accountId: string, bucketName: R2ManagedDomainArgs["bucketName"]): R2ManagedDomainArgs {
  return { accountId, bucketName, enabled: false };
}

/** How long objects under a prefix are kept. */
export interface Retention {
  /** In the rules' ids: `daily`. */
  readonly label: string;
  /** Empty: all objects. */
  readonly prefix: string;
  readonly days: number;
}

/** Objects can be neither deleted nor overwritten until they are so old. A lock wins over any lifecycle rule and any token. */
export function lockInputs(
  accountId: string,
  bucketName: R2BucketLockArgs["bucketName"],
  retentions: readonly Retention[],
): R2BucketLockArgs {
  return {
    accountId,
    bucketName,
    rules: checkRetentions(retentions).map(({ label, prefix, days }) => ({
      id: `lock-${label}`,
      enabled: true,
      prefix,
      condition: { type: "Age", maxAgeSeconds: days * secondsPerDay },
    })),
  };
}

/**
 * Deletes each prefix's objects a day after their lock has ended (never at the same age: which of the two R2 looks at first would then
 * decide), and ends uploads that were abandoned, whose parts are invisible but paid for.
 */
export function lifecycleInputs(
  accountId: string,
  bucketName: R2BucketLifecycleArgs["bucketName"],
  retentions: readonly Retention[],
): R2BucketLifecycleArgs {
  return {
    accountId,
    bucketName,
    rules: [
      ...checkRetentions(retentions).map(({ label, prefix, days }) => ({
        id: `delete-${label}`,
        enabled: true,
        conditions: { prefix },
        deleteObjectsTransition: { condition: { type: "Age", maxAge: (days + 1) * secondsPerDay } },
      })),
      {
        id: "abort-incomplete-uploads",
        enabled: true,
        conditions: { prefix: "" },
        // R2's own default is 7 days, and a list of rules replaces the default one.
        abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 7 * secondsPerDay } },
      },
    ],
  };
}

/** @throws CHI-C411 for a period that is not whole days, CHI-C412 for prefixes of which one contains another: two rules would decide on one object */
function checkRetentions(retentions: readonly Retention[]): readonly Retention[] {
  for (const { prefix, days } of retentions) {
    if (!Number.isSafeInteger(days) || days < 1) {
      throw new Error(`CHI-C411 objects under "${prefix}" are to be kept ${days} days: give a whole number, 1 or more, in stacks/`);
    }
  }
  for (const [at, { prefix }] of retentions.entries()) {
    const other = retentions.find((each, index) => index !== at && each.prefix.startsWith(prefix));
    if (other !== undefined) {
      throw new Error(
        `CHI-C412 the prefix "${prefix}" contains "${other.prefix}": two rules would decide on one object; give disjoint prefixes`,
      );
    }
  }
  return retentions;
}
