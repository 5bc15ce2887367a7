import { policyCases } from "./testing/mutations";
import { previewProtection } from "./preview-protection";

policyCases(previewProtection, {
  stack: "staging",
  compliant: [
    {
      type: "vercel:index/project:Project",
      name: "project",
      inputs: { gitForkProtection: true, vercelAuthentication: { deploymentType: "standard_protection_new" }, publicSource: false },
    },
  ],
  refused: [
    ["project", "gitForkProtection", false, "gitForkProtection is false; allowed: true"],
    ["project", "gitForkProtection", undefined, "gitForkProtection is nothing"],
    ["project", "vercelAuthentication", undefined, "vercelAuthentication.deploymentType is nothing"],
    ["project", "vercelAuthentication.deploymentType", "none", 'vercelAuthentication.deploymentType is "none"'],
    ["project", "publicSource", true, "publicSource is true"],
    ["project", "automaticallyExposeSystemEnvironmentVariables", true, "automaticallyExposeSystemEnvironmentVariables is true"],
  ],
  allowed: [["project", "vercelAuthentication.deploymentType", "all_deployments"]],
  undecided: [["project", "gitForkProtection"]],
});
