import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { text } from "../least-privilege/reading/properties";
import { deletionsOf, lifecycleType, type Lock, locksOf, lockType } from "./reading/buckets";

export const lifecycleAfterLock = stackPolicy({
  id: "lifecycle-after-lock",
  title: "What deletes by age comes strictly later than the lock ends",
  severity: "high",
  section: "3.1",
  why: "at the same age, or before, it would be R2's choice which of the two counts; without a lock the only copy could go",
  remediation: "take both from lockInputs() and lifecycleInputs() of components/r2-bucket.ts, with the same periods",
  check: (resources, report) => {
    const locks: Lock[] = [];
    const lifecycles: StackResource[] = [];
    const read = resources.map((resource) => () => {
      if (resource.type === lockType) locks.push(...locksOf(resource));
      if (resource.type === lifecycleType) lifecycles.push(resource);
    });
    independently(...read);
    const judge = lifecycles.map((resource) => () => {
      const bucket = text(resource.props["bucketName"]) ?? "";
      for (const { prefix, days } of deletionsOf(resource)) {
        // Whatever the rule could delete: what lies below its prefix, and what its prefix lies below.
        const touched = locks.filter(
          (lock) => lock.bucket === bucket && (lock.prefix.startsWith(prefix) || prefix.startsWith(lock.prefix)),
        );
        const longest = Math.max(0, ...touched.map((lock) => lock.days));
        if (touched.length === 0)
          report(
            `"${prefix}" of ${bucket} is deleted after ${days ?? "a date, not"} days and has no lock; allowed: a lock that ends before`,
            resource,
          );
        else if (days === undefined)
          report(
            `"${prefix}" of ${bucket} is deleted by a date and locked for ${longest} days; allowed: a deletion by age, later than ${longest} days`,
            resource,
          );
        else if (!(days > longest))
          report(
            `"${prefix}" of ${bucket} is deleted after ${days} days and locked for ${longest}; allowed: more than ${longest}`,
            resource,
          );
      }
    });
    independently(...judge);
  },
});
