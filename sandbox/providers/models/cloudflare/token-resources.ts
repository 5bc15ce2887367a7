import type { Situation } from "../model";
import { cloudflareError } from "./common";
import { permissionGroups } from "./permission-groups";

const account = "com.cloudflare.api.account";
const zone = "com.cloudflare.api.account.zone";
const bucket = "com.cloudflare.edge.r2.bucket";
const user = "com.cloudflare.api.user";

/** The kinds of resources that `resources` names, nested ones too. Throws for what is no resource, or one that does not exist. */
function kindsOf(situation: Situation, resources: object, nested = false): string[] {
  return Object.entries(resources).flatMap(([name, value]: [string, unknown]) => {
    const kind = kindOf(situation, name);
    if (value === "*") return [kind];
    // The resources of one account: `{"com.cloudflare.api.account.<id>": {"com.cloudflare.api.account.zone.*": "*"}}`.
    if (!nested && kind === account && value !== null && typeof value === "object" && Object.keys(value).length > 0)
      return [kind, ...kindsOf(situation, value, true)];
    throw cloudflareError(400, 1001, `the value of the resource "${name}" must be "*", got ${JSON.stringify(value)}`);
  });
}

function kindOf({ world, existing }: Situation, name: string): string {
  const absent = (what: string): never => {
    throw cloudflareError(400, 1001, `the ${what} of the resource "${name}" does not exist`);
  };
  const named = (prefix: string): string | undefined => (name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : undefined);
  const zoneId = named(zone);
  if (zoneId !== undefined) {
    if (zoneId !== "*" && !existing.hasCloudflareZone(zoneId) && !world.get("cloudflare:index/zone:Zone", zoneId)) absent("zone");
    return zone;
  }
  const accountId = named(account);
  if (accountId !== undefined) {
    if (accountId !== "*" && !existing.hasCloudflareAccount(accountId)) absent("account");
    return account;
  }
  const bucketName = named(bucket);
  if (bucketName !== undefined) {
    const [, owner, jurisdiction, own] = /^([0-9a-f]{32})_([a-z]+)_(.+)$/.exec(bucketName) ?? [];
    if (bucketName !== "*" && !world.find("cloudflare:index/r2Bucket:R2Bucket", `${owner}/${jurisdiction}/${own}`)) absent("bucket");
    return bucket;
  }
  if (/^(\*|[0-9a-f]{32})$/.test(named(user) ?? "")) return user;
  throw cloudflareError(
    400,
    1001,
    `"${name}" is not a resource name: they start with ${[account, zone, bucket, user].join(", ")} and end in an ID or *`,
  );
}

/**
 * `resources` is JSON text: names of resources to "*" (or a nested map of them). Each must exist, and each permission group must be one
 * that the vendor lists and that applies to one of them.
 */
export function validateTokenPolicy(situation: Situation, resources: string, groups: string[]): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(resources);
  } catch {
    throw cloudflareError(400, 1001, `policy resources must be a JSON object, got ${JSON.stringify(resources)}`);
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed) || Object.keys(parsed).length === 0)
    throw cloudflareError(400, 1001, "policy resources must be a JSON object with at least one resource");
  const kinds = kindsOf(situation, parsed);
  for (const id of groups) {
    const group = permissionGroups.find((each) => each.id === id);
    if (!group) throw cloudflareError(400, 1001, `permission group "${id}" does not exist`);
    if (!group.scopes.some((scope) => kinds.includes(scope)))
      throw cloudflareError(
        400,
        1001,
        `permission group "${group.name}" applies to ${group.scopes.join(", ")}, which the policy's resources have none of`,
      );
  }
}
