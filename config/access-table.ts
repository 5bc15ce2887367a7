/**
 * Who may do what at which vendor: section 8.3 of the operations document as data.
 *
 * A role that the document does not name for a system has no cell there, and so nothing. A cell's grant is the smallest of the vendor's that
 * lets the role do its work: developers write code; DevOps deploys and operates; the Tech Lead rolls back and reads; the DBA has the database
 * only. Whatever else must change goes through a reviewed `pulumi up`, which runs as its own identity.
 */
import { type EnvironmentSlug, physicalName } from "./naming";

export const accessRoles = ["developer", "devops", "techLead", "dba"] as const;
export type AccessRole = (typeof accessRoles)[number];

export const accessSystems = ["github", "vercel", "gcp", "supabase", "cloudflare"] as const;
export type AccessSystem = (typeof accessSystems)[number];

/** `production` is where the data are real: in chisan-dr as in prod. */
export type AccessLevel = "staging" | "production";

export function accessLevel(slug: EnvironmentSlug): AccessLevel {
  return slug === "prod" || slug === "dr" ? "production" : "staging";
}

/** Predefined roles only: the basic ones (owner, editor, viewer) reach into every service, also those of next year. */
export type GcpRole = `roles/${string}.${string}`;

/** Roles of this project's own, in each environment: where no predefined one is small enough. Their permissions are in `gcpCustomRoles`. */
export type GcpCustomRole = "failover";

export interface GcpGrant {
  readonly project: readonly GcpRole[];
  /** On the project as well; a role's name at Google has the project in it (`customRoleName`). */
  readonly customRoles: readonly GcpCustomRole[];
  /** Roles on the API's own service account, and on no other: a new revision, and so also a rollback, runs as it. */
  readonly runtimeAccount: readonly GcpRole[];
}

/**
 * `failover`: section 3.3, the manual failover of a region, by `chisan dr region` or by `gcloud compute backend-services add-backend` and
 * `remove-backend`: which regions the load balancer sends to. Both read the backend service, update it with a region's endpoint group, and wait
 * for the operation. The scaling of Cloud Run is in run.developer. Without `setSecurityPolicy`: in an update the security policy is output only
 * (https://cloud.google.com/compute/docs/reference/rest/v1/backendServices), so Cloud Armor stays. compute.loadBalancerAdmin, the smallest
 * predefined role with it, could also delete the load balancer and exchange its certificate.
 */
export const gcpCustomRoles = {
  failover: {
    title: "Failover",
    description: "Sends the API's traffic to another region (section 3.3).",
    permissions: [
      "compute.backendServices.get",
      "compute.backendServices.update",
      "compute.globalOperations.get",
      "compute.regionNetworkEndpointGroups.get",
      "compute.regionNetworkEndpointGroups.use",
    ],
  },
} as const satisfies Record<GcpCustomRole, { title: string; description: string; permissions: readonly string[] }>;

/** A custom role's id in its project: `chisan_prod_failover`. Google takes no hyphen here. */
export function customRoleId(slug: EnvironmentSlug, role: GcpCustomRole): string {
  return physicalName(slug, role).replaceAll("-", "_");
}

/** What a grant of a custom role names: `projects/<project>/roles/<id>`. */
export function customRoleName(project: string, slug: EnvironmentSlug, role: GcpCustomRole): string {
  return `projects/${project}/roles/${customRoleId(slug, role)}`;
}

/** https://vercel.com/docs/rbac/access-roles/project-level-roles */
export type VercelProjectRole = "ADMIN" | "PROJECT_DEVELOPER" | "PROJECT_VIEWER";

/** Account-scoped roles of https://developers.cloudflare.com/fundamentals/manage-members/roles/ that are ever granted here. */
export type CloudflarePermission = "Cache Purge" | "Cloudflare R2 Read" | "DNS";

/** https://supabase.com/docs/guides/platform/access-control */
export type SupabaseRole = "Administrator" | "Developer" | "Read-only";

