import { independently, resourcePolicy } from "../framework/policy";
import { shown } from "./reading/properties";

export const workerNotPublic = resourcePolicy({
  id: "worker-not-public",
  title: "A Worker has no address of its own",
  severity: "high",
  section: "2.5",
  why: "the version keeper may read and write the files' buckets: it is called by its queue and by nothing else",
  remediation: "set enabled: false and previewsEnabled: false (noSubdomainInputs of components/file-store-inputs.ts)",
  types: ["cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"],
  check: ({ props }, report) => {
    // Left out, `previewsEnabled` follows `enabled`.
    independently(
      () => {
        if (props["enabled"] !== false) report(`enabled is ${shown(props["enabled"])}; allowed: false`);
      },
      () => {
        if (props["previewsEnabled"] === true) report("previewsEnabled is true; allowed: false");
      },
    );
  },
});
