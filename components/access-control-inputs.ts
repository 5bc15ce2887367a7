import * as pulumi from "@pulumi/pulumi";
import type { AccountMemberArgs } from "@pulumi/cloudflare/accountMember";
import type * as projects from "@pulumi/gcp/projects";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { AccessGroupArgs } from "@pulumi/vercel/bin/accessGroup";
import type { AccessGroupProjectArgs } from "@pulumi/vercel/bin/accessGroupProject";
import type { ProjectMembersArgs } from "@pulumi/vercel/bin/projectMembers";
import type { TeamMemberArgs } from "@pulumi/vercel/bin/teamMember";
import {
  type AccessEntry,
  type AccessMembers,
  type AccessRole,
  type CloudflarePermission,
  type GcpCustomRole,
  type GcpRole,
  type VercelProjectRole,
  customRoleId,
  customRoleName,
  foreignMembers,
  gcpCustomRoles,
  kebab,
  repeatedMembers,
} from "../config/access-table";
import type { EnvironmentSlug } from "../config/naming";

export interface AccessControlArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  readonly companyDomain: string;
  /** Who is in which role. */
  readonly access: AccessMembers;
  /**
   * Whether this environment invites people into the Vercel team and the Cloudflare account, which all environments share: exactly one does,
   * or two stacks would each take away what the other gives.
   */
  readonly ownsAccounts: boolean;
  /** The account that the API runs as. */
  readonly runtimeAccountEmail: pulumi.Input<string>;
  readonly vercelTeamId: string;
  /** The web project of this environment. */
  readonly vercelProjectId: pulumi.Input<string>;
  readonly cloudflareAccountId: string;
}

/** @throws CHI-C920 for a member outside the company's domain, CHI-C921 for one who is named twice at a system */
export function checkAccessControl({ access, companyDomain, slug }: Pick<AccessControlArgs, "access" | "companyDomain" | "slug">): void {
  const stack = slug === "dr" ? "chisan-dr" : slug;
  const [foreign] = foreignMembers(access, companyDomain);
  if (foreign !== undefined) {
    throw new Error(
      `CHI-C920 chisan:access.${foreign.place}: found ${JSON.stringify(foreign.member)}; allowed: addresses of ${companyDomain} (chisan:companyDomain); ` +
        `mend: pulumi config rm --path 'chisan:access.${foreign.place}' --stack ${stack}`,
    );
  }
  const [repeated] = repeatedMembers(access);
  if (repeated !== undefined) {
    throw new Error(
      `CHI-C921 chisan:access.${repeated.place}: found ${JSON.stringify(repeated.member)}, who is in ${repeated.first} as well; allowed: one role for each at a system; ` +
        `mend: pulumi config rm --path 'chisan:access.${repeated.place}' --stack ${stack}`,
    );
  }
}

/**
 * A grant to the group alone, which leaves other members of the same role as they are: the deployer and the workloads have some of these roles
 * too, and an authoritative binding would take theirs away. A group that leaves the configuration loses the grant, because the resource goes; a
 * person who leaves the group loses it at once.
 */
export function projectGrantInputs({ project }: Pick<AccessControlArgs, "project">, group: string, role: GcpRole): projects.IAMMemberArgs {
  return { project, role, member: `group:${group}` };
}

/** A role of this environment's own: single permissions, where each predefined role has too many. */
export function customRoleInputs({ project, slug }: Pick<AccessControlArgs, "project" | "slug">, role: GcpCustomRole): projects.IAMCustomRoleArgs {
  const { title, description, permissions } = gcpCustomRoles[role];
  return {
    project,
    roleId: customRoleId(slug, role),
    title: `${title} (${slug})`,
    description: `${description} Managed by Pulumi.`,
    permissions: [...permissions],
  };
}

/** By the role's name and not by its output, so that the first preview, and the policies in it, know what is granted. */
export function customGrantInputs(
  { project, slug }: Pick<AccessControlArgs, "project" | "slug">,
  group: string,
  role: GcpCustomRole,
): projects.IAMMemberArgs {
  return { project, role: customRoleName(project, slug, role), member: `group:${group}` };
}

