import fc from "fast-check";
import { type AccessMembers, type CloudflarePermission, accessTable, customRoleName, gcpCustomRoles } from "../config/access-table";
import { AccessControl } from "./access-control";
import { type AccessControlArgs, checkAccessControl, idByName } from "./access-control-inputs";
import { ProjectServices } from "./project-services";
import { cloudflareMocks, testAccount } from "./test-support/cloudflare";
import { type RecordedResource, names, ofType, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  project: "gcp:projects/iAMMember:IAMMember",
  customRole: "gcp:projects/iAMCustomRole:IAMCustomRole",
  account: "gcp:serviceaccount/iAMMember:IAMMember",
  group: "vercel:index/accessGroup:AccessGroup",
  groupProject: "vercel:index/accessGroupProject:AccessGroupProject",
  teamMember: "vercel:index/teamMember:TeamMember",
  projectMembers: "vercel:index/projectMembers:ProjectMembers",
  accountMember: "cloudflare:index/accountMember:AccountMember",
};

const devops = "devops@chisanpaper.com";
const lead = "tech-lead@chisanpaper.com";
const access: AccessMembers = {
  developer: { githubTeam: "developers" },
  devops: {
    googleGroup: "devops-team@chisanpaper.com",
    vercelMembers: [devops],
    supabaseMembers: [devops],
    cloudflareMembers: [devops],
  },
  techLead: { googleGroup: "tech-lead-team@chisanpaper.com", vercelMembers: [lead] },
  dba: { supabaseMembers: ["dba@chisanpaper.com"] },
};
const args: AccessControlArgs = {
  slug: "prod",
  project: "chisan-prod",
  companyDomain: "chisanpaper.com",
  access,
  ownsAccounts: true,
  runtimeAccountEmail: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
  vercelTeamId: "team_0123456789abcdefghijklmn",
  vercelProjectId: "prj_0123456789abcdefghijklmnopqr",
  cloudflareAccountId: testAccount,
};

async function recorded(change: Partial<AccessControlArgs> = {}): Promise<{ control: AccessControl; resources: RecordedResource[] }> {
  const built: AccessControl[] = [];
  const resources = await recordResources(() => built.push(new AccessControl("access", { ...args, ...change })), cloudflareMocks);
  return { control: built[0] as AccessControl, resources };
}

/** `<member> <role>` of every grant on the project. */
const projectGrants = (resources: RecordedResource[]): string[] =>
  ofType(resources, type.project)
    .map(({ inputs }) => `${String(inputs.member)} ${String(inputs.role)}`)
    .sort();

test("the owner of the accounts declares exactly what the table and the configuration say", async () => {
  const { resources } = await recorded();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:AccessControl access",
      `${type.project} access-gcp-devops-artifactregistry-reader`,
      `${type.project} access-gcp-devops-cloudscheduler-viewer`,
      `${type.project} access-gcp-devops-compute-networkViewer`,
      `${type.project} access-gcp-devops-custom-failover`,
      `${type.customRole} access-gcp-role-failover`,
      `${type.project} access-gcp-tech-lead-custom-failover`,
      `${type.project} access-gcp-devops-logging-viewer`,
      `${type.project} access-gcp-devops-monitoring-viewer`,
      `${type.project} access-gcp-devops-run-developer`,
      `${type.project} access-gcp-tech-lead-logging-viewer`,
      `${type.project} access-gcp-tech-lead-monitoring-viewer`,
      `${type.project} access-gcp-tech-lead-run-developer`,
      `${type.account} access-gcp-devops-runtime-iam-serviceAccountUser`,
      `${type.account} access-gcp-tech-lead-runtime-iam-serviceAccountUser`,
      `${type.group} access-vercel-group-devops`,
      `${type.group} access-vercel-group-tech-lead`,
      `${type.groupProject} access-vercel-group-devops-project`,
      `${type.groupProject} access-vercel-group-tech-lead-project`,
      `${type.teamMember} access-vercel-member-devops`,
      `${type.teamMember} access-vercel-member-tech-lead`,
      `${type.accountMember} access-cloudflare-member-devops`,
    ].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("access");
  expect(refusals(resources)).toEqual([]);
});

