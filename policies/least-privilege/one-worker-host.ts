import { physicalName } from "../../config/naming";
import { independently, resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { shown, text } from "./reading/properties";

export const oneWorkerHost = resourcePolicy({
  id: "one-worker-host",
  title: "The one Worker that has a host is the files' gateway, under the environment's own name for it",
  severity: "high",
  section: "2.5",
  why: "the gateway checks each request's signature; another Worker under a host answers everybody with what it is bound to",
  remediation: "restore gatewayDomainInputs() of components/file-store-inputs.ts",
  types: ["cloudflare:index/workersCustomDomain:WorkersCustomDomain"],
  check: ({ props }, report, { stack }) => {
    const slug = slugOf(stack);
    const gateway = physicalName(slug, "files-gateway");
    const label = slug === "prod" ? "files" : `files-${slug}`;
    independently(
      () => {
        if (props["service"] !== gateway) report(`service is ${shown(props["service"])}; allowed: ${gateway}`);
      },
      () => {
        if (text(props["hostname"])?.startsWith(`${label}.`) !== true) report(`hostname is ${shown(props["hostname"])}; allowed: ${label} in the zone`);
      },
    );
  },
});
