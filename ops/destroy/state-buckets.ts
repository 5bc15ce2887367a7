/** The buckets that a stack's state has, with the locks on them. Pure. */

/** A rule of a bucket's lock, as R2BucketLock declares it. */
interface LockRule {
  readonly enabled?: boolean;
  readonly prefix?: string;
  readonly condition?: { readonly type?: string; readonly maxAgeSeconds?: number; readonly date?: string };
}

/** A resource of `pulumi stack export`, as far as it is read here. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  /** `<URN>::<id>` */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface StackBucket {
  readonly name: string;
  readonly accountId: string;
  readonly rules: readonly LockRule[];
  /** The bucket, what is declared on it (its lock first of all), and what these need in the state. */
  readonly urns: readonly string[];
}

const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
const lockType = "cloudflare:index/r2BucketLock:R2BucketLock";
/** Without these a bucket that stays would be open, or lose what it keeps. The lifecycle deletes what is over, and so ends the bill. */
const onBuckets = [lockType, "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle", "cloudflare:index/r2ManagedDomain:R2ManagedDomain"];

export function stackBuckets(resources: readonly ExportedResource[]): StackBucket[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .filter(({ type }) => type === bucketType)
    .map((bucket) => {
      const name = String(bucket.inputs?.["name"]);
      const beside = resources.filter(({ type, inputs }) => onBuckets.includes(type) && inputs?.["bucketName"] === name);
      const rules = beside.filter(({ type }) => type === lockType).flatMap(({ inputs }) => (inputs?.["rules"] ?? []) as readonly LockRule[]);
      return { name, accountId: String(bucket.inputs?.["accountId"]), rules, urns: [...needed([bucket, ...beside], byUrn)] };
    });
}

/** Whether a resource is a bucket or declared on one. */
export function isOfBucket({ type }: { readonly type: string }): boolean {
  return type === bucketType || onBuckets.includes(type);
}

/** With parents, providers and dependencies: the engine keeps nothing whose provider is gone. */
function needed(first: readonly ExportedResource[], byUrn: ReadonlyMap<string, ExportedResource>): Set<string> {
  const found = new Set<string>();
  const open = first.map(({ urn }) => urn);
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    const resource = byUrn.get(urn);
    if (resource === undefined || found.has(urn)) continue;
    found.add(urn);
    const { parent, provider, dependencies = [] } = resource;
    const ofProvider = provider?.slice(0, provider.lastIndexOf("::"));
    open.push(...[parent, ofProvider].filter((each) => each !== undefined), ...dependencies);
  }
  return found;
}

/**
 * Until when a lock holds an object, in milliseconds since 1970; 0 when none was ever on it. Of several rules the longest counts
 * (https://developers.cloudflare.com/r2/buckets/bucket-locks/).
 *
 * @throws CHI-O024 for a kind of rule that is not known here: its objects would be taken for free
 */
export function lockedUntil(rules: readonly LockRule[], { key, lastModified }: { readonly key: string; readonly lastModified: Date }): number {
  const ends = rules
    .filter(({ enabled = true, prefix = "" }) => enabled && key.startsWith(prefix))
    .map(({ condition: { type, maxAgeSeconds = 0, date = "" } = {} }) => {
      if (type === "Age") return lastModified.getTime() + maxAgeSeconds * 1000;
      if (type === "Date") return Date.parse(date);
      if (type === "Indefinite") return Number.POSITIVE_INFINITY;
      throw new Error(`CHI-O024 a lock has the condition "${String(type)}", where Age, Date and Indefinite are known, nothing was destroyed: teach it to ops/destroy/state-buckets.ts`);
    });
  return Math.max(0, ...ends);
}
