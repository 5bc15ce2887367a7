import { type AccessLevel, accessLevel, accessTable, customRoleName, type GcpGrant } from "../../config/access-table";
import type { EnvironmentSlug } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { eachMember, grantTypes, isAccountGrant, isProjectGrant } from "./reading/grants";
import { shown } from "./reading/properties";

export const peopleByAccessTable = resourcePolicy({
  id: "people-by-access-table",
  title: "People get at Google what the access table says, by their group",
  severity: "critical",
  section: "8.3",
  why: "a grant beside the table is seen by no review, and one to a person stays when the person's role ends",
  remediation: "add the role to the cell in config/access-table.ts, with its reason; put the person into the role's group",
  types: grantTypes,
  check: (resource, report, { stack }) => {
    const role = String(resource.props["role"]);
    const slug = slugOf(stack);
    const level = accessLevel(slug);
    const project = String(resource.props["project"]);
    eachMember(resource, (member) => {
      if (member.startsWith("user:")) return report(`${shown(member)} is a person; allowed: group:…, of a role in the access table`);
      if (!member.startsWith("group:")) return;
      const allowed = isProjectGrant(resource) ? onProject(level, project, slug) : isAccountGrant(resource) ? onRuntimeAccount(level) : [];
      if (!allowed.includes(role)) {
        report(
          `${shown(member)} gets ${role} by ${resource.type}; allowed in ${level}: ${allowed.length === 0 ? "nothing" : allowed.join(", ")}`,
        );
      }
    });
  },
});

/** Each role's cell of the table's column for Google Cloud. */
export function googleCells(level: AccessLevel): GcpGrant[] {
  return Object.values(accessTable.gcp).map((cell) => cell[level]);
}

function onProject(level: AccessLevel, project: string, slug: EnvironmentSlug): string[] {
  const own = (role: string): number => (role.startsWith("projects/") ? 1 : 0);
  const roles = new Set(googleCells(level).flatMap((cell) => projectRolesOf(cell, project, slug)));
  return [...roles].sort((one, other) => own(one) - own(other) || (one < other ? -1 : 1));
}

/** All that a cell gives on a project: predefined roles, and the environment's own by the names they have in that very project. */
export function projectRolesOf(cell: GcpGrant, project: string, slug: EnvironmentSlug): string[] {
  return [...cell.project, ...cell.customRoles.map((role) => customRoleName(project, slug, role))];
}

function onRuntimeAccount(level: AccessLevel): string[] {
  return [...new Set(googleCells(level).flatMap(({ runtimeAccount }) => runtimeAccount))].sort();
}