/** On the one account that the API runs as: on the project it would be the right to run as each of its accounts. */
export function runtimeAccountGrantInputs(
  { project, runtimeAccountEmail }: Pick<AccessControlArgs, "project" | "runtimeAccountEmail">,
  group: string,
  role: GcpRole,
): serviceaccount.IAMMemberArgs {
  return {
    serviceAccountId: pulumi.interpolate`projects/${project}/serviceAccounts/${runtimeAccountEmail}`,
    role,
    member: `group:${group}`,
  };
}

/** Of the team, not of an environment. */
export function accessGroupInputs({ vercelTeamId }: Pick<AccessControlArgs, "vercelTeamId">, role: AccessRole): AccessGroupArgs {
  return { teamId: vercelTeamId, name: `chisan-${kebab(role)}` };
}

export function accessGroupProjectInputs(
  args: Pick<AccessControlArgs, "vercelTeamId" | "vercelProjectId">,
  accessGroupId: pulumi.Input<string>,
  role: VercelProjectRole,
): AccessGroupProjectArgs {
  return { teamId: args.vercelTeamId, projectId: args.vercelProjectId, accessGroupId, role };
}

/** A contributor has nothing in the team but what a group, or a project, gives: every other team role reaches into all projects. */
export function teamMemberInputs(
  { vercelTeamId }: Pick<AccessControlArgs, "vercelTeamId">,
  email: string,
  accessGroupId: pulumi.Input<string>,
): TeamMemberArgs {
  return { teamId: vercelTeamId, email, role: "CONTRIBUTOR", accessGroups: [accessGroupId] };
}

/** Where the environment does not know the team's groups: the same people, by e-mail address, on its own project. */
export function projectMembersInputs(
  args: Pick<AccessControlArgs, "vercelTeamId" | "vercelProjectId">,
  entries: readonly AccessEntry<"vercel">[],
): ProjectMembersArgs {
  const members = entries.map(({ member, grant }) => ({ email: member, role: grant }));
  return { teamId: args.vercelTeamId, projectId: args.vercelProjectId, members };
}

/** Ids at Cloudflare, by name, for one account. */
export interface CloudflareAccessIds {
  permissions(names: readonly CloudflarePermission[]): pulumi.Input<string>[];
  /** The resource group of everything in the account. */
  readonly wholeAccount: pulumi.Input<string>;
}

/**
 * All of the account, because what the table grants are the vendor's account-scoped roles, and its provider cannot make a resource group for
 * less. Without `status`: the person is invited, and has nothing before having followed the invitation.
 */
export function accountMemberInputs(
  { cloudflareAccountId }: Pick<AccessControlArgs, "cloudflareAccountId">,
  { member, grant }: Pick<AccessEntry<"cloudflare">, "member" | "grant">,
  ids: CloudflareAccessIds,
): AccountMemberArgs {
  const policy = {
    access: "allow",
    permissionGroups: ids.permissions(grant).map((id) => ({ id })),
    resourceGroups: [{ id: ids.wholeAccount }],
  };
  return { accountId: cloudflareAccountId, email: member, policies: [policy] };
}

/** The name that Cloudflare gives the resource group of everything in an account. */
export function wholeAccountName(accountId: string): string {
  return `com.cloudflare.api.account.${accountId}`;
}

/** @throws CHI-C922 when Cloudflare lists no, or more than one, such name */
export function idByName(
  kind: "permission group" | "resource group",
  listed: readonly { id: string; name: string }[],
  name: string,
): string {
  const [found, ...others] = listed.filter((each) => each.name === name);
  if (found === undefined || others.length > 0) {
    const names = listed.map((each) => each.name).join(", ");
    throw new Error(
      `CHI-C922 Cloudflare lists ${found === undefined ? "no" : others.length + 1} ${kind}${others.length > 0 ? "s" : ""} "${name}" among [${names}]: ` +
        `give the deployment's own token "Account Settings Write", or correct the name in ${kind === "permission group" ? "config/access-table.ts" : "components/access-control-inputs.ts"}`,
    );
  }
  return found.id;
}

/** The part of a logical name that stands for a person: all are of one domain, so what is before the @ tells them apart. */
export function personSlug(email: string): string {
  return email.slice(0, email.lastIndexOf("@"));
}
