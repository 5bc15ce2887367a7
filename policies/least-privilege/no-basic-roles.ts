import { resourcePolicy } from "../framework/policy";
import { basicRoles, grantTypes } from "./reading/grants";

export const noBasicRoles = resourcePolicy({
  id: "no-basic-roles",
  title: "No grant of a basic role",
  severity: "critical",
  section: "2.5",
  why: "owner, editor and viewer reach every service of a project, also those that are added later",
  remediation: "grant the predefined role of the one service in config/access-table.ts or the component",
  types: grantTypes,
  check: ({ props }, report) => {
    const role = String(props["role"]);
    if (basicRoles.includes(role)) report(`${role} is a basic role; allowed: a predefined role of one service`);
  },
});
