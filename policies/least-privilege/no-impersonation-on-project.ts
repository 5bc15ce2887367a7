import { resourcePolicy } from "../framework/policy";
import { basicRoles, impersonationRoles, projectGrants } from "./reading/grants";
import { record, shown, text } from "./reading/properties";

const grantAdmin = "roles/resourcemanager.projectIamAdmin";
/** The whole condition: nothing beside it could weaken it. */
const onlyTheseRoles = /^api\.getAttribute\('iam\.googleapis\.com\/modifiedGrantsByRole', \[\]\)\.hasOnly\(\[('[^']+'(?:, '[^']+')*)\]\)$/;

export const noImpersonationOnProject = resourcePolicy({
  id: "no-impersonation-on-project",
  title: "Nobody may act as every account of a project, or change its grants without a limit",
  severity: "critical",
  section: "2.5",
  why: "on the project such a role is the sum of all accounts' rights, and the right to grant is every right",
  remediation:
    "grant on the one service account (serviceaccount.IAMMember); limit projectIamAdmin by onlyTheseGrants() of components/deploy-roles-delegation.ts",
  types: projectGrants,
  check: ({ props }, report) => {
    const role = String(props["role"]);
    if (impersonationRoles.includes(role)) report(`${role} on the project; allowed: on one service account`);
    if (role !== grantAdmin) return;
    const expression = record(props["condition"])["expression"];
    const listed = onlyTheseRoles.exec(text(expression) ?? "")?.[1];
    if (listed === undefined)
      return report(`${grantAdmin} has the condition ${shown(expression)}; allowed: modifiedGrantsByRole hasOnly a list of roles`);
    const delegable = listed.split(", ").map((each) => each.slice(1, -1));
    for (const each of delegable) {
      const harmful = basicRoles.includes(each) || impersonationRoles.includes(each) || each === grantAdmin || !each.startsWith("roles/");
      if (harmful) report(`${grantAdmin} may grant ${shown(each)}; allowed: predefined roles that make nobody more than they say`);
    }
  },
});
