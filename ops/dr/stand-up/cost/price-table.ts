/**
 * Prices as the vendors published them, read in November 2026: US dollars, before tax and discounts. Only what is billed for being there;
 * what is billed by use (requests, traffic, builds) depends on the users and is left out, as prod's bill shows it.
 */

/** Hours of a month, as the vendors count them. */
const month = 730;

export interface Price {
  /** In words, for the table. */
  readonly what: string;
  /** The declared resource's type. */
  readonly type: string;
  /** Dollars a month of one. */
  readonly monthly: (inputs: Readonly<Record<string, unknown>>) => number;
  readonly assumption: string;
  readonly source: string;
}

/** Supabase's compute sizes, of those that the specifications may name. */
const supabaseCompute: Readonly<Record<string, number>> = { micro: 10, small: 15, medium: 60, large: 110, xlarge: 210 };

/** Regions that keep a copy of each secret. */
function replicas(inputs: Readonly<Record<string, unknown>>): number {
  const { userManaged } = (inputs["replication"] ?? {}) as { userManaged?: { replicas?: unknown[] } };
  return userManaged?.replicas?.length ?? 1;
}

/** An idle instance that is kept: CPU and memory at $0.0000025 a second for each vCPU and each GiB. */
function keptInstances(inputs: Readonly<Record<string, unknown>>): number {
  const { minInstanceCount } = (inputs["scaling"] ?? {}) as { minInstanceCount?: unknown };
  const { containers } = (inputs["template"] ?? {}) as { containers?: { resources?: { limits?: Record<string, string> } }[] };
  const { cpu = "1", memory = "512Mi" } = containers?.[0]?.resources?.limits ?? {};
  const gibibytes = memory.endsWith("Gi") ? Number.parseFloat(memory) : Number.parseFloat(memory) / 1024;
  const instances = typeof minInstanceCount === "number" ? minInstanceCount : 0;
  return instances * (Number(cpu) + gibibytes) * 0.0000025 * 3600 * month;
}

export const prices: readonly Price[] = [
  {
    what: "database: compute",
    type: "supabase:index/project:Project",
    monthly: ({ instanceSize }) => supabaseCompute[String(instanceSize)] ?? 0,
    assumption: "the organization's plan (from $25) is paid already, and its $10 of credits are used by another project",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/compute",
  },
  {
    what: "database: point-in-time recovery, 7 days",
    type: "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery",
    monthly: () => 100,
    assumption: "the add-on for 7 days",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery",
  },
  {
    what: "database: IPv4 address",
    type: "pulumi-nodejs:dynamic/chisan:DedicatedIpv4",
    monthly: () => 4,
    assumption: "one address",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/ipv4",
  },
  {
    what: "API: instances kept running",
    type: "gcp:cloudrunv2/service:Service",
    monthly: keptInstances,
    assumption: "idle all month; what requests use comes on top",
    source: "https://cloud.google.com/run/pricing",
  },
  {
    what: "load balancer: forwarding rule",
    type: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    monthly: () => 0.025 * month,
    assumption: "the first five rules of a project cost as one; $0.008 a GiB comes on top",
    source: "https://cloud.google.com/load-balancing/pricing",
  },
  {
    what: "load balancer: who is admitted",
    type: "gcp:compute/securityPolicy:SecurityPolicy",
    monthly: ({ rules }) => 5 + (Array.isArray(rules) ? rules.length : 0),
    assumption: "Cloud Armor Standard: $5 a policy, $1 a rule; $0.75 a million requests comes on top",
    source: "https://cloud.google.com/armor/pricing",
  },
  {
    what: "fixed addresses of the API",
    type: "gcp:compute/address:Address",
    monthly: () => 0.005 * month,
    assumption: "used by a NAT gateway all month",
    source: "https://cloud.google.com/nat/pricing",
  },
  {
    what: "NAT gateways",
    type: "gcp:compute/routerNat:RouterNat",
    monthly: () => 0.0014 * month,
    assumption: "one instance uses each; $0.045 a GiB comes on top",
    source: "https://cloud.google.com/nat/pricing",
  },
  {
    what: "secrets",
    type: "gcp:secretmanager/secret:Secret",
    monthly: (inputs) => 0.06 * replicas(inputs),
    assumption: "one active version in each region; the six free ones are used by another project",
    source: "https://cloud.google.com/secret-manager/pricing",
  },
  {
    what: "schedules",
    type: "gcp:cloudscheduler/job:Job",
    monthly: () => 0.1,
    assumption: "the three free ones are used by another project",
    source: "https://cloud.google.com/scheduler/pricing",
  },
];

/** R2: dollars a month and GB; the tenth of a gigabyte is what R2 counts. */
export const storage = { perGigabyte: 0.015, source: "https://developers.cloudflare.com/r2/pricing/" };
