import { deployerRoles } from "../../components/deploy-roles";
import { physicalName } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { eachMember, projectGrants } from "./reading/grants";
import { shown } from "./reading/properties";

/** What a running workload may have on a whole project: it only adds to what others read. */
const ofWorkloads = ["roles/monitoring.metricWriter", "roles/logging.logWriter", "roles/cloudtrace.agent"];

export const workloadProjectRoles = resourcePolicy({
  id: "workload-project-roles",
  title: "A service account has on the project what its work needs, and no more",
  severity: "high",
  section: "2.5",
  why: "a role on the project reaches all resources of its kind; a workload that has been taken over has it too",
  remediation: "grant on the single resource; for the deployer, add the declared type to components/deploy-roles.ts",
  types: projectGrants,
  check: (resource, report, { stack }) => {
    const role = String(resource.props["role"]);
    const slug = slugOf(stack);
    eachMember(resource, (member) => {
      if (!member.startsWith("serviceAccount:")) return;
      const isDeployer = member.startsWith(`serviceAccount:${physicalName(slug, "deploy")}@`);
      const allowed = isDeployer ? [...ofDeployer(slug), ...ofWorkloads] : ofWorkloads;
      // The custom role's name has the project's id before it.
      if (!allowed.some((each) => role === each || (each.startsWith("/") && role.endsWith(each)))) {
        report(
          `${shown(member)} gets ${role} on the project; allowed: ${isDeployer ? "the roles of components/deploy-roles.ts" : ofWorkloads.join(", ")}`,
        );
      }
    });
  },
});

function ofDeployer(slug: ReturnType<typeof slugOf>): string[] {
  return [
    ...deployerRoles.filter(({ on }) => on === "project").map(({ role }) => role),
    `/roles/${physicalName(slug, "deploy").replaceAll("-", "_")}`,
  ];
}
