import { policyCases } from "./testing/mutations";
import { vercelMembers } from "./vercel-members";

policyCases(vercelMembers, {
  compliant: [
    { type: "vercel:index/teamMember:TeamMember", name: "member", inputs: { role: "CONTRIBUTOR" } },
    { type: "vercel:index/accessGroupProject:AccessGroupProject", name: "group", inputs: { role: "ADMIN" } },
    { type: "vercel:index/projectMembers:ProjectMembers", name: "project", inputs: { members: [{ email: "a@b.c", role: "ADMIN" }] } },
  ],
  refused: [
    ...["OWNER", "MEMBER", "DEVELOPER", "BILLING", undefined].map(
      (role) => ["member", "role", role, `the team's role is ${role === undefined ? "nothing" : `"${role}"`}`] as const,
    ),
    ["group", "role", "PROJECT_DEVELOPER", 'the project\'s role is "PROJECT_DEVELOPER"; allowed: ADMIN'],
    ["project", "members[0].role", "OWNER", 'the project\'s role is "OWNER"'],
    ["project", "members", [], "list of members is empty"],
  ],
  undecided: [
    ["member", "role"],
    ["project", "members[0].role"],
  ],
});
