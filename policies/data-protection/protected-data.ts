import { isProtectionLifted } from "../../stacks/lifted-protection";
import type { StackName } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { hasRealData } from "../least-privilege/reading/environments";

/** What holds data, or what nobody gets back after a deletion (an address that others admit, a lock). */
export const statefulTypes: readonly string[] = [
  "cloudflare:index/r2Bucket:R2Bucket",
  "cloudflare:index/r2BucketLock:R2BucketLock",
  "gcp:artifactregistry/repository:Repository",
  "gcp:compute/address:Address",
  "gcp:compute/globalAddress:GlobalAddress",
  "gcp:kms/cryptoKey:CryptoKey",
  "gcp:kms/keyRing:KeyRing",
  "gcp:secretmanager/secret:Secret",
  "gcp:storage/bucket:Bucket",
  "pulumi-nodejs:dynamic/chisan:DedicatedIpv4",
  "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery",
  // What is reported to a key that is gone is lost, and an alert that nobody gets is no alert.
  "sentry:index/sentryKey:SentryKey",
  "sentry:index/sentryProject:SentryProject",
  "supabase:index/project:Project",
  "vercel:index/project:Project",
];

export const protectedData = resourcePolicy({
  id: "protected-data",
  title: "What holds real data is protected from deletion",
  severity: "critical",
  section: "3.1",
  why: "one wrong line, or a `destroy` of the wrong stack, would delete it; Supabase deletes a project's backups with it",
  remediation: "pass protect: args.protect to the resource in its component; protectData: true in stacks/",
  types: statefulTypes,
  check: ({ type, protect }, report, { stack }) => {
    // `chisan destroy`, after the stack's name was typed, declares it without protection for one run.
    if (!hasRealData(stack) || protect || isProtectionLifted(stack as StackName)) return;
    report(`protect is false on a ${type} of ${stack}; allowed: true`);
  },
});