test("Google: to groups, additively, and the right to run as an account on the API's alone", async () => {
  const { resources } = await recorded();
  expect(only(resources, type.project, "access-gcp-tech-lead-run-developer").inputs).toEqual({
    project: "chisan-prod",
    role: "roles/run.developer",
    member: "group:tech-lead-team@chisanpaper.com",
  });
  expect(only(resources, type.account, "access-gcp-devops-runtime-iam-serviceAccountUser").inputs).toEqual({
    serviceAccountId: "projects/chisan-prod/serviceAccounts/chisan-prod-api@chisan-prod.iam.gserviceaccount.com",
    role: "roles/iam.serviceAccountUser",
    member: "group:devops-team@chisanpaper.com",
  });
  for (const { inputs } of [...ofType(resources, type.project), ...ofType(resources, type.account)])
    expect(inputs.member).toMatch(/^group:/);
  expect(resources.filter(({ type: token }) => /iAMBinding|iAMPolicy/.test(token))).toEqual([]);
});

test.each(["staging", "prod", "dr"] as const)("Google: %s has one role for the failover of a region, for both who operate Cloud Run", async (slug) => {
  const { resources } = await recorded({ slug, ownsAccounts: false });
  expect(only(resources, type.customRole).inputs).toEqual({
    project: "chisan-prod",
    roleId: `chisan_${slug}_failover`,
    title: `Failover (${slug})`,
    description: "Sends the API's traffic to another region (section 3.3). Managed by Pulumi.",
    permissions: [...gcpCustomRoles.failover.permissions],
  });
  for (const role of ["devops", "tech-lead"]) {
    const grant = only(resources, type.project, `access-gcp-${role}-custom-failover`);
    const member = `group:${role}-team@chisanpaper.com`;
    expect(grant.inputs).toEqual({ project: "chisan-prod", role: `projects/chisan-prod/roles/chisan_${slug}_failover`, member });
    // The name alone would let Google be asked before there is such a role.
    expect(grant.dependencies).toContain("access-gcp-role-failover");
  }
});

test("Google: staging lets DevOps try what production leaves to the pipeline", async () => {
  // A custom role has the environment in its name, and is the same in each.
  const grantsOf = async (slug: AccessControlArgs["slug"]) =>
    projectGrants((await recorded({ slug, ownsAccounts: false })).resources).map((grant) => grant.replace(`_${slug}_`, "_<slug>_"));
  const [staging, prod, dr] = [await grantsOf("staging"), await grantsOf("prod"), await grantsOf("dr")];
  expect(dr).toEqual(prod);
  const group = "group:devops-team@chisanpaper.com roles/";
  expect(staging.filter((grant) => !prod.includes(grant))).toEqual(
    ["artifactregistry.writer", "cloudscheduler.admin", "monitoring.editor", "secretmanager.viewer"].map((role) => group + role),
  );
  expect(prod.filter((grant) => !staging.includes(grant))).toEqual(
    ["artifactregistry.reader", "cloudscheduler.viewer"].map((role) => group + role),
  );
});

test("Vercel: a group for each role on this project, and people with nothing but their group", async () => {
  const { resources } = await recorded();
  const teamId = args.vercelTeamId;
  expect(only(resources, type.group, "access-vercel-group-tech-lead").inputs).toEqual({ teamId, name: "chisan-tech-lead" });
  expect(only(resources, type.groupProject, "access-vercel-group-tech-lead-project").inputs).toEqual({
    teamId,
    accessGroupId: "access-vercel-group-tech-lead_id",
    projectId: args.vercelProjectId,
    role: "ADMIN",
  });
  const member = only(resources, type.teamMember, "access-vercel-member-tech-lead");
  expect(member.inputs).toEqual({ teamId, email: lead, role: "CONTRIBUTOR", accessGroups: ["access-vercel-group-tech-lead_id"] });
  expect(member.ignoreChanges).toEqual(["projects"]);
});

