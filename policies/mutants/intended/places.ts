/** Where things stand in the recorded programs, for the generators. */
import type { RecordedResource } from "../../../components/test-support/mocks";
import { type Path, valueAt } from "../edit";
import type { Mutant, Program } from "../mutant";

export const projectGrant = "gcp:projects/iAMMember:IAMMember";
export const accountGrant = "gcp:serviceaccount/iAMMember:IAMMember";
export const secretGrant = "gcp:secretmanager/secretIamMember:SecretIamMember";
export const service = "gcp:cloudrunv2/service:Service";
export const job = "gcp:cloudrunv2/job:Job";
export const schedule = "gcp:cloudscheduler/job:Job";
export const secret = "gcp:secretmanager/secret:Secret";
export const version = "gcp:secretmanager/secretVersion:SecretVersion";
export const variable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
export const web = "vercel:index/project:Project";
export const settings = "supabase:index/settings:Settings";
export const r2Bucket = "cloudflare:index/r2Bucket:R2Bucket";
export const lock = "cloudflare:index/r2BucketLock:R2BucketLock";
export const lifecycle = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";
export const token = "cloudflare:index/accountToken:AccountToken";

/** A mutant for each resource of the types and each value at the path. */
export function of(program: Program, types: readonly string[], path: Path, values: readonly unknown[], change?: string): Mutant[] {
  return program.ofType(...types).flatMap((resource) => program.set(resource, path, values, change));
}

/** Whatever gives a role to a member. */
export function grants(program: Program): RecordedResource[] {
  return program.where(({ inputs }) => typeof inputs["role"] === "string" && typeof inputs["member"] === "string");
}

export function memberOf({ inputs }: RecordedResource): string {
  return String(inputs["member"]);
}

export function isSensitive({ inputs }: RecordedResource): boolean {
  return inputs["sensitive"] === true;
}

/** Where the account of a workload or a schedule stands. */
export function accountPath({ type, inputs }: RecordedResource): Path {
  if (type === service) return ["template", "serviceAccount"];
  if (type === job) return ["template", "template", "serviceAccount"];
  return ["httpTarget", valueAt(inputs, ["httpTarget", "oauthToken"]) === undefined ? "oidcToken" : "oauthToken", "serviceAccountEmail"];
}

/** Paths of the elements of a list. */
export function elements(resource: RecordedResource, path: Path): Path[] {
  const list = valueAt(resource.inputs, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}

export function containers(resource: RecordedResource): Path[] {
  return elements(resource, resource.type === job ? ["template", "template", "containers"] : ["template", "containers"]);
}

export function variables(resource: RecordedResource): Path[] {
  return containers(resource).flatMap((path) => elements(resource, [...path, "envs"]));
}

export function rulesOf(resource: RecordedResource): Path[] {
  return elements(resource, ["rules"]);
}

export function at(resource: RecordedResource, path: Path, ...more: Path): unknown {
  return valueAt(resource.inputs, [...path, ...more]);
}
