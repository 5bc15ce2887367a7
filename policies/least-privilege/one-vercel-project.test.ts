import { oneVercelProject } from "./one-vercel-project";
import { policyCases } from "./testing/mutations";

const of = (name: string, type: string) => ({ type: `vercel:index/${type}`, name, inputs: { projectId: "prj_own" } });

policyCases(oneVercelProject, {
  compliant: [of("route", "projectRoute:ProjectRoute"), of("domain", "projectDomain:ProjectDomain"), of("group", "accessGroupProject:AccessGroupProject"), { type: "vercel:index/accessGroup:AccessGroup", name: "team", inputs: {} }],
  refused: [
    ["group", "projectId", "prj_another", 'group is of the project "prj_another"; allowed: "prj_own"'],
    ["route", "projectId", "prj_another", "route is of the project"],
  ],
  allowed: [["team", "teamId", "team_1"]],
  undecided: [["domain", "projectId"]],
});
