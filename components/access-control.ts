import type * as pulumi from "@pulumi/pulumi";
import { AccountMember } from "@pulumi/cloudflare/accountMember";
import { getAccountPermissionGroupsOutput } from "@pulumi/cloudflare/getAccountPermissionGroups";
import { getResourceGroupsOutput } from "@pulumi/cloudflare/getResourceGroups";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { AccessGroup } from "@pulumi/vercel/bin/accessGroup";
import { AccessGroupProject } from "@pulumi/vercel/bin/accessGroupProject";
import { ProjectMembers } from "@pulumi/vercel/bin/projectMembers";
import { TeamMember } from "@pulumi/vercel/bin/teamMember";
import {
  type AccessEntry,
  type AccessRole,
  type ExpectedMembers,
  type GcpCustomRole,
  accessEntries,
  accessLevel,
  expectedMembers,
  kebab,
  roleSlug,
} from "../config/access-table";
import {
  type AccessControlArgs,
  type CloudflareAccessIds,
  accessGroupInputs,
  accessGroupProjectInputs,
  accountMemberInputs,
  checkAccessControl,
  customGrantInputs,
  customRoleInputs,
  idByName,
  personSlug,
  projectGrantInputs,
  projectMembersInputs,
  runtimeAccountGrantInputs,
  teamMemberInputs,
  wholeAccountName,
} from "./access-control-inputs";
import { ChisanComponent } from "./component";

/**
 * What people may do (operations document, section 8.3): each member of `chisan:access` gets what config/access-table.ts says for the role, and
 * who is in no role has nothing.
 *
 * Every environment grants on its own Google project and its own web project. One of them also owns the accounts that all share: it invites
 * people into the Vercel team and the Cloudflare account, and takes them out again. The membership at Supabase and GitHub has no resource;
 * `expectedMembers` says what it must be.
 */
export class AccessControl extends ChisanComponent {
  /** By system and role: what a comparison with the vendors' own lists of members must find, and nothing else. */
  public readonly expectedMembers: ExpectedMembers;

  public constructor(name: string, args: AccessControlArgs, options?: pulumi.ComponentResourceOptions) {
    super("AccessControl", name, options);
    checkAccessControl(args);
    const level = accessLevel(args.slug);
    this.expectedMembers = expectedMembers(args.access, level);
    const google = accessEntries("gcp", args.access, level);
    const custom = this.declareCustomRoles(args, google, options?.dependsOn);
    for (const entry of google) this.grantGoogle(args, entry, custom, options?.dependsOn);
    const vercel = accessEntries("vercel", args.access, level);
    if (args.ownsAccounts) this.inviteToVercel(args, vercel);
    else if (vercel.length > 0) new ProjectMembers(`${name}-vercel-project`, projectMembersInputs(args, vercel), this.child());
    if (args.ownsAccounts) this.inviteToCloudflare(args, accessEntries("cloudflare", args.access, level));
    this.registerOutputs({ expectedMembers: this.expectedMembers });
  }

  /** Each that somebody has, once. */
  private declareCustomRoles(
    args: AccessControlArgs,
    entries: readonly AccessEntry<"gcp">[],
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): ReadonlyMap<GcpCustomRole, projects.IAMCustomRole> {
    const roles = new Set(entries.flatMap(({ grant }) => grant.customRoles));
    const declared = (role: GcpCustomRole) =>
      new projects.IAMCustomRole(`${this.name}-gcp-role-${role}`, customRoleInputs(args, role), this.child({ dependsOn }));
    return new Map([...roles].map((role) => [role, declared(role)]));
  }

  private grantGoogle(
    args: AccessControlArgs,
    entry: AccessEntry<"gcp">,
    custom: ReadonlyMap<GcpCustomRole, projects.IAMCustomRole>,
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): void {
    const prefix = `${this.name}-gcp-${kebab(entry.role)}`;
    for (const role of entry.grant.project) {
      new projects.IAMMember(`${prefix}-${roleSlug(role)}`, projectGrantInputs(args, entry.member, role), this.child({ dependsOn }));
    }
    for (const role of entry.grant.customRoles) {
      const options = this.child({ dependsOn: custom.get(role) });
      new projects.IAMMember(`${prefix}-custom-${role}`, customGrantInputs(args, entry.member, role), options);
    }
    for (const role of entry.grant.runtimeAccount) {
      new serviceaccount.IAMMember(
        `${prefix}-runtime-${roleSlug(role)}`,
        runtimeAccountGrantInputs(args, entry.member, role),
        this.child({ dependsOn }),
      );
    }
  }

  /** A person's group is a field of `TeamMember`, so that one who changes the role is moved, and not thrown out and invited again. */
  private inviteToVercel(args: AccessControlArgs, entries: readonly AccessEntry<"vercel">[]): void {
    const groups = new Map<AccessRole, AccessGroup>();
    for (const { role, grant, member } of entries) {
      const group = groups.get(role) ?? this.vercelGroup(args, role, grant);
      groups.set(role, group);
      // What other environments grant on their projects comes back in `projects` when the member is read: not a change of ours.
      const options = this.child({ ignoreChanges: ["projects"] });
      new TeamMember(`${this.name}-vercel-member-${personSlug(member)}`, teamMemberInputs(args, member, group.id), options);
    }
  }

  private vercelGroup(args: AccessControlArgs, role: AccessRole, grant: AccessEntry<"vercel">["grant"]): AccessGroup {
    const group = new AccessGroup(`${this.name}-vercel-group-${kebab(role)}`, accessGroupInputs(args, role), this.child());
    new AccessGroupProject(
      `${this.name}-vercel-group-${kebab(role)}-project`,
      accessGroupProjectInputs(args, group.id, grant),
      this.child(),
    );
    return group;
  }

  private inviteToCloudflare(args: AccessControlArgs, entries: readonly AccessEntry<"cloudflare">[]): void {
    if (entries.length === 0) return;
    const ids = lookUpCloudflareIds(args.cloudflareAccountId, { parent: this });
    for (const entry of entries) {
      new AccountMember(`${this.name}-cloudflare-member-${personSlug(entry.member)}`, accountMemberInputs(args, entry, ids), this.child());
    }
  }
}

/** Two calls to Cloudflare for all members. The ids are the vendor's and not in its documentation, so none is written here. */
function lookUpCloudflareIds(accountId: string, options: pulumi.InvokeOptions): CloudflareAccessIds {
  const permissions = getAccountPermissionGroupsOutput({ accountId }, options).results;
  const whole = wholeAccountName(accountId);
  return {
    permissions: (names) => names.map((name) => permissions.apply((listed) => idByName("permission group", listed, name))),
    wholeAccount: getResourceGroupsOutput({ accountId, name: whole }, options).results.apply((listed) =>
      idByName("resource group", listed, whole),
    ),
  };
}
