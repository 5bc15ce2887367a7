import fc from "fast-check";
import { basicRoles, knownRoles } from "../sandbox/providers/models/gcp/known-roles";
import {
  type AccessMembers,
  type AccessRole,
  type AccessSystem,
  accessEntries,
  accessLevel,
  accessRoles,
  accessSystems,
  accessTable,
  customRoleId,
  customRoleName,
  expectedMembers,
  foreignMembers,
  gcpCustomRoles,
  memberFields,
  repeatedMembers,
} from "./access-table";
import { accessShape } from "./access-table-shape";
import { type Finding } from "./shape";

const levels = ["staging", "production"] as const;
const cells = accessSystems.flatMap((system) => Object.keys(accessTable[system]).map((role) => ({ system, role: role as AccessRole })));

/** The shape's answer. */
function read(value: unknown): { access: AccessMembers | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const access = accessShape.read(value, ["access"], (finding) => findings.push(finding));
  return { access, findings };
}

test("the table is the document's (section 8.3): no system less, no role more", () => {
  expect(Object.fromEntries(accessSystems.map((system) => [system, Object.keys(accessTable[system])]))).toEqual({
    github: ["developer"],
    vercel: ["devops", "techLead"],
    gcp: ["devops", "techLead"],
    supabase: ["devops", "dba"],
    cloudflare: ["devops"],
  });
});

test("a role can be configured exactly where it has a cell", () => {
  for (const role of accessRoles) {
    for (const system of accessSystems) {
      const single = system === "github" || system === "gcp";
      const member = system === "github" ? "team" : "someone@chisanpaper.com";
      const { findings } = read({ [role]: { [memberFields[system]]: single ? member : [member] } });
      expect([role, system, findings.length]).toEqual([
        role,
        system,
        cells.some((cell) => cell.system === system && cell.role === role) ? 0 : 1,
      ]);
    }
  }
});

test("every cell says why", () => {
  for (const { system, role } of cells) {
    const because: string | undefined = (accessTable as Record<string, Record<string, { because: string }>>)[system]?.[role]?.because;
    expect(because).toMatch(/^[A-Z].{20,}[^.]$/);
  }
});

test("Google: predefined roles that exist, no basic one, none that gives out access or reads a secret's value", () => {
  for (const { staging, production } of Object.values(accessTable.gcp)) {
    for (const role of [staging, production].flatMap(({ project, runtimeAccount }) => [...project, ...runtimeAccount])) {
      expect(knownRoles).toContain(role);
      expect(basicRoles).not.toContain(role);
      expect(role).not.toMatch(
        /run\.admin|secretAccessor|[sS]ecurityAdmin|IamAdmin|serviceAccount(Admin|KeyAdmin|TokenCreator)|^roles\/iam\.roleAdmin/,
      );
    }
    // The right to run as an account is never on the project, where it would be on all accounts.
    for (const { project } of [staging, production]) expect(project).not.toContain("roles/iam.serviceAccountUser");
  }
});

test("Google's custom role moves the load balancer's traffic, and touches neither what protects it nor that it exists", () => {
  expect(gcpCustomRoles.failover.permissions).toEqual([
    "compute.backendServices.get",
    "compute.backendServices.update",
    "compute.globalOperations.get",
    "compute.regionNetworkEndpointGroups.get",
    "compute.regionNetworkEndpointGroups.use",
  ]);
  for (const { permissions } of Object.values(gcpCustomRoles)) {
    for (const permission of permissions) expect(permission).not.toMatch(/\*|create|delete|setSecurityPolicy|setIamPolicy|actAs|^iam\./);
  }
  expect(customRoleId("prod", "failover")).toBe("chisan_prod_failover");
  expect(customRoleName("chisan-dr-project", "dr", "failover")).toBe("projects/chisan-dr-project/roles/chisan_dr_failover");
});

test("whoever operates Cloud Run (section 8.3) can carry out a region's failover, in both kinds of environment", () => {
  for (const cell of Object.values(accessTable.gcp)) {
    for (const level of levels) {
      expect(cell[level].customRoles).toEqual(["failover"]);
      // The other half of the move: the backup region's scaling, run as the API's account.
      expect(cell[level].project).toContain("roles/run.developer");
      expect(cell[level].runtimeAccount).toContain("roles/iam.serviceAccountUser");
    }
  }
});

test("production grants nothing that staging does not, in a wider form", () => {
  const narrower: Record<string, string> = {
    "roles/artifactregistry.reader": "roles/artifactregistry.writer",
    "roles/cloudscheduler.viewer": "roles/cloudscheduler.admin",
  };
  for (const { staging, production } of Object.values(accessTable.gcp)) {
    const inStaging: readonly string[] = staging.project;
    for (const role of production.project) expect(inStaging.includes(role) || inStaging.includes(narrower[role] ?? "")).toBe(true);
  }
  expect(accessTable.gcp.devops.production.project.length).toBeLessThan(accessTable.gcp.devops.staging.project.length);
  expect(accessTable.gcp.devops.production.project.filter((role) => /writer|editor|admin/i.test(role))).toEqual([]);
});

test("Cloudflare: nothing for all, and no write to what holds the backups", () => {
  for (const { staging, production } of Object.values(accessTable.cloudflare)) {
    expect(production).toEqual(staging);
    expect(production.filter((permission) => /admin|all privileges|billing|members/i.test(permission))).toEqual([]);
  }
});

test("Supabase: nobody of the table owns the organization", () => {
  for (const { production } of Object.values(accessTable.supabase))
    expect(["Administrator", "Developer", "Read-only"]).toContain(production);
});