test("Vercel: a person who changes the role stays the same resource, in another group", async () => {
  const { resources } = await recorded({ access: { ...access, devops: { vercelMembers: [devops, lead] }, techLead: {} } });
  expect(only(resources, type.teamMember, "access-vercel-member-tech-lead").inputs.accessGroups).toEqual(["access-vercel-group-devops_id"]);
  expect(ofType(resources, type.group).map(({ name }) => name)).toEqual(["access-vercel-group-devops"]);
});

test("Cloudflare: an invitation, with the table's permissions by name, and never an administrator's", async () => {
  const { resources } = await recorded();
  expect(only(resources, type.accountMember).inputs).toEqual({
    accountId: testAccount,
    email: devops,
    policies: [
      {
        access: "allow",
        permissionGroups: [{ id: "id of Cache Purge" }, { id: "id of Cloudflare R2 Read" }, { id: "id of DNS" }],
        resourceGroups: [{ id: `id of com.cloudflare.api.account.${testAccount}` }],
      },
    ],
  });
  expect(JSON.stringify(resources)).not.toMatch(/Administrator|R2 Admin/);
});

test("another environment grants on its own projects alone, and asks Cloudflare nothing", async () => {
  const resources = await recordResources(() => new AccessControl("access", { ...args, slug: "staging", ownsAccounts: false }), {});
  const types = new Set(resources.map((resource) => resource.type));
  expect([...types].filter((token) => !token.startsWith("gcp:") && !token.startsWith("chisan:"))).toEqual([type.projectMembers]);
  expect(only(resources, type.projectMembers).inputs).toEqual({
    teamId: args.vercelTeamId,
    projectId: args.vercelProjectId,
    members: [
      { email: devops, role: "ADMIN" },
      { email: lead, role: "ADMIN" },
    ],
  });
  expect(refusals(resources)).toEqual([]);
});

test.each([true, false])("nobody in a role: nothing at all (owner of the accounts: %s)", async (ownsAccounts) => {
  for (const nobody of [
    {},
    { devops: { vercelMembers: [], cloudflareMembers: [] } },
    { dba: { supabaseMembers: ["dba@chisanpaper.com"] } },
  ]) {
    const resources = await recordResources(() => new AccessControl("access", { ...args, access: nobody, ownsAccounts }), {});
    expect(names(resources)).toEqual(["chisan:infrastructure:AccessControl access"]);
  }
});

test("whatever is declared is for a configured member, and traces back to one cell of the table", async () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const scenario = fc.record({
    people: fc.uniqueArray(name, { minLength: 0, maxLength: 6 }),
    cut: fc.nat({ max: 6 }),
    slug: fc.constantFrom("staging" as const, "prod" as const, "dr" as const),
    ownsAccounts: fc.boolean(),
    groups: fc.tuple(fc.boolean(), fc.boolean()),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ people, cut, slug, ownsAccounts, groups }) => {
      const addresses = people.map((person) => `${person}@chisanpaper.com`);
      const [inDevops, inLead] = [addresses.slice(0, cut), addresses.slice(cut)];
      const level = slug === "staging" ? "staging" : "production";
      const { resources } = await recorded({
        slug,
        ownsAccounts,
        access: {
          devops: {
            vercelMembers: inDevops,
            cloudflareMembers: inDevops,
            ...(groups[0] ? { googleGroup: "g-devops@chisanpaper.com" } : {}),
          },
          techLead: { vercelMembers: inLead, ...(groups[1] ? { googleGroup: "g-lead@chisanpaper.com" } : {}) },
        },
      });
      const custom = customRoleName("chisan-prod", slug, "failover");
      const expectedGoogle = [
        ...(groups[0] ? [`group:g-devops@chisanpaper.com ${custom}`] : []),
        ...(groups[1] ? [`group:g-lead@chisanpaper.com ${custom}`] : []),
        ...(groups[0] ? accessTable.gcp.devops[level].project.map((role) => `group:g-devops@chisanpaper.com ${role}`) : []),
        ...(groups[1] ? accessTable.gcp.techLead[level].project.map((role) => `group:g-lead@chisanpaper.com ${role}`) : []),
      ];
      expect(projectGrants(resources)).toEqual(expectedGoogle.sort());
      const atVercel = ownsAccounts
        ? ofType(resources, type.teamMember).map(({ inputs }) => `${String(inputs.email)} ${String(inputs.accessGroups)}`)
        : ofType(resources, type.projectMembers).flatMap(({ inputs }) => (inputs.members as { email: string }[]).map(({ email }) => email));
      const suffix = (role: string): string => (ownsAccounts ? ` access-vercel-group-${role}_id` : "");
      expect(atVercel.sort()).toEqual(
        [...inDevops.map((email) => email + suffix("devops")), ...inLead.map((email) => email + suffix("tech-lead"))].sort(),
      );
      expect(ofType(resources, type.accountMember).map(({ inputs }) => inputs.email)).toEqual(ownsAccounts ? inDevops : []);
    }),
    { numRuns: 20 },
  );
});

