import { resourcePolicy } from "../framework/policy";
import { eachKnown, record, shown } from "../least-privilege/reading/properties";

/** Reading from an address that the API signed; what a page writes goes through the gateway (docs/files.md). */
const allowed = ["GET", "HEAD"];

export const browsersDoNotDelete = resourcePolicy({
  id: "browsers-do-not-delete",
  title: "A bucket lets web pages read single files, and nothing else",
  severity: "high",
  section: "2.5",
  why: "a page that was tampered with would overwrite or delete files past the gateway, which keeps what was there",
  remediation: "restore methods in corsInputs() of components/file-store-inputs.ts",
  types: ["cloudflare:index/r2BucketCors:R2BucketCors"],
  check: ({ props }, report) => {
    eachKnown(props["rules"], (rule) =>
      eachKnown(record(record(rule)["allowed"])["methods"], (method) => {
        if (!allowed.includes(String(method))) report(`a rule allows pages the method ${shown(method)}; allowed: ${allowed.join(", ")}`);
      }),
    );
  },
});
