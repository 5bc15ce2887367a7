import { independently, resourcePolicy } from "../framework/policy";
import { record, shown } from "./reading/properties";

/** https://vercel.com/docs/deployment-protection: previews and generated addresses are for the team's members (or all addresses are) */
const forMembers = ["standard_protection_new", "standard_protection", "all_deployments"];

export const previewProtection = resourcePolicy({
  id: "preview-protection",
  title: "Previews are seen by members of the team, and a fork's code is built only after a member allowed it",
  severity: "critical",
  section: "1.4",
  why: "a fork's pull request can print the variables that its build is given",
  remediation:
    'set gitForkProtection: true and vercelAuthentication: { deploymentType: "standard_protection_new" } (components/web-app-inputs.ts)',
  types: ["vercel:index/project:Project"],
  check: ({ props }, report) => {
    independently(
      () => {
        const protection = props["gitForkProtection"];
        if (protection !== true) report(`gitForkProtection is ${shown(protection)}; allowed: true`);
      },
      () => {
        const type = record(props["vercelAuthentication"])["deploymentType"];
        if (!forMembers.includes(String(type)))
          report(`vercelAuthentication.deploymentType is ${shown(type)}; allowed: ${forMembers.join(", ")}`);
      },
      () => {
        const source = props["publicSource"];
        if (source === true) report(`publicSource is true, so that everybody reads logs and source; allowed: false`);
      },
      () => {
        const exposed = props["automaticallyExposeSystemEnvironmentVariables"];
        if (exposed === true)
          report(`automaticallyExposeSystemEnvironmentVariables is true; allowed: false, the catalogue's variables alone`);
      },
    );
  },
});
