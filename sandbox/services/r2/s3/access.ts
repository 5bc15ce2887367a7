import { sandboxToken, sandboxTokenId } from "../../../control/environment";
import type { World, WorldRecord } from "../../../world/world";
import { permissionGroups } from "../../../providers/models/cloudflare/permission-groups";
import { s3Credential } from "../../../providers/models/cloudflare/tokens";
import { R2Error } from "../r2-error";
import { findBucket, worldBuckets, type BucketRecord } from "../world-buckets";
import { readSignature, verifySignature, type Signature, type SignedRequest } from "./signature";

export type Access = "read" | "write";

interface Policy {
  effect?: string;
  resources?: string;
  permissionGroups?: { id?: string }[];
}

/** Who sent a request: a token of the world that is good now. */
export interface Caller {
  account: string;
  signature: Signature;
  policies: Policy[];
}

/** The groups by what they allow. Who may write an object may read it too: R2 has no permission to write alone. */
const groupAccess = new Map(
  permissionGroups.flatMap(({ id, name }): [string, { scope: "bucket" | "account"; allows: Access[] }][] => {
    const group = /^Workers R2 Storage (Bucket Item )?(Read|Write)$/.exec(name);
    if (group === null) return [];
    return [[id, { scope: group[1] === undefined ? "account" : "bucket", allows: group[2] === "Write" ? ["read", "write"] : ["read"] }]];
  }),
);

/**
 * The token is looked up for each request, so a deleted, disabled or expired one stops at once.
 *
 * @param machineNow milliseconds since 1970, for the signature; @param now by the sandbox's clock, for the token's period
 * @throws Unauthorized for a token that is none or no longer good, SignatureDoesNotMatch for a wrong secret
 */
export function authenticate(world: World, request: SignedRequest, machineNow: number, now: number): Caller {
  const signature = readSignature(request);
  if (signature.accessKeyId === sandboxTokenId) return deployer(world, request, signature, machineNow);
  const token = world.get("cloudflare:index/accountToken:AccountToken", signature.accessKeyId);
  if (token === undefined || !isGood(token, now)) throw new R2Error("Unauthorized");
  verifySignature(request, signature, s3Credential(signature.accessKeyId, String(token.outputs.value)).secretAccessKey, machineNow);
  return { account: String(token.outputs.accountId), signature, policies: token.inputs.policies as Policy[] };
}

/** Whoever deploys holds a token that no stack has made; as it may edit R2, R2 takes it as an S3 key for every bucket of the account. */
function deployer(world: World, request: SignedRequest, signature: Signature, machineNow: number): Caller {
  verifySignature(request, signature, s3Credential(sandboxTokenId, sandboxToken).secretAccessKey, machineNow);
  const account = worldBuckets(world)[0]?.account ?? "";
  const write = [...groupAccess].filter(([, { scope, allows }]) => scope === "account" && allows.includes("write")).map(([id]) => ({ id }));
  return { account, signature, policies: [{ effect: "allow", resources: JSON.stringify({ [`com.cloudflare.api.account.${account}`]: "*" }), permissionGroups: write }] };
}

function isGood({ outputs: { status, expiresOn, notBefore } }: WorldRecord, now: number): boolean {
  if (status !== undefined && status !== "active") return false;
  if (typeof expiresOn === "string" && Date.parse(expiresOn) <= now) return false;
  return !(typeof notBefore === "string" && Date.parse(notBefore) > now);
}

/** @throws AccessDenied, or NoSuchBucket when the caller may know that */
export function bucketFor(world: World, caller: Caller, name: string, access: Access): BucketRecord {
  if (!allowed(caller, access, `${caller.account}_default_${name}`)) throw new R2Error("AccessDenied");
  const bucket = findBucket(world, caller.account, name);
  if (bucket === undefined) throw new R2Error("NoSuchBucket");
  return bucket;
}

/** @throws AccessDenied to a token for single buckets */
export function bucketsFor(world: World, caller: Caller): BucketRecord[] {
  if (!allowed(caller, "read", undefined)) throw new R2Error("AccessDenied");
  return worldBuckets(world).filter(({ account, jurisdiction }) => account === caller.account && jurisdiction === "default");
}

/** @param bucket undefined: the account as a whole */
function allowed({ account, policies }: Caller, access: Access, bucket: string | undefined): boolean {
  const applies = policies.filter(({ resources = "{}", permissionGroups: groups = [] }) => {
    const names = Object.keys(JSON.parse(resources) as object);
    return groups.some(({ id = "" }) => {
      const group = groupAccess.get(id);
      if (group === undefined || !group.allows.includes(access)) return false;
      const prefix = group.scope === "account" ? "com.cloudflare.api.account." : "com.cloudflare.edge.r2.bucket.";
      const own = group.scope === "account" ? account : bucket;
      return own !== undefined && names.some((name) => name === `${prefix}${own}` || name === `${prefix}*`);
    });
  });
  return applies.some(({ effect }) => effect === "allow") && !applies.some(({ effect }) => effect === "deny");
}