/** What a cell grants, by system. */
export interface AccessGrants {
  /** The team's permission on the repository. */
  github: "push";
  vercel: VercelProjectRole;
  gcp: GcpGrant;
  supabase: SupabaseRole;
  cloudflare: readonly CloudflarePermission[];
}

/** The grant in each kind of environment. Where the vendor knows accounts and no environments, both are the same. */
export interface AccessCell<G> {
  readonly staging: G;
  readonly production: G;
  /** Why this and not less. */
  readonly because: string;
}

type AccessTable = { readonly [S in AccessSystem]: { readonly [R in AccessRole]?: AccessCell<AccessGrants[S]> } };

/** What DevOps and the Tech Lead need to see and shift traffic. */
const rollbackRoles = ["roles/run.developer", "roles/logging.viewer", "roles/monitoring.viewer"] as const;
const asTheApi: readonly GcpRole[] = ["roles/iam.serviceAccountUser"];
/** In staging as well: there it is declared and reviewed first. */
const failsOver: readonly GcpCustomRole[] = ["failover"];

export const accessTable = {
  github: {
    developer: {
      staging: "push",
      production: "push",
      because: "Branches and pull requests; what may be merged is decided by branch protection",
    },
  },
  vercel: {
    devops: {
      staging: "ADMIN",
      production: "ADMIN",
      because: "Deploys to production by hand in an emergency (section 7.2), which no smaller project role can",
    },
    techLead: {
      staging: "ADMIN",
      production: "ADMIN",
      because: "Rolls back (section 4.2 A): a Project Developer cannot, and the permission for that alone has no field in the provider",
    },
  },
  gcp: {
    devops: {
      staging: {
        project: [
          ...rollbackRoles,
          "roles/artifactregistry.writer",
          "roles/cloudscheduler.admin",
          "roles/compute.networkViewer",
          "roles/monitoring.editor",
          "roles/secretmanager.viewer",
        ],
        customRoles: failsOver,
        runtimeAccount: asTheApi,
      },
      production: {
        project: [...rollbackRoles, "roles/artifactregistry.reader", "roles/cloudscheduler.viewer", "roles/compute.networkViewer"],
        customRoles: failsOver,
        runtimeAccount: asTheApi,
      },
      because:
        "Deploys, shifts traffic also between regions, starts jobs and reads why; tries images, schedules and alerts in staging, while in production these come from the pipeline alone. Never a secret's value",
    },
    techLead: {
      staging: { project: rollbackRoles, customRoles: failsOver, runtimeAccount: asTheApi },
      production: { project: rollbackRoles, customRoles: failsOver, runtimeAccount: asTheApi },
      because:
        "Rolls back (update-traffic), fails over in an outage and reads logs and metrics; Google has no predefined role for traffic alone, and without another account's serviceAccountUser only the API can be changed",
    },
  },
  supabase: {
    devops: {
      staging: "Developer",
      production: "Developer",
      because: "Reads logs and runs queries in an incident; cannot restore, pause or delete",
    },
    dba: {
      staging: "Administrator",
      production: "Administrator",
      because: "Starts point-in-time recovery (section 4.2 B), which a Developer cannot; not the owner, who alone deletes the organization",
    },
  },
  cloudflare: {
    devops: {
      staging: ["Cache Purge", "Cloudflare R2 Read", "DNS"],
      production: ["Cache Purge", "Cloudflare R2 Read", "DNS"],
      because:
        "Moves records by hand when nothing else works, purges the cache (section 9), looks into the buckets and fetches a backup; R2 Admin could lift the locks of the backups",
    },
  },
} as const satisfies AccessTable;

/** Where a role's members at a system are configured: the names of `chisan:access.<role>.<field>`. */
export const memberFields = {
  github: "githubTeam",
  vercel: "vercelMembers",
  gcp: "googleGroup",
  supabase: "supabaseMembers",
  cloudflare: "cloudflareMembers",
} as const satisfies Record<AccessSystem, string>;

