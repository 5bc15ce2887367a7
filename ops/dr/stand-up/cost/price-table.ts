/**
 * Prices as the vendors publish them: US dollars, before tax and discounts. Only what is billed for being there; what is billed by use
 * (requests, traffic, builds) depends on the users and is left out, as prod's bill shows it.
 *
 * Where `read` is a date, the figure was compared on that day with a stored copy of the vendor's own page (Supabase's and Cloudflare's from the
 * source of their documentation, Google's from copies of its pages, which may be some months old). Where it is null no copy with the figure was
 * found: it is assumed, and the output says so.
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
  /** The vendor's page. */
  readonly source: string;
  /** The day on which the figure was compared with it; null while it is assumed. */
  readonly read: string | null;
}

const read = "2026-11-23";

/** Supabase's compute sizes, of those that the specifications may name. */
const supabaseCompute: Readonly<Record<string, number>> = { micro: 10, small: 15, medium: 60, large: 110, xlarge: 210 };

/** Regions that keep a copy of each secret. */
function replicas(inputs: Readonly<Record<string, unknown>>): number {
  const { userManaged } = (inputs["replication"] ?? {}) as { userManaged?: { replicas?: unknown[] } };
  return userManaged?.replicas?.length ?? 1;
}

/** An idle instance that is kept, request-based billing, in a region of Google's price tier 1 (Tokyo is one): $0.0000025 a second for each vCPU and each GiB. */
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
    read,
  },
  {
    what: "database: point-in-time recovery, 7 days",
    type: "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery",
    monthly: () => 100,
    assumption: "the add-on for 7 days",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery",
    read,
  },
  {
    what: "database: IPv4 address",
    type: "pulumi-nodejs:dynamic/chisan:DedicatedIpv4",
    monthly: () => 4,
    assumption: "one address",
    source: "https://supabase.com/docs/guides/platform/manage-your-usage/ipv4",
    read,
  },
  {
    what: "API: instances kept running",
    type: "gcp:cloudrunv2/service:Service",
    monthly: keptInstances,
    assumption: "idle all month; what requests use comes on top",
    source: "https://cloud.google.com/run/pricing",
    read: null,
  },
  {
    what: "load balancer: forwarding rule",
    type: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    monthly: () => 0.025 * month,
    assumption: "the first five rules of a project cost as one; $0.008 a GiB comes on top",
    source: "https://cloud.google.com/load-balancing/pricing",
    read,
  },
  {
    what: "load balancer: who is admitted",
    type: "gcp:compute/securityPolicy:SecurityPolicy",
    monthly: ({ rules }) => 5 + (Array.isArray(rules) ? rules.length : 0),
    assumption: "Cloud Armor Standard: $5 a policy, $1 a rule; $0.75 a million requests comes on top",
    source: "https://cloud.google.com/armor/pricing",
    read: null,
  },
  {
    what: "fixed addresses of the API",
    type: "gcp:compute/address:Address",
    monthly: () => 0.005 * month,
    assumption: "used by a NAT gateway all month",
    source: "https://cloud.google.com/nat/pricing",
    read,
  },
  {
    what: "NAT gateways",
    type: "gcp:compute/routerNat:RouterNat",
    monthly: () => 0.0014 * month,
    assumption: "one instance uses each; $0.045 a GiB comes on top",
    source: "https://cloud.google.com/nat/pricing",
    read,
  },
  {
    what: "secrets",
    type: "gcp:secretmanager/secret:Secret",
    monthly: (inputs) => 0.06 * replicas(inputs),
    assumption: "one active version in each region; the six free ones are used by another project",
    source: "https://cloud.google.com/secret-manager/pricing",
    read,
  },
  {
    what: "schedules",
    type: "gcp:cloudscheduler/job:Job",
    monthly: () => 0.1,
    assumption: "the three free ones are used by another project; one that is paused costs the same",
    source: "https://cloud.google.com/scheduler/pricing",
    read,
  },
];

/** R2, Standard storage: dollars a month and GB. The bill is rounded up to the next GB of the account, which this is not. */
export const storage = { perGigabyte: 0.015, source: "https://developers.cloudflare.com/r2/pricing/", read };
