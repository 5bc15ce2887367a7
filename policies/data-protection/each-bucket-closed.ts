import { stackPolicy } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

export const eachBucketClosed = stackPolicy({
  id: "each-bucket-closed",
  title: "Each bucket's own r2.dev address is declared off",
  severity: "critical",
  section: "2.5",
  why: "an address that is off for another bucket closes nothing, and one click opens a bucket whose address nobody declares",
  remediation: "pass the bucket's own name to the R2ManagedDomain (components/r2-bucket.ts)",
  check: (resources, report) => {
    const closed = new Set(resources.filter(({ type }) => type === "cloudflare:index/r2ManagedDomain:R2ManagedDomain").map(({ props }) => props["bucketName"]));
    for (const bucket of resources.filter(({ type }) => type === "cloudflare:index/r2Bucket:R2Bucket")) {
      const { name } = bucket.props;
      if (!closed.has(name)) report(`no r2.dev address of ${shown(name)} is declared; allowed: one, which is off`, bucket);
    }
  },
});
