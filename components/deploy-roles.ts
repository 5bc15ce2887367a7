/**
 * What the deployer of an environment may do in its Google Cloud project: derived from the resource types that the stacks declare, so that a
 * type that comes or goes changes the rights with it (a stack's test holds this table against what it really declares).
 *
 * Predefined roles, where one fits; what they would allow beyond need is said in `broader`. Where none fits, single permissions, which go
 * together into one custom role. Read from Google's list of roles and their permissions (https://cloud.google.com/iam/docs/roles-permissions)
 * as of 2026-08.
 *
 * The deployer reads its own identity and changes nothing of it: not the pool and its provider, not its account's policy, not its roles. So a
 * pipeline that has been taken over cannot widen its own access, and a new type here takes effect when a person with owner rights runs
 * `pulumi up`.
 */

/** Rights that a group of resource types needs to be created, changed, deleted and refreshed. */
interface Area {
  /** Without `gcp:`. */
  readonly types: readonly string[];
  readonly role?: string;
  /** Single permissions, besides or instead of the role. */
  readonly permissions?: readonly string[];
  readonly on?: Place;
  readonly why: string;
  /** What the role allows beyond need, and why it is taken all the same. */
  readonly broader?: string;
}

/** Where a role is granted. The billing account is the company's, not the environment's: a person grants there, once. */
export type Place = "project" | "billing account";

/** A predefined role that the deployer needs, and the declared types that need it. */
export interface Role {
  readonly role: string;
  readonly on: Place;
  readonly types: readonly string[];
  readonly why: readonly string[];
  readonly broader: readonly string[];
}

/** Granted with a condition that names the roles which it may give and take; see deploy-roles-delegation.ts. */
export const grantAdmin = "roles/resourcemanager.projectIamAdmin";

