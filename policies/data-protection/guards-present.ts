import { stackPolicy } from "../framework/policy";

/** What must be there beside what it guards: one for the whole stack, or one for each. */
const guards = [
  {
    of: "gcp:secretmanager/secret:Secret",
    by: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    each: false,
    what: "a record of who reads them",
  },
  {
    of: "gcp:cloudrunv2/service:Service",
    by: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    each: false,
    what: "a period for which logs are kept",
  },
  {
    of: "cloudflare:index/r2Bucket:R2Bucket",
    by: "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
    each: true,
    what: "an r2.dev address that is off",
  },
  {
    of: "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification",
    by: "cloudflare:index/queueConsumer:QueueConsumer",
    each: true,
    what: "a consumer of its events",
  },
  {
    of: "cloudflare:index/workersScript:WorkersScript",
    by: "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
    each: true,
    what: "a workers.dev address that is off",
  },
] as const;

export const guardsPresent = stackPolicy({
  id: "guards-present",
  title: "What guards a bucket, a Worker, secrets and logs is declared beside them",
  severity: "high",
  section: "2.5",
  why: "the rules on these resources say nothing of one that is missing, and a setting that nobody declares is nobody's",
  remediation: "declare them by their components (components/backup-vault.ts, file-store.ts, secret-store.ts, log-retention.ts)",
  check: (resources, report, { stack }) => {
    const count = (type: string): number => resources.filter((resource) => resource.type === type).length;
    for (const { of, by, each, what } of guards) {
      const guarded = resources.filter(({ type }) => type === of);
      const wanted = each ? guarded.length : Math.min(1, guarded.length);
      if (count(by) < wanted)
        report(`${stack} has ${guarded.length} ${of} and ${count(by)} with ${what}; allowed: ${wanted} or more`, guarded[0]);
    }
  },
});
