import { independently, resourcePolicy } from "../framework/policy";
import { eachKnown, record, shown } from "../least-privilege/reading/properties";

const managed = "cloudflare:index/r2ManagedDomain:R2ManagedDomain";
const custom = "cloudflare:index/r2CustomDomain:R2CustomDomain";
const cors = "cloudflare:index/r2BucketCors:R2BucketCors";
const google = "gcp:storage/bucket:Bucket";

export const noPublicBucket = resourcePolicy({
  id: "no-public-bucket",
  title: "No bucket can be read without a signature",
  severity: "critical",
  section: "2.5",
  why: "files are customers' documents and backups are the whole database; an address is all that a reader would need",
  remediation: "set enabled: false (noPublicDomainInputs of components/r2-bucket.ts); hand out presigned addresses",
  types: [managed, custom, cors, google],
  check: ({ type, props }, report) => {
    if (type === managed) {
      if (props["enabled"] !== false) report(`enabled is ${shown(props["enabled"])} for the r2.dev address; allowed: false`);
    } else if (type === custom) {
      if (props["enabled"] !== false)
        report(`enabled is ${shown(props["enabled"])} for a domain of the bucket; allowed: false, or no such domain`);
    } else if (type === cors) {
      eachKnown(props["rules"], (rule) =>
        eachKnown(record(record(rule)["allowed"])["origins"], (origin) => {
          if (!/^https:\/\/[a-z0-9.-]+$/.test(String(origin)))
            report(`origin ${shown(origin)} may use the bucket; allowed: https:// and the web app's host, without "*"`);
        }),
      );
    } else {
      independently(
        () => {
          const found = props["publicAccessPrevention"];
          if (found !== "enforced") report(`publicAccessPrevention is ${shown(found)}; allowed: "enforced"`);
        },
        () => {
          const found = props["uniformBucketLevelAccess"];
          if (found !== true) report(`uniformBucketLevelAccess is ${shown(found)}; allowed: true, so that no object has grants of its own`);
        },
      );
    }
  },
});