test("chisan-dr is as prod", () => {
  expect((["staging", "prod", "dr"] as const).map(accessLevel)).toEqual(["staging", "production", "production"]);
});

/** Any configuration that the shape accepts: for each cell nobody, or different people. */
const people = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}[a-z0-9]$/), { maxLength: 12 });
const anyAccess: fc.Arbitrary<AccessMembers> = fc.tuple(people, fc.infiniteStream(fc.nat({ max: 3 }))).map(([names, choices]) => {
  const access: { [role: string]: { [field: string]: string | string[] } } = {};
  for (const { system, role } of cells) {
    const roles = Object.keys(accessTable[system]);
    // Each person in one role of a system at most, or in none.
    const mine = names.filter((_, index) => (choices.next().value ?? 0) > 0 && index % roles.length === roles.indexOf(role));
    const field = memberFields[system];
    if (system === "github" || system === "gcp") {
      if (mine[0] !== undefined)
        (access[role] ??= {})[field] = system === "github" ? mine[0].replace(/[^a-z0-9]/g, "-") : `${mine[0]}@chisanpaper.com`;
    } else if (mine.length > 0) (access[role] ??= {})[field] = mine.map((name) => `${name}@chisanpaper.com`);
  }
  return access as AccessMembers;
});

const configured = (access: AccessMembers, role: AccessRole, system: AccessSystem): readonly string[] => {
  const value = (access[role] as Record<string, string | readonly string[]> | undefined)?.[memberFields[system]] ?? [];
  return typeof value === "string" ? [value] : value;
};

test("every entry traces back to one cell and one configured member, and no member of a cell is forgotten", () => {
  fc.assert(
    fc.property(anyAccess, fc.constantFrom(...levels), (access, level) => {
      for (const system of accessSystems) {
        const entries = accessEntries(system, access, level);
        for (const { role, member, grant } of entries) {
          const cell = (accessTable as Record<string, Record<string, Record<string, unknown>>>)[system]?.[role];
          expect(cell?.[level]).toBe(grant);
          expect(configured(access, role, system).filter((each) => each === member)).toHaveLength(1);
        }
        expect(entries.map(({ role, member }) => `${role} ${member}`).sort()).toEqual(
          accessRoles.flatMap((role) => configured(access, role, system).map((member) => `${role} ${member}`)).sort(),
        );
      }
    }),
  );
});

test("what the shape accepts is given back unchanged, and has no one twice", () => {
  fc.assert(
    fc.property(anyAccess, (access) => {
      const { access: given, findings } = read(access);
      expect(findings).toEqual([]);
      expect(given).toEqual(access);
      expect(repeatedMembers(access)).toEqual([]);
      expect(foreignMembers(access, "chisanpaper.com")).toEqual([]);
    }),
  );
});

test("nobody configured: nobody expected, nobody granted", () => {
  const nobody = { github: {}, vercel: {}, gcp: {}, supabase: {}, cloudflare: {} };
  expect(read({})).toEqual({ access: {}, findings: [] });
  for (const access of [{}, { devops: {} }, { devops: { vercelMembers: [] }, dba: { supabaseMembers: [] } }]) {
    for (const level of levels) expect(expectedMembers(access, level)).toEqual(nobody);
  }
});

test("what is expected at the vendors, by system and role", () => {
  const access: AccessMembers = {
    developer: { githubTeam: "developers" },
    devops: { googleGroup: "devops-team@chisanpaper.com", supabaseMembers: ["devops@chisanpaper.com"] },
    dba: { supabaseMembers: ["dba@chisanpaper.com", "deputy-dba@chisanpaper.com"] },
  };
  expect(expectedMembers(access, "production")).toEqual({
    github: { developer: { grant: "push", members: ["developers"] } },
    vercel: {},
    gcp: { devops: { grant: accessTable.gcp.devops.production, members: ["devops-team@chisanpaper.com"] } },
    supabase: {
      devops: { grant: "Developer", members: ["devops@chisanpaper.com"] },
      dba: { grant: "Administrator", members: ["dba@chisanpaper.com", "deputy-dba@chisanpaper.com"] },
    },
    cloudflare: {},
  });
});

test("a person outside the company is found with the place, also one whose domain only ends alike", () => {
  const access: AccessMembers = {
    developer: { githubTeam: "developers" },
    devops: { vercelMembers: ["devops@chisanpaper.com", "devops@evilchisanpaper.com"], googleGroup: "devops-team@sub.chisanpaper.com" },
  };
  expect(foreignMembers(access, "chisanpaper.com")).toEqual([
    { place: "devops.vercelMembers[1]", member: "devops@evilchisanpaper.com" },
    { place: "devops.googleGroup", member: "devops-team@sub.chisanpaper.com" },
  ]);
});

test("a person in two roles is found at each system, and may be in different roles of different systems", () => {
  const lead = "lead@chisanpaper.com";
  const twice: AccessMembers = {
    devops: { vercelMembers: [lead], googleGroup: lead },
    techLead: { vercelMembers: ["other@chisanpaper.com", lead], googleGroup: lead },
  };
  expect(read(twice).findings.map(({ path, note }) => [path.join("."), note])).toEqual([
    ["access.techLead.googleGroup", "also in devops.googleGroup"],
    ["access.techLead.vercelMembers.1", "also in devops.vercelMembers[0]"],
  ]);
  expect(
    read({ techLead: { vercelMembers: [lead] }, dba: { supabaseMembers: [lead] }, devops: { cloudflareMembers: [lead] } }).findings,
  ).toEqual([]);
});
