/** People's access, as AccessControl declares it. */
import { accountGroup, memberGroupId } from "../../models/cloudflare/members";
import type { Declared } from "../whole-environment";

const teamId = "team_sandbox";

export function accessControlExamples(slug: string, accountId: string): Declared[] {
  const address = `devops-${slug}@chisanpaper.com`;
  return [
    {
      token: "vercel:index/project:Project",
      name: "team-web",
      inputs: () => ({ teamId, name: `chisan-team-web-${slug}` }),
      importId: (made) => `${teamId}/${made["team-web"]!.id}`,
    },
    {
      token: "vercel:index/accessGroup:AccessGroup",
      name: "people",
      inputs: () => ({ teamId, name: `chisan-devops-${slug}` }),
      importId: (made) => `${teamId}/${made.people!.id}`,
    },
    {
      token: "vercel:index/accessGroupProject:AccessGroupProject",
      name: "people-of-the-project",
      inputs: (made) => ({ teamId, accessGroupId: made.people!.id, projectId: made["team-web"]!.id, role: "ADMIN" }),
      importId: (made) => `${teamId}/${made["people-of-the-project"]!.id}`,
    },
    {
      token: "vercel:index/teamMember:TeamMember",
      name: "person",
      inputs: (made) => ({ teamId, email: address, role: "CONTRIBUTOR", accessGroups: [made.people!.id] }),
      importId: (made) => `${teamId}/${String(made.person!.outputs.userId)}`,
    },
    {
      token: "cloudflare:index/accountMember:AccountMember",
      name: "account-member",
      inputs: () => ({
        accountId,
        email: address,
        policies: [
          { access: "allow", permissionGroups: [{ id: memberGroupId("DNS") }], resourceGroups: [{ id: accountGroup(accountId).id }] },
        ],
      }),
      importId: (made) => `${accountId}/${made["account-member"]!.id}`,
    },
  ];
}
