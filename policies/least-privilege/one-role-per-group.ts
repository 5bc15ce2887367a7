import { accessLevel } from "../../config/access-table";
import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { eachMember, isAccountGrant, isProjectGrant } from "./reading/grants";
import { shown, text } from "./reading/properties";
import { googleCells, projectRolesOf } from "./people-by-access-table";

export const oneRolePerGroup = stackPolicy({
  id: "one-role-per-group",
  title: "What a group has in all is one cell of the access table, and the account it may use is the API's",
  severity: "high",
  section: "8.3",
  why: "two cells together are a role that nobody has decided on; another account is another workload's rights",
  remediation: "give the group one role in chisan:access; grants are made by components/access-control.ts alone",
  check: (resources, report, { stack }) => {
    const slug = slugOf(stack);
    const level = accessLevel(slug);
    // Of the grants on projects: each role with the project that it is granted in.
    const held = new Map<string, { project: Map<string, string>; accounts: Set<string>; first: StackResource }>();
    const checks = resources
      .filter((resource) => isProjectGrant(resource) || isAccountGrant(resource))
      .map(
        (resource) => () =>
          eachMember(resource, (member) => {
            if (!member.startsWith("group:")) return;
            const found = held.get(member) ?? { project: new Map(), accounts: new Set(), first: resource };
            held.set(member, found);
            if (isProjectGrant(resource)) found.project.set(String(resource.props["role"]), String(resource.props["project"]));
            else found.accounts.add(text(resource.props["serviceAccountId"]) ?? "");
          }),
      );
    independently(...checks, () => {
      for (const [group, { project, accounts, first }] of held) {
        const fits = googleCells(level).some((cell) => [...project].every(([role, where]) => projectRolesOf(cell, where, slug).includes(role)));
        if (!fits)
          report(
            `${shown(group)} has ${[...project.keys()].sort().join(", ")}; allowed: what one cell of the access table lists for ${level}`,
            first,
          );
        if (accounts.size > 1) report(`${shown(group)} may act as ${accounts.size} accounts; allowed: 1, the API's`, first);
      }
    });
  },
});
