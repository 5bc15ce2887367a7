/**
 * Physical names: pure functions, so that a name can be known (and tested against a vendor's limit) without a cloud.
 *
 * Each environment's names carry its slug, because the Cloudflare account, the Vercel team and the Supabase organization
 * are shared between environments and names in them must not collide.
 */

import { qualifiedName } from "./naming-bounds";

/** The Pulumi stacks. `chisan-dr` is the name the operations document gives the rebuilt environment (section 4.2, procedure C). */
export const stackNames = ["dev", "staging", "prod", "chisan-dr"] as const;
export type StackName = (typeof stackNames)[number];

/** The short form of a stack's name inside physical names. */
export type EnvironmentSlug = "dev" | "staging" | "prod" | "dr";

/** The slug of a stack: `chisan-dr` becomes `dr`, so that names read `chisan-dr-api` and not `chisan-chisan-dr-api`. */
export function environmentSlug(stack: StackName): EnvironmentSlug {
  return stack === "chisan-dr" ? "dr" : stack;
}

/** What every physical name starts with. */
const base = "chisan";

/** The name of a thing inside one environment: `chisan-prod-api`. Limits of the vendors are in name-limits.ts, and tested there. */
export function physicalName(environment: EnvironmentSlug, part: string): string {
  return qualifiedName(base, environment, part);
}

/**
 * The name of an R2 bucket. Prod's are the names of the operations document (`chisan-files`, `chisan-backups`); the other
 * environments share the Cloudflare account and so carry their slug.
 */
export function bucketName(environment: EnvironmentSlug, part: string): string {
  return environment === "prod" ? `chisan-${part}` : `chisan-${part}-${environment}`;
}
