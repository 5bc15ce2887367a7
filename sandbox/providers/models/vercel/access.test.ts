/** What Vercel refuses about people and groups. */
import type { JsonObject } from "../../../world/world";
import { record, situation } from "../../testing/situation";
import { vercel } from "../vercel";

const group = "vercel:index/accessGroup:AccessGroup";
const groupProject = "vercel:index/accessGroupProject:AccessGroupProject";
const teamMember = "vercel:index/teamMember:TeamMember";
const projectMembers = "vercel:index/projectMembers:ProjectMembers";

const teamId = "team_a";
const seed = { vercelTeams: [teamId, "team_b"] };
const records = [
  record(group, "ag_1", { id: "ag_1", teamId, name: "chisan-devops" }, ["ag_1"]),
  record(group, "ag_other", { id: "ag_other", teamId: "team_b", name: "chisan-devops" }, ["ag_other"]),
  record("vercel:index/project:Project", "prj_1", { id: "prj_1", teamId }, ["prj_1"]),
  record("vercel:index/project:Project", "prj_other", { id: "prj_other", teamId: "team_b" }, ["prj_other"]),
];
const email = "devops@chisanpaper.com";

/** Of each type, inputs that are taken: what a case changes (or, undefined, leaves out) is what is refused. */
const taken: { [token: string]: JsonObject } = {
  [group]: { teamId, name: "chisan-devops" },
  [groupProject]: { teamId, accessGroupId: "ag_1", projectId: "prj_1", role: "ADMIN" },
  [teamMember]: { teamId, email, role: "CONTRIBUTOR", accessGroups: ["ag_1"] },
  [projectMembers]: { teamId, projectId: "prj_1", members: [{ email, role: "ADMIN" }] },
};
type Change = { [name: string]: JsonObject[string] | undefined };
const changed = (token: string, change: Change): JsonObject =>
  Object.fromEntries(Object.entries({ ...taken[token], ...change }).filter(([, value]) => value !== undefined)) as JsonObject;
const validate = (token: string, inputs: JsonObject): void => vercel.resources[token]!.validate!(situation(inputs, { records, seed }));

test.each(Object.entries(taken))("%s takes what is right", (token, inputs) => {
  expect(() => validate(token, inputs)).not.toThrow();
});

test.each<[string, Change]>([
  [teamMember, { role: "VIEWER", accessGroups: undefined }],
  [teamMember, { accessGroups: undefined, projects: [{ projectId: "prj_1", role: "ADMIN" }] }],
  [projectMembers, { members: [] }],
])("%s takes %j", (token, change) => {
  expect(() => validate(token, changed(token, change))).not.toThrow();
});

test.each<[string, Change, RegExp]>([
  [group, { teamId: "team_c" }, /team team_c was not found/],
  [group, { name: "chisan/devops" }, /Invalid access group name "chisan\/devops"/],
  [group, { name: "x".repeat(51) }, /up to 50/],
  [groupProject, { accessGroupId: "ag_other" }, /Access group not found: ag_other is of another team/],
  [groupProject, { projectId: "prj_other" }, /Project not found: prj_other is of another team/],
  [teamMember, { accessGroups: [] }, /CONTRIBUTOR needs projects, access_groups or both/],
  [teamMember, { role: "MEMBER" }, /for a CONTRIBUTOR, not for the team role MEMBER/],
  [teamMember, { accessGroups: ["ag_other"] }, /of another team/],
  [teamMember, { accessGroups: undefined, projects: [{ projectId: "prj_other", role: "ADMIN" }] }, /of another team/],
  [teamMember, { email: undefined, userId: "u" }, /no longer be added to a team by their user_id/],
  [teamMember, { email: "devops" }, /Invalid e-mail address "devops"/],
  [
    projectMembers,
    {
      members: [
        { email, role: "ADMIN" },
        { email, role: "PROJECT_VIEWER" },
      ],
    },
    /devops@chisanpaper\.com is more than once/,
  ],
  [projectMembers, { members: [{ email: "Devops@chisanpaper.COM", role: "ADMIN" }] }, /in lower case/],
])("%s refuses %j", (token, change, words) => {
  expect(() => validate(token, changed(token, change))).toThrow(words);
});

test.each<[string, Change, boolean]>([
  [group, { name: "chisan-tech-lead" }, false],
  [group, { teamId: "team_b" }, false],
  [groupProject, { role: "PROJECT_VIEWER" }, true],
  [groupProject, { projectId: "prj_other" }, false],
  [teamMember, { role: "VIEWER", accessGroups: undefined }, true],
  [teamMember, { email: "tech-lead@chisanpaper.com" }, false],
])("%s with %j: the same again is %s", (token, change, same) => {
  const { identity, duplicate } = vercel.resources[token]!;
  expect(identity!(changed(token, change)) === identity!(taken[token]!)).toBe(same);
  expect((duplicate as (inputs: JsonObject) => string)(taken[token]!)).toMatch(/already/);
});
