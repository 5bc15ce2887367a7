import { type AccessLevel, accessLevel, accessTable } from "../../config/access-table";
import { resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { eachKnown, list, record, shown } from "./reading/properties";

const team = "vercel:index/teamMember:TeamMember";
const ofGroup = "vercel:index/accessGroupProject:AccessGroupProject";
const ofProject = "vercel:index/projectMembers:ProjectMembers";

export const vercelMembers = resourcePolicy({
  id: "vercel-members",
  title: "A member of the Vercel team has one project at a time, with the access table's role",
  severity: "high",
  section: "8.3",
  why: "every team role but CONTRIBUTOR reaches into all projects, so into prod's variables from staging",
  remediation: 'give the member role: "CONTRIBUTOR" and an access group (components/access-control-inputs.ts)',
  types: [team, ofGroup, ofProject],
  check: ({ type, props }, report, { stack }) => {
    if (type === team) {
      const { role } = props;
      if (role !== "CONTRIBUTOR") report(`the team's role is ${shown(role)}; allowed: "CONTRIBUTOR"`);
      return;
    }
    const allowed = roles(accessLevel(slugOf(stack)));
    const judge = (role: unknown): void => {
      if (!allowed.includes(String(role))) report(`the project's role is ${shown(role)}; allowed: ${allowed.join(", ")}`);
    };
    if (type === ofGroup) return judge(props["role"]);
    if (list(props["members"]).length === 0) report("the project's list of members is empty, which takes none away; allowed: at least one");
    eachKnown(props["members"], (member) => judge(record(member)["role"]));
  },
});

function roles(level: AccessLevel): string[] {
  return [...new Set(Object.values(accessTable.vercel).map((cell) => cell[level]))].sort();
}
