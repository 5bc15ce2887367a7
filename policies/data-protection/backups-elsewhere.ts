import { independently, stackPolicy } from "../framework/policy";
import { eachContainerVariable, workloadTypes } from "../least-privilege/reading/containers";
import { text } from "../least-privilege/reading/properties";
import { backupBuckets, bucketType, type Lock, lockedDays, locksOf, lockType } from "./reading/buckets";
import { backupPrefixes } from "./reading/document";

export const backupsElsewhere = stackPolicy({
  id: "backups-elsewhere",
  title: "Backups are kept by another vendor than the database, and jobs write them there",
  severity: "critical",
  section: "3.1",
  why: "who loses a Supabase project, or the account, loses what Supabase keeps of it",
  remediation: "declare the BackupVault (components/backup-vault.ts), and pass its bucketName to BackupSchedule in stacks/",
  check: (resources, report, { stack }) => {
    const databases = resources.filter(({ type }) => type === "supabase:index/project:Project");
    if (databases.length === 0) return;
    const locks: Lock[] = [];
    const buckets = new Set<string>();
    const named: { bucket: string; resource: (typeof resources)[number] }[] = [];
    const read = resources.map((resource) => () => {
      if (resource.type === bucketType) buckets.add(text(resource.props["name"]) ?? "");
      if (resource.type === lockType) locks.push(...locksOf(resource));
    });
    const jobs = resources
      .filter(({ type }) => workloadTypes.includes(type))
      .map(
        (resource) => () =>
          eachContainerVariable(resource, (variable) => {
            if (variable["name"] === "BACKUPS_BUCKET_NAME") named.push({ bucket: text(variable["value"]) ?? "", resource });
          }),
      );
    independently(...jobs, () => independently(...read));
    const vaults = backupBuckets(locks, buckets).filter((name) =>
      Object.values(backupPrefixes).every((prefix) => lockedDays(locks, name, prefix) > 0),
    );
    if (vaults.length === 0)
      report(
        `${stack} has a database at Supabase and no bucket of another vendor with ${Object.values(backupPrefixes).join(" and ")} locked; allowed: 1 or more`,
        databases[0],
      );
    for (const { bucket, resource } of named) {
      if (!vaults.includes(bucket))
        report(`BACKUPS_BUCKET_NAME is "${bucket}"; allowed: ${vaults.join(", ") || "a locked bucket of this stack"}`, resource);
    }
  },
});
