/** Who may do what. */
import { accessTable, customRoleName } from "../../../../config/access-table";
import { valueAt } from "../../edit";
import type { Generators } from "../generators";
import { accountGrant, grants, memberOf, of, projectGrant, secretGrant } from "../places";
import { grantsOfOtherTypes } from "../types-to-add";

const basicRoles = ["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"];
/** With each of these on a project one is, or makes oneself, every account of it. */
const impersonation = [
  "serviceAccountTokenCreator",
  "serviceAccountUser",
  "serviceAccountKeyAdmin",
  "serviceAccountAdmin",
  "workloadIdentityUser",
  "securityAdmin",
  "roleAdmin",
].map((name) => `roles/iam.${name}`);
const person = "user:somebody@chisanpaper.com";
const devops = "group:devops-team@chisanpaper.com";

export const grantMutants: Generators = {
  "no-basic-roles": ({ prod }) => grants(prod).flatMap((grant) => prod.set(grant, ["role"], basicRoles)),

  "custom-role-permissions": ({ prod }) =>
    prod.ofType("gcp:projects/iAMCustomRole:IAMCustomRole").flatMap((role) => {
      const permissions = role.inputs["permissions"] as string[];
      const widening = [
        "*",
        "resourcemanager.projects.setIamPolicy",
        "iam.serviceAccounts.setIamPolicy",
        "run.services.setIamPolicy",
        "secretmanager.secrets.setIamPolicy",
        "iam.serviceAccounts.actAs",
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.signBlob",
        "iam.serviceAccounts.signJwt",
        "iam.serviceAccountKeys.create",
        "iam.roles.update",
        "iam.roles.create",
        "secretmanager.versions.access",
      ];
      return [
        ...prod.set(role, ["permissions", permissions.length], widening),
        ...permissions.flatMap((permission, at) => prod.set(role, ["permissions", at], [permission.replace(/\.\w+$/, ".*")])),
      ];
    }),

  "declared-grants-only": ({ prod }) => grantsOfOtherTypes(prod),

  "grants-of-own-project": ({ prod }) => [
    ...grants(prod)
      .filter((grant) => memberOf(grant).startsWith("serviceAccount:"))
      .flatMap((grant) =>
        prod.set(
          grant,
          ["member"],
          [
            "serviceAccount:other@elsewhere.iam.gserviceaccount.com",
            memberOf(grant).replace(/@.*$/, "@chisan-sandbox-staging.iam.gserviceaccount.com"),
            "serviceAccount:1-compute@developer.gserviceaccount.com",
          ],
        ),
      ),
    ...grants(prod)
      .filter(({ inputs }) => inputs["project"] !== undefined)
      .flatMap((grant) => prod.set(grant, ["project"], ["chisan-sandbox-staging", undefined])),
    ...of(
      prod,
      [secretGrant],
      ["secretId"],
      ["chisan-staging-jwt-secret", "projects/chisan-sandbox-staging/secrets/chisan-prod-jwt-secret", undefined],
    ),
    ...of(
      prod,
      [accountGrant],
      ["serviceAccountId"],
      ["projects/elsewhere/serviceAccounts/other@elsewhere.iam.gserviceaccount.com"],
    ),
  ],

  "no-public-member": ({ prod }) =>
    grants(prod).flatMap((grant) =>
      prod.set(grant, ["member"], ["allUsers", "allAuthenticatedUsers", "domain:chisanpaper.com", "projectEditor:chisan-sandbox-prod"]),
    ),

  "no-impersonation-on-project": ({ prod }) => {
    const mutants = of(prod, [projectGrant], ["role"], impersonation);
    const [delegation, ...others] = prod
      .ofType(projectGrant)
      .filter(({ inputs }) => inputs["role"] === "roles/resourcemanager.projectIamAdmin");
    if (delegation === undefined || others.length > 0)
      throw new Error("CHI-M003 not one grant of projectIamAdmin in prod: correct policies/mutants/intended/least-privilege.ts");
    const expression = String(valueAt(delegation.inputs, ["condition", "expression"]));
    const listed = [...basicRoles, ...impersonation, "roles/resourcemanager.projectIamAdmin"].map((role) =>
      expression.replace("hasOnly([", `hasOnly(['${role}', `),
    );
    return [
      ...mutants,
      ...prod.set(delegation, ["condition"], [undefined]),
      ...prod.set(
        delegation,
        ["condition", "expression"],
        ["true", `true || ${expression}`, `${expression} || true`, `!${expression}`, expression.replace("hasOnly", "hasAny"), ...listed],
      ),
      ...prod
        .ofType(projectGrant)
        .flatMap((grant) => (grant === delegation ? [] : prod.set(grant, ["role"], ["roles/resourcemanager.projectIamAdmin"]))),
    ];
  },

  "account-grants": ({ prod }) => [
    ...of(
      prod,
      [accountGrant],
      ["role"],
      ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountKeyAdmin", "roles/iam.serviceAccountAdmin"],
    ),
    ...prod
      .ofType(accountGrant)
      .flatMap((grant) => [
        ...prod.set(
          grant,
          ["member"],
          [
            "serviceAccount:chisan-prod-api@chisan-sandbox-prod.iam.gserviceaccount.com",
            "serviceAccount:chisan-staging-deploy@chisan-sandbox-staging.iam.gserviceaccount.com",
          ],
        ),
        ...(memberOf(grant).startsWith("principalSet:") ? [] : prod.set(grant, ["role"], ["roles/iam.workloadIdentityUser"])),
      ]),
  ],

  "workload-project-roles": ({ prod }) => {
    const held = prod.ofType(projectGrant).filter((grant) => memberOf(grant).startsWith("serviceAccount:"));
    const workloads = ["api", "backup-daily", "metrics"].map(
      (name) => `serviceAccount:chisan-prod-${name}@chisan-sandbox-prod.iam.gserviceaccount.com`,
    );
    return held.flatMap((grant) => [
      ...prod.set(grant, ["role"], ["roles/bigquery.admin", "roles/cloudsql.admin", "roles/storage.admin"]),
      ...(grant.inputs["role"] === "roles/monitoring.metricWriter" ? [] : prod.set(grant, ["member"], workloads)),
    ]);
  },

  "people-by-access-table": ({ prod }) => [
    ...grants(prod).flatMap((grant) => prod.set(grant, ["member"], [person])),
    ...grants(prod)
      .filter((grant) => memberOf(grant).startsWith("group:"))
      .flatMap((grant) => prod.set(grant, ["role"], ["roles/storage.admin", "roles/cloudscheduler.admin"])),
    ...grants(prod)
      .filter(({ type }) => type !== projectGrant && type !== accountGrant)
      .flatMap((grant) => prod.set(grant, ["member"], [devops])),
  ],

  "one-role-per-group": ({ prod }) => {
    const groups = [
      ...new Set(
        grants(prod)
          .map(memberOf)
          .filter((member) => member.startsWith("group:")),
      ),
    ];
    const cells = Object.values(accessTable.gcp).map(({ production }): readonly string[] => [
      ...production.project,
      ...production.customRoles.map((role) => customRoleName("chisan-sandbox-prod", "prod", role)),
    ]);
    const roles = [...new Set(cells.flat())];
    return groups.flatMap((group) => {
      const held = prod
        .ofType(projectGrant)
        .filter((grant) => memberOf(grant) === group)
        .map(({ inputs }) => String(inputs["role"]));
      const tooMuch = roles.filter((role) => !cells.some((cell) => [...held, role].every((each) => cell.includes(each))));
      const accounts = [...new Set(prod.ofType(accountGrant).map(({ inputs }) => inputs["serviceAccountId"]))];
      const used = prod
        .ofType(accountGrant)
        .filter((grant) => memberOf(grant) === group)
        .map(({ inputs }) => inputs["serviceAccountId"]);
      return [
        ...tooMuch.map((role) => prod.added(projectGrant, { project: "chisan-sandbox-prod", role, member: group })),
        ...accounts
          .filter((account) => !used.includes(account))
          .map((serviceAccountId) => prod.added(accountGrant, { serviceAccountId, role: "roles/iam.serviceAccountUser", member: group })),
      ];
    });
  },

  "cloudflare-members": ({ prod }) =>
    prod
      .ofType("cloudflare:index/accountMember:AccountMember")
      .flatMap((member) => [
        ...prod.set(member, ["roles"], [["33666b9c79b9a5273fc7344ff42f953d"], ["05784afa30c1afe1440e79d9351c7430"], ["a-role"]]),
        ...prod.set(member, ["status"], ["accepted"]),
        ...prod.set(
          member,
          ["policies"],
          [undefined, [], [...(member.inputs["policies"] as unknown[]), ...(member.inputs["policies"] as unknown[])]],
        ),
        ...prod.set(member, ["policies", 0, "permissionGroups"], [[], ["1", "2", "3", "4"].map((id) => ({ id }))]),
        ...prod.set(
          member,
          ["policies", 0, "permissionGroups", 0, "id"],
          ["33666b9c79b9a5273fc7344ff42f953d", "05784afa30c1afe1440e79d9351c7430"],
        ),
      ]),

  "vercel-members": ({ prod }) => [
    ...of(prod, ["vercel:index/teamMember:TeamMember"], ["role"], ["OWNER", "MEMBER", "DEVELOPER", "SECURITY", "BILLING", "VIEWER"]),
    ...of(prod, ["vercel:index/accessGroupProject:AccessGroupProject"], ["role"], ["PROJECT_DEVELOPER", "PROJECT_VIEWER", "OWNER"]),
    prod.added("vercel:index/projectMembers:ProjectMembers", { members: [] }),
    prod.added("vercel:index/projectMembers:ProjectMembers", { members: [{ email: "a@chisanpaper.com", role: "PROJECT_DEVELOPER" }] }),
  ],
};
