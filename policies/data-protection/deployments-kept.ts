import { independently, stackPolicy } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

/** A month and more, of the vendor's choices (https://vercel.com/docs/deployment-retention). */
const longEnough = ["1m", "2m", "3m", "6m", "1y", "unlimited"];

export const deploymentsKept = stackPolicy({
  id: "deployments-kept",
  title: "The web app's deployments are kept for a month or longer, so that there is one to roll back to",
  severity: "high",
  section: "4.2",
  why: "procedure A rolls back to the last deployment that worked; one that the vendor has deleted cannot be",
  remediation: "restore retentionInputs() of components/web-app-inputs.ts",
  check: (resources, report) => {
    const projects = resources.filter(({ type }) => type === "vercel:index/project:Project");
    const retentions = resources.filter(({ type }) => type === "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention");
    if (retentions.length < projects.length)
      report(`${projects.length} Vercel projects have ${retentions.length} rules for how long deployments are kept; allowed: one each`, projects[0]);
    independently(
      ...retentions.map((one) => () => {
        const found = one.props["expirationProduction"];
        if (!longEnough.includes(String(found))) report(`expirationProduction is ${shown(found)}; allowed: ${longEnough.join(", ")}`, one);
      }),
    );
  },
});