test("the first preview shows every resource, and everything at Google waits for the APIs", async () => {
  const build = () => {
    const services = new ProjectServices("apis", { project: "chisan-prod" });
    new AccessControl("access", args, { dependsOn: services });
  };
  const resources = await recordResources(build, cloudflareMocks);
  expect(only(resources, type.customRole).dependencies).toContain("apis-iam");
  for (const grant of [...ofType(resources, type.project), ...ofType(resources, type.account)])
    expect(grant.dependencies).toContain(grant.name.includes("-custom-") ? "access-gcp-role-failover" : "apis-iam");
  expect(names(await recordResources(build, { ...cloudflareMocks, preview: true }))).toEqual(names(resources));
});

test("what cannot be declared is given out: who must be a member at Supabase and GitHub", async () => {
  const { control } = await recorded();
  expect(control.expectedMembers.supabase).toEqual({
    devops: { grant: "Developer", members: [devops] },
    dba: { grant: "Administrator", members: ["dba@chisanpaper.com"] },
  });
  expect(control.expectedMembers.github).toEqual({ developer: { grant: "push", members: ["developers"] } });
});

test("CHI-C920 for a member outside the company, with the command that takes him out", () => {
  const outside: AccessMembers = { devops: { cloudflareMembers: [devops, "contractor@elsewhere.kr"] } };
  expect(() => checkAccessControl({ ...args, access: outside, slug: "dr" })).toThrow(
    'CHI-C920 chisan:access.devops.cloudflareMembers[1]: found "contractor@elsewhere.kr"; allowed: addresses of chisanpaper.com (chisan:companyDomain); ' +
      "mend: pulumi config rm --path 'chisan:access.devops.cloudflareMembers[1]' --stack chisan-dr",
  );
});

test("a component that is refused has granted nothing before", async () => {
  const recording = recordResources(() => new AccessControl("access", { ...args, companyDomain: "elsewhere.kr" }), cloudflareMocks);
  await expect(recording).rejects.toThrow("CHI-C920 chisan:access.devops.vercelMembers[0]");
});

test("CHI-C921 for a person in two roles of one system", () => {
  const twice: AccessMembers = { devops: { supabaseMembers: [devops] }, dba: { supabaseMembers: [devops] } };
  expect(() => checkAccessControl({ ...args, access: twice })).toThrow(
    /^CHI-C921 chisan:access\.dba\.supabaseMembers\[0\]: found "devops@chisanpaper\.com", who is in devops\.supabaseMembers\[0\] as well; [^\n]+ --stack prod$/,
  );
});

test("CHI-C922 for a name that Cloudflare does not list, or lists twice", () => {
  const dns: CloudflarePermission = "DNS";
  const listed = [{ id: "1", name: "Billing" }];
  expect(() => idByName("permission group", listed, dns)).toThrow(
    /^CHI-C922 Cloudflare lists no permission group "DNS" among \[Billing\]: [^\n]+access-table\.ts$/,
  );
  expect(() => idByName("resource group", [...listed, ...listed], "Billing")).toThrow(
    /^CHI-C922 Cloudflare lists 2 resource groups "Billing"/,
  );
  expect(idByName("permission group", [...listed, { id: "2", name: dns }], dns)).toBe("2");
});
