import type { StackName } from "../../config/naming";
import { isProtectionLifted } from "../../stacks/lifted-protection";
import { independently, resourcePolicy } from "../framework/policy";
import { workloadTypes } from "../least-privilege/reading/containers";
import { hasRealData } from "../least-privilege/reading/environments";
import { shown } from "../least-privilege/reading/properties";

const secret = "gcp:secretmanager/secret:Secret";

export const deletionProtection = resourcePolicy({
  id: "deletion-protection",
  title: "The vendor itself refuses to delete prod's services, jobs and secrets",
  severity: "high",
  section: "3.1",
  why: "Pulumi's own protection does not hold against the console, a script or another tool",
  remediation: "pass deletionProtection: args.protect in the component; protectData: true in stacks/",
  types: [...workloadTypes, secret],
  check: ({ type, props }, report, { stack }) => {
    if (!hasRealData(stack) || isProtectionLifted(stack as StackName)) return;
    independently(
      () => {
        // Left out it is true on Cloud Run and false in Secret Manager.
        const found = props["deletionProtection"] ?? type !== secret;
        if (found !== true) report(`deletionProtection is ${shown(props["deletionProtection"])} in ${stack}; allowed: true`);
      },
      () => {
        const found = props["deletionPolicy"];
        if (found === "ABANDON") report(`deletionPolicy is "ABANDON" in ${stack}; allowed: nothing or "PREVENT"`);
      },
    );
  },
});
