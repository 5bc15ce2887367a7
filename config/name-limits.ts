/**
 * The physical names that this project gives at its vendors: which property holds it, what the vendor allows, and among whom it must be the
 * only one. Pure data and pure functions; stacks/name-collisions.ts watches a running program with them.
 */

/** Form of a name. */
interface Form {
  readonly pattern: RegExp;
  /** In words, for who has to mend it. */
  readonly says: string;
}

export interface NameRule {
  /** The property that holds the name. */
  readonly property: string;
  readonly form: Form;
  /**
   * The properties within whose values a name is taken once (`project`, `region`); absent where the vendor allows two of one name.
   */
  readonly uniqueIn?: readonly string[];
  /** Where the limit is stated. */
  readonly source: string;
}

/** A resource, as far as its names go. */
export interface NamedResource {
  readonly type: string;
  /** Its logical name in the program. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const compute: Form = { pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, says: "1 to 63 lower-case letters, digits and hyphens, from a letter on, not ending in a hyphen" };
const run: Form = { pattern: /^[a-z]([-a-z0-9]{0,47}[a-z0-9])?$/, says: "1 to 49 lower-case letters, digits and hyphens, from a letter on, not ending in a hyphen" };
const certificates: Form = { pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, says: compute.says };
const federation: Form = { pattern: /^(?!gcp-)[a-z0-9-]{4,32}$/, says: "4 to 32 lower-case letters, digits and hyphens, not starting with gcp-" };
const bucket: Form = { pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, says: "3 to 63 lower-case letters, digits and hyphens, starting and ending with a letter or a digit" };
const slug = (most: number): Form => ({
  pattern: new RegExp(`^(?!\\d+$)[a-z0-9_-]{1,${most}}$`),
  says: `1 to ${most} lower-case letters, digits, hyphens and underscores, not digits alone`,
});
const anyText = (most: number): Form => ({ pattern: new RegExp(`^[^\\n]{1,${most}}$`, "u"), says: `1 to ${most} characters on one line` });

const computeSource = "Compute Engine, resource naming convention (RFC 1035)";
const global = { property: "name", form: compute, uniqueIn: ["project"], source: computeSource } as const;
const regional = { property: "name", form: compute, uniqueIn: ["project", "region"], source: computeSource } as const;
const certificate = { property: "name", form: certificates, uniqueIn: ["project", "location"], source: "Certificate Manager API, resource IDs" } as const;
const monitoringName = { property: "displayName", form: anyText(512), source: "Cloud Monitoring API v3, displayName" } as const;
const checklyName = { property: "name", form: anyText(255), source: "no limit is published; a bound of this project's own" } as const;

const sentryAlert = { property: "name", form: anyText(256), uniqueIn: ["organization", "project"], source: "Sentry API, alert rules, name" } as const;

/** By type. A type that a stack declares with a name and that is not in here is found by stacks/name-collisions.test.ts. */
export const nameRules: Readonly<Record<string, NameRule>> = {
  "gcp:compute/network:Network": global,
  "gcp:compute/globalAddress:GlobalAddress": global,
  "gcp:compute/backendService:BackendService": global,
  "gcp:compute/securityPolicy:SecurityPolicy": global,
  "gcp:compute/sSLPolicy:SSLPolicy": global,
  "gcp:compute/uRLMap:URLMap": global,
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": global,
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": global,
  "gcp:compute/subnetwork:Subnetwork": regional,
  "gcp:compute/address:Address": regional,
  "gcp:compute/router:Router": regional,
  "gcp:compute/routerNat:RouterNat": { ...regional, uniqueIn: ["project", "region", "router"] },
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": regional,
  "gcp:certificatemanager/certificate:Certificate": certificate,
  "gcp:certificatemanager/certificateMap:CertificateMap": { ...certificate, uniqueIn: ["project"] },
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": { ...certificate, uniqueIn: ["project", "map"] },
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": certificate,
  "gcp:cloudrunv2/service:Service": { property: "name", form: run, uniqueIn: ["project", "location"], source: "Cloud Run Admin API v2, serviceId (less than 50 characters)" },
  "gcp:cloudrunv2/job:Job": { property: "name", form: run, uniqueIn: ["project", "location"], source: "Cloud Run Admin API v2, jobId (less than 50 characters)" },
  "gcp:cloudscheduler/job:Job": {
    property: "name",
    form: { pattern: /^[a-zA-Z\d_-]{1,500}$/, says: "1 to 500 letters, digits, hyphens and underscores" },
    uniqueIn: ["project", "region"],
    source: "Cloud Scheduler API, projects.locations.jobs.name",
  },
  "gcp:secretmanager/secret:Secret": {
    property: "secretId",
    form: { pattern: /^[a-zA-Z_0-9-]{1,255}$/, says: "1 to 255 letters, digits, hyphens and underscores" },
    uniqueIn: ["project"],
    source: "Secret Manager API, secretId",
  },
  "gcp:serviceaccount/account:Account": {
    property: "accountId",
    form: { pattern: /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/, says: "6 to 30 lower-case letters, digits and hyphens, from a letter on, not ending in a hyphen" },
    uniqueIn: ["project"],
    source: "IAM API, projects.serviceAccounts.create, accountId",
  },
  "gcp:artifactregistry/repository:Repository": {
    property: "repositoryId",
    form: { pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, says: compute.says },
    uniqueIn: ["project", "location"],
    source: "Artifact Registry, repository names",
  },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": { property: "workloadIdentityPoolId", form: federation, uniqueIn: ["project"], source: "IAM API, workloadIdentityPoolId" },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    property: "workloadIdentityPoolProviderId",
    form: federation,
    uniqueIn: ["project", "workloadIdentityPoolId"],
    source: "IAM API, workloadIdentityPoolProviderId",
  },
  "gcp:projects/iAMCustomRole:IAMCustomRole": {
    property: "roleId",
    form: { pattern: /^[a-zA-Z0-9_.]{3,64}$/, says: "3 to 64 letters, digits, underscores and full stops" },
    uniqueIn: ["project"],
    source: "IAM API, projects.roles.create, roleId",
  },
  "gcp:logging/projectExclusion:ProjectExclusion": {
    property: "name",
    form: { pattern: /^[a-zA-Z0-9][\w.-]{0,98}$/, says: "less than 100 letters, digits, underscores, hyphens and full stops, starting with a letter or a digit" },
    uniqueIn: ["project"],
    source: "Cloud Logging API v2, LogExclusion.name",
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": monitoringName,
  "gcp:monitoring/notificationChannel:NotificationChannel": monitoringName,
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": monitoringName,
  "gcp:monitoring/metricDescriptor:MetricDescriptor": {
    property: "type",
    form: { pattern: /^(custom|external|workload)\.googleapis\.com\/[A-Za-z][\w/.]{0,200}$/, says: "custom.googleapis.com/ and up to 201 letters, digits, slashes, underscores and full stops" },
    uniqueIn: ["project"],
    source: "Cloud Monitoring, user-defined metrics, naming",
  },
  "gcp:billing/budget:Budget": { property: "displayName", form: anyText(60), source: "Cloud Billing Budget API, displayName" },
  "gcp:storage/bucket:Bucket": { property: "name", form: bucket, uniqueIn: [], source: "Cloud Storage, bucket names (one name space for all customers)" },
  "cloudflare:index/r2Bucket:R2Bucket": { property: "name", form: bucket, uniqueIn: ["accountId", "jurisdiction"], source: "Cloudflare R2, bucket names" },
  "cloudflare:index/queue:Queue": { property: "queueName", form: { ...bucket, pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/ }, uniqueIn: ["accountId"], source: "Cloudflare Queues, queue names" },
  "cloudflare:index/workersScript:WorkersScript": {
    property: "scriptName",
    form: { pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/, says: "1 to 63 lower-case letters, digits, hyphens and underscores" },
    uniqueIn: ["accountId"],
    source: "Cloudflare Workers, script names (63: a label of the preview's domain)",
  },
  // Cloudflare lets two tokens be of one name; an operator who must revoke one could not tell them apart.
  "cloudflare:index/accountToken:AccountToken": { property: "name", form: anyText(120), uniqueIn: ["accountId"], source: "Cloudflare API, account tokens, name" },
  "vercel:index/project:Project": {
    property: "name",
    form: { pattern: /^(?!.*---)[a-z0-9-]{1,52}$/, says: "1 to 52 lower-case letters, digits and hyphens, no three hyphens in a row" },
    uniqueIn: ["teamId"],
    source: "the provider vercel/vercel 5.10.0 (52); Vercel's API allows 100",
  },
  "vercel:index/projectRoute:ProjectRoute": { property: "name", form: anyText(256), uniqueIn: ["teamId", "projectId"], source: "no limit is published; a bound of this project's own" },
  "vercel:index/accessGroup:AccessGroup": { property: "name", form: { pattern: /^[A-Za-z0-9_ -]{1,50}$/, says: "1 to 50 letters, digits, spaces, hyphens and underscores" }, uniqueIn: ["teamId"], source: "Vercel API, access groups, name" },
  "supabase:index/project:Project": { property: "name", form: anyText(256), uniqueIn: ["organizationId"], source: "Supabase Management API, V1CreateProjectBody.name" },
  "sentry:index/sentryTeam:SentryTeam": { property: "slug", form: slug(50), uniqueIn: ["organization"], source: "Sentry, DEFAULT_SLUG_MAX_LENGTH" },
  "sentry:index/sentryProject:SentryProject": { property: "slug", form: slug(50), uniqueIn: ["organization"], source: "Sentry, a project's slug (50 until 2024, 100 since)" },
  "sentry:index/sentryKey:SentryKey": { property: "name", form: anyText(64), uniqueIn: ["organization", "project"], source: "Sentry, ProjectKey.label" },
  "sentry:index/sentryIssueAlert:SentryIssueAlert": sentryAlert,
  "sentry:index/sentryMetricAlert:SentryMetricAlert": sentryAlert,
  "checkly:index/check:Check": checklyName,
  "checkly:index/checkGroup:CheckGroup": checklyName,
};

/**
 * What is wrong with the names of a stack's resources, a line each; none where all is well. Names that are not known yet are not judged.
 *
 * @param unknown how the inputs show a value that is not known yet
 */
export function nameProblems(resources: readonly NamedResource[], unknown?: string): string[] {
  const given = resources.flatMap((resource) => {
    const rule = nameRules[resource.type];
    const value = rule === undefined ? undefined : resource.inputs[rule.property];
    return rule === undefined || typeof value !== "string" || value === unknown ? [] : [{ resource, rule, value }];
  });
  const malformed = given.flatMap(({ resource, rule: { property, form, source }, value }) =>
    form.pattern.test(value)
      ? []
      : [`CHI-N002 ${kind(resource)} "${resource.name}" is to be called "${value}" (${value.length} characters) in ${property}; allowed: ${form.says} (${source})`],
  );
  const first = new Map<string, string>();
  const doubled = given.flatMap(({ resource, rule, value }) => {
    const place = placeOf(rule, value, resource);
    if (place === undefined) return [];
    const other = first.get(place);
    if (other === undefined) first.set(place, resource.name);
    return other === undefined ? [] : [collision(kind(resource), other, resource.name, value)];
  });
  return [...malformed, ...doubled];
}

/** Properties of `uniqueIn` that name another resource of the same stack. */
const ownResource: ReadonlySet<string> = new Set(["projectId", "map", "router", "workloadIdentityPoolId"]);

/** Names that are taken once in an account of several environments, and that two stacks would give. */
export function sharedNameProblems(stacks: Readonly<Record<string, readonly NamedResource[]>>, unknown?: string): string[] {
  const first = new Map<string, { stack: string; name: string }>();
  return Object.entries(stacks).flatMap(([stack, resources]) =>
    resources.flatMap((resource) => {
      const rule = nameRules[resource.type];
      const value = rule === undefined ? undefined : resource.inputs[rule.property];
      if (rule === undefined || typeof value !== "string" || value === unknown) return [];
      const place = placeOf(rule, value, resource);
      // What is inside a resource of the stack's own is shared with no other stack.
      if (place === undefined || rule.uniqueIn?.some((property) => ownResource.has(property))) return [];
      const other = first.get(place);
      if (other === undefined) first.set(place, { stack, name: resource.name });
      if (other === undefined || other.stack === stack) return [];
      return [`CHI-N003 ${kind(resource)} "${resource.name}" of ${stack} is to be called "${value}", as "${other.name}" of ${other.stack} in the same account: put the environment into its name (config/naming.ts)`];
    }),
  );
}

/** What identifies the name among all others of its type; undefined where two may be alike. */
export function placeOf({ uniqueIn }: NameRule, value: string, { type, inputs }: Pick<NamedResource, "type" | "inputs">): string | undefined {
  return uniqueIn === undefined ? undefined : JSON.stringify([type, value, ...uniqueIn.map((property) => inputs[property] ?? null)]);
}

/** The words of a collision, without how to mend it where that is not known. */
export function collision(type: string, first: string, second: string, value: string, mend = "give one of them another (config/naming.ts)"): string {
  return `CHI-N001 ${type} "${first}" and "${second}" are both to be called "${value}": ${mend}`;
}

function kind({ type }: NamedResource): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
