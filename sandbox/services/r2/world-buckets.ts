import type { World, WorldRecord } from "../../world/world";

export const bucketType = "cloudflare:index/r2Bucket:R2Bucket";

/** A bucket of the world, as the object store looks at it. */
export interface BucketRecord {
  /** `<account>/<jurisdiction>/<name>`: what its objects are kept under. */
  id: string;
  account: string;
  jurisdiction: string;
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

export function bucketOf(record: WorldRecord): BucketRecord {
  const { accountId, jurisdiction, name } = record.outputs;
  const parts = { account: String(accountId), jurisdiction: String(jurisdiction ?? "default"), name: String(name) };
  return { ...parts, id: `${parts.account}/${parts.jurisdiction}/${parts.name}`, createdAt: record.createdAt };
}

export function worldBuckets(world: World): BucketRecord[] {
  return world.list(bucketType).map(bucketOf);
}

/** @param account an address of R2 is one account's, and its names are unique within it */
export function findBucket(world: World, account: string, name: string, jurisdiction = "default"): BucketRecord | undefined {
  return worldBuckets(world).find((bucket) => bucket.account === account && bucket.name === name && bucket.jurisdiction === jurisdiction);
}

/** The record of a setting of which a bucket has at most one. */
export function bucketSetting(world: World, type: string, bucket: BucketRecord): WorldRecord | undefined {
  return bucketSettings(world, type, bucket)[0];
}

export function bucketSettings(world: World, type: string, { account, jurisdiction, name }: BucketRecord): WorldRecord[] {
  return world
    .list(type)
    .filter(
      ({ outputs }) => outputs.accountId === account && outputs.bucketName === name && (outputs.jurisdiction ?? "default") === jurisdiction,
    );
}
