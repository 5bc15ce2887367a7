import { resourcePolicy } from "../framework/policy";
import { record, shown } from "../least-privilege/reading/properties";

export const immutableImages = resourcePolicy({
  id: "immutable-images",
  title: "An image's tag names the same image for ever",
  severity: "medium",
  section: "4.2",
  why: "a rollback must bring back what ran before, and not what somebody has since pushed under its tag",
  remediation: "set dockerConfig: { immutableTags: true } (components/container-registry.ts)",
  types: ["gcp:artifactregistry/repository:Repository"],
  check: ({ props }, report) => {
    if (props["format"] !== "DOCKER") return;
    const found = record(props["dockerConfig"])["immutableTags"];
    if (found !== true) report(`dockerConfig.immutableTags is ${shown(found)}; allowed: true`);
  },
});