/** The roles' members as configured. A role, or a system of a role, that is left out has nobody. */
export interface AccessMembers {
  readonly developer?: { readonly githubTeam?: string };
  readonly devops?: {
    readonly googleGroup?: string;
    readonly vercelMembers?: readonly string[];
    readonly supabaseMembers?: readonly string[];
    readonly cloudflareMembers?: readonly string[];
  };
  readonly techLead?: { readonly googleGroup?: string; readonly vercelMembers?: readonly string[] };
  readonly dba?: { readonly supabaseMembers?: readonly string[] };
}

/** One member of one cell. */
export interface AccessEntry<S extends AccessSystem = AccessSystem> {
  readonly system: S;
  readonly role: AccessRole;
  readonly grant: AccessGrants[S];
  /** An e-mail address; at GitHub a team's name. */
  readonly member: string;
  /** Below `chisan:access`: `devops.vercelMembers[0]`. */
  readonly place: string;
}

/** All members at a system with what each gets, in the order of the roles. */
export function accessEntries<S extends AccessSystem>(system: S, access: AccessMembers, level: AccessLevel): AccessEntry<S>[] {
  const cells: { readonly [R in AccessRole]?: AccessCell<AccessGrants[S]> } = (accessTable satisfies AccessTable as AccessTable)[system];
  return accessRoles.flatMap((role) => {
    const cell = cells[role];
    const members: { readonly [field: string]: string | readonly string[] | undefined } = access[role] ?? {};
    const field = memberFields[system];
    const configured = members[field];
    if (cell === undefined || configured === undefined) return [];
    const listed =
      typeof configured === "string"
        ? [{ member: configured, place: `${role}.${field}` }]
        : configured.map((member, index) => ({ member, place: `${role}.${field}[${index}]` }));
    return listed.map((entry) => ({ system, role, grant: cell[level], ...entry }));
  });
}

/** Who must be a member where, and as what: for the systems whose membership nothing declares, and for a comparison with the rest. */
export type ExpectedMembers = {
  readonly [S in AccessSystem]: { readonly [R in AccessRole]?: { readonly grant: AccessGrants[S]; readonly members: readonly string[] } };
};

/** A role with nobody is left out, as is a role without a cell. */
export function expectedMembers(access: AccessMembers, level: AccessLevel): ExpectedMembers {
  const of = <S extends AccessSystem>(system: S): ExpectedMembers[S] => {
    const entries = accessEntries(system, access, level);
    const roles = accessRoles.flatMap((role) => {
      const [first, ...others] = entries.filter((entry) => entry.role === role);
      return first === undefined ? [] : [[role, { grant: first.grant, members: [first, ...others].map(({ member }) => member) }]];
    });
    return Object.fromEntries(roles) as ExpectedMembers[S];
  };
  return { github: of("github"), vercel: of("vercel"), gcp: of("gcp"), supabase: of("supabase"), cloudflare: of("cloudflare") };
}

/** Members with an e-mail address outside the company's domain, with their place. */
export function foreignMembers(access: AccessMembers, companyDomain: string): { place: string; member: string }[] {
  return accessSystems
    .filter((system) => system !== "github")
    .flatMap((system) => accessEntries(system, access, "production"))
    .filter(({ member }) => !member.endsWith(`@${companyDomain}`))
    .map(({ place, member }) => ({ place, member }));
}

/** Members who are named twice at one system: it is then a matter of luck which of two grants holds. The second place, with the first. */
export function repeatedMembers(access: AccessMembers): { place: string; first: string; member: string }[] {
  return accessSystems.flatMap((system) => {
    const seen = new Map<string, string>();
    return accessEntries(system, access, "production").flatMap(({ member, place }) => {
      const first = seen.get(member);
      seen.set(member, first ?? place);
      return first === undefined ? [] : [{ place, first, member }];
    });
  });
}

/** `techLead` becomes `tech-lead`. */
export function kebab(role: AccessRole): string {
  return role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `roles/run.developer` becomes `run-developer`. */
export function roleSlug(role: GcpRole): string {
  return role.replace(/^roles\//, "").replace(/\./g, "-");
}