const areas: readonly Area[] = [
  {
    types: ["projects/service:Service"],
    permissions: [
      "serviceusage.operations.get",
      "serviceusage.services.enable",
      "serviceusage.services.get",
      "serviceusage.services.list",
      "serviceusage.services.use",
    ],
    why: "switch on the APIs, and ask for the budget in the project's name; serviceusage.serviceUsageAdmin could also switch one off, which deletes what it holds",
  },
  {
    types: [
      "compute/network:Network",
      "compute/subnetwork:Subnetwork",
      "compute/router:Router",
      "compute/routerNat:RouterNat",
      "compute/address:Address",
      "compute/globalAddress:GlobalAddress",
      "compute/sSLPolicy:SSLPolicy",
      "compute/backendService:BackendService",
      "compute/uRLMap:URLMap",
      "compute/targetHttpsProxy:TargetHttpsProxy",
      "compute/globalForwardingRule:GlobalForwardingRule",
    ],
    role: "roles/compute.networkAdmin",
    why: "the way out (network, NAT) and the way in (load balancer)",
    broader:
      "also VPN, peering and interconnects; no firewall rule, no certificate, no machine. No smaller role has routers and subnetworks",
  },
  {
    types: ["compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"],
    role: "roles/compute.networkAdmin",
    permissions: [
      "compute.networkEndpointGroups.create",
      "compute.networkEndpointGroups.delete",
      "compute.regionNetworkEndpointGroups.create",
      "compute.regionNetworkEndpointGroups.delete",
    ],
    why: "the load balancer's way to Cloud Run; networkAdmin may only read and use these",
  },
  {
    types: ["compute/securityPolicy:SecurityPolicy"],
    role: "roles/compute.networkAdmin",
    permissions: ["compute.securityPolicies.create", "compute.securityPolicies.delete", "compute.securityPolicies.update"],
    why: "admit Cloudflare only; compute.securityAdmin could also write firewall rules and certificates",
  },
  {
    types: [
      "certificatemanager/certificate:Certificate",
      "certificatemanager/certificateMap:CertificateMap",
      "certificatemanager/certificateMapEntry:CertificateMapEntry",
      "certificatemanager/dnsAuthorization:DnsAuthorization",
    ],
    role: "roles/certificatemanager.owner",
    why: "the load balancer's certificate; certificatemanager.editor cannot delete",
  },
  {
    types: ["artifactregistry/repository:Repository"],
    role: "roles/artifactregistry.admin",
    why: "the repository and its clean-up policy",
    broader: "also pushes and deletes images: a deployment pushes the API's image with this account",
  },
  {
    types: ["cloudrunv2/service:Service", "cloudrunv2/serviceIamMember:ServiceIamMember", "cloudrunv2/job:Job", "cloudrunv2/jobIamMember:JobIamMember"],
    role: "roles/run.admin",
    why: "services, jobs, and who may call them; run.developer cannot set the last. What they run as is granted on each account alone",
    broader:
      "also runs jobs, opens a shell in an instance, and makes worker pools: more than a deployment does, less than the code it deploys could",
  },
  {
    types: ["secretmanager/secret:Secret", "secretmanager/secretVersion:SecretVersion", "secretmanager/secretIamMember:SecretIamMember"],
    role: "roles/secretmanager.admin",
    why: "secrets, versions, and who may read which",
    broader:
      "reads every secret of the project. So it must: a refresh of a version reads its value (the provider compares it), and the deployer " +
      "writes these values. The project holds one environment's secrets only",
  },
  {
    types: ["serviceaccount/account:Account"],
    permissions: [
      "iam.serviceAccounts.create",
      "iam.serviceAccounts.delete",
      "iam.serviceAccounts.get",
      "iam.serviceAccounts.list",
      "iam.serviceAccounts.update",
    ],
    why: "accounts that workloads run as; iam.serviceAccountAdmin could grant itself the use of every account of the project",
  },
  {
    types: ["serviceaccount/iAMMember:IAMMember"],
    permissions: ["iam.serviceAccounts.getIamPolicy"],
    why: "read who may use an account; a person changes it",
  },
  {
    types: ["iam/workloadIdentityPool:WorkloadIdentityPool", "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
    role: "roles/iam.workloadIdentityPoolViewer",
    why: "read whom the project trusts; a person changes it",
  },
  {
    types: ["projects/iAMCustomRole:IAMCustomRole"],
    permissions: ["iam.roles.get"],
    why: "read its own role; a person changes it",
  },
  {
    types: ["projects/iAMMember:IAMMember", "projects/iAMAuditConfig:IAMAuditConfig"],
    role: grantAdmin,
    permissions: ["resourcemanager.projects.get", "resourcemanager.projects.getIamPolicy"],
    why: "who may do what in the project, and what of it is logged: limited by a condition to the roles that the stack grants to others",
    broader: "gives those roles to anybody, and changes which accesses are logged: the condition sees roles only",
  },
  {
    types: ["monitoring/notificationChannel:NotificationChannel"],
    role: "roles/monitoring.notificationChannelEditor",
    why: "whom an alert reaches",
  },
  { types: ["monitoring/alertPolicy:AlertPolicy"], role: "roles/monitoring.alertPolicyEditor", why: "when an alert is raised" },
  { types: ["monitoring/uptimeCheckConfig:UptimeCheckConfig"], role: "roles/monitoring.uptimeCheckConfigEditor", why: "uptime checks" },
  {
    types: ["monitoring/metricDescriptor:MetricDescriptor"],
    permissions: [
      "monitoring.metricDescriptors.create",
      "monitoring.metricDescriptors.delete",
      "monitoring.metricDescriptors.get",
      "monitoring.metricDescriptors.list",
    ],
    why: "metrics that CHISAN writes; monitoring.metricWriter cannot delete one, and could write false values",
  },
  {
    types: ["logging/projectBucketConfig:ProjectBucketConfig", "logging/projectExclusion:ProjectExclusion"],
    role: "roles/logging.configWriter",
    why: "retention and levels of logs",
    broader: "also metrics counted from logs, and sinks, which could send logs elsewhere; it reads no log entry",
  },
  {
    types: ["cloudscheduler/job:Job"],
    role: "roles/cloudscheduler.admin",
    why: "when the backup jobs run",
    broader: "also runs and pauses them",
  },
  {
    types: ["billing/budget:Budget"],
    role: "roles/billing.costsManager",
    on: "billing account",
    why: "the budget and its alert belong to the billing account",
    broader:
      "every budget and cost report of the billing account. No smaller role changes a budget, and without it a refresh fails at the budget",
  },
];

/** Every type of Google's that the stacks declare. */
export const declaredTypes: readonly string[] = areas.flatMap(({ types }) => types.map((type) => `gcp:${type}`)).sort();

/**
 * The predefined roles that declaring these types needs, by name. Types of other vendors need none.
 *
 * @throws CHI-C900 for a type of Google's that has no entry here
 */
export function rolesFor(types: Iterable<string>): Role[] {
  const roles = new Map<string, { on: Place; types: string[]; why: string[]; broader: string[] }>();
  for (const { type, area } of areasOf(types)) {
    if (area.role === undefined) continue;
    const role = roles.get(area.role) ?? { on: area.on ?? "project", types: [], why: [], broader: [] };
    roles.set(area.role, role);
    role.types.push(type);
    if (!role.why.includes(area.why)) role.why.push(area.why);
    if (area.broader !== undefined && !role.broader.includes(area.broader)) role.broader.push(area.broader);
  }
  return [...roles].map(([role, rest]) => ({ role, ...rest })).sort((one, other) => (one.role < other.role ? -1 : 1));
}

/**
 * The permissions of the custom role: what declaring these types needs besides `rolesFor`.
 *
 * @throws CHI-C900 for a type of Google's that has no entry here
 */
export function permissionsFor(types: Iterable<string>): string[] {
  return [...new Set(areasOf(types).flatMap(({ area }) => area.permissions ?? []))].sort();
}

function areasOf(types: Iterable<string>): { type: string; area: Area }[] {
  return [...new Set(types)]
    .filter((type) => type.startsWith("gcp:"))
    .sort()
    .map((type) => {
      const area = areas.find((each) => each.types.includes(type.slice("gcp:".length)));
      if (area !== undefined) return { type, area };
      throw new Error(
        `CHI-C900 the deployer has no role for ${type}: add the type to \`areas\` in components/deploy-roles.ts, with the least that it needs`,
      );
    });
}

/** The roles that every deployer has. */
export const deployerRoles: readonly Role[] = rolesFor(declaredTypes);
/** The permissions of every deployer's custom role. */
export const deployerPermissions: readonly string[] = permissionsFor(declaredTypes);

/**
 * How the table differs from what stacks really declare, a line each; for the stacks' tests, which want both lists empty.
 *
 * @param recordedTypes type tokens of everything that the stacks register; those of other vendors are passed over
 */
export function missingOrExcessRoles(recordedTypes: Iterable<string>): { missing: string[]; excess: string[] } {
  const recorded = new Set([...recordedTypes].filter((type) => type.startsWith("gcp:")));
  const mend = "components/deploy-roles.ts";
  const missing = [...recorded].filter((type) => !declaredTypes.includes(type)).sort();
  const excess = declaredTypes.filter((type) => !recorded.has(type));
  return {
    missing: missing.map((type) => `${type} is declared, and the deployer has no role for it: add it to ${mend}`),
    excess: excess.map((type) => `${type} is declared by no stack, and the deployer has ${rightsOf(type)} for it: remove it from ${mend}`),
  };
}

function rightsOf(type: string): string {
  return [...rolesFor([type]).map(({ role }) => role), ...permissionsFor([type])].join(", ");
}
