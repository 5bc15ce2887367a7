import { backupPrefixes } from "./reading/document";
import { independently, stackPolicy } from "../framework/policy";
import { backupBuckets, bucketType, type Lock, lockedDays, locksOf, lockType } from "./reading/buckets";
import { text } from "../least-privilege/reading/properties";

const days = { daily: 30, weekly: 90, fileVersions: 30 } as const;

export const backupsLocked = stackPolicy({
  id: "backups-locked",
  title: "Backups and file versions cannot be deleted or overwritten for as long as they must be kept",
  severity: "critical",
  section: "3.1",
  why: "without a lock, a leaked token or a mistake deletes the last thing that the data could be restored from",
  remediation:
    "set dailyBackupDays: 30, weeklyBackupDays: 90 and fileVersionDays: 30 in stacks/; locks are made by components/r2-bucket.ts",
  configuration: {
    dailyDays: { type: "number", description: "Days that a daily snapshot is locked; fewer than 30 are not taken", default: days.daily },
    weeklyDays: { type: "number", description: "Days that a weekly export is locked; fewer than 90 are not taken", default: days.weekly },
    fileVersionDays: {
      type: "number",
      description: "Days that a file's version is locked; fewer than 30 are not taken",
      default: days.fileVersions,
    },
  },
  check: (resources, report, { stack, configuration }) => {
    const buckets = new Map<string, (typeof resources)[number]>();
    const locks: Lock[] = [];
    const watched = new Set<string>();
    const read = resources.map((resource) => () => {
      if (resource.type === bucketType) buckets.set(text(resource.props["name"]) ?? "", resource);
      if (resource.type === lockType) locks.push(...locksOf(resource));
      if (resource.type === "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification")
        watched.add(text(resource.props["bucketName"]) ?? "");
    });
    // Without all of them read, a lock would look as if it were missing.
    independently(...read);
    if (buckets.size === 0) return;
    const least = (key: keyof typeof days): number =>
      Math.max(days[key], Number(configuration[key === "fileVersions" ? "fileVersionDays" : `${key}Days`] ?? days[key]));
    for (const kind of ["daily", "weekly"] as const) {
      const best = Math.max(0, ...backupBuckets(locks, buckets.keys()).map((bucket) => lockedDays(locks, bucket, backupPrefixes[kind])));
      if (best < least(kind)) report(`${backupPrefixes[kind]} is locked for ${best} days in ${stack}; allowed: ${least(kind)} or more`);
    }
    for (const [name, bucket] of buckets) {
      const own = locks.filter((lock) => lock.bucket === name);
      // The users' own bucket must stay writable: its versions are copied elsewhere, on each of its events.
      if (watched.has(name)) continue;
      if (own.length === 0)
        report(
          `the bucket "${name}" has no lock in force, and nothing copies it; allowed: a lock, or an event notification to the version keeper`,
          bucket,
        );
    }
    const vaults = [...buckets.keys()].filter(
      (name) => !watched.has(name) && locks.some((lock) => lock.bucket === name && lock.prefix === ""),
    );
    if (watched.size > 0 && !vaults.some((name) => lockedDays(locks, name, "") >= least("fileVersions"))) {
      const best = Math.max(0, ...vaults.map((name) => lockedDays(locks, name, "")));
      report(
        `versions of files are locked for ${best} days in ${stack}; allowed: ${least("fileVersions")} or more, on all objects of one bucket`,
      );
    }
  },
});
