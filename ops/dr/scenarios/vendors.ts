/** What exists at the sandbox's vendors, as a person sees it in their dashboards: the secrets too, which stay in this process. */
import { createHash } from "node:crypto";
import type { WorldRecord } from "../../../sandbox/world/world";

/** An S3 key of R2. */
export interface S3Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface EnvironmentEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueSource?: { readonly secretKeyRef: { readonly secret: string; readonly version: string } };
}

/**
 * The variables that a Cloud Run service's process sees, with what its secrets hold.
 *
 * @throws CHI-H161 when there is no such service, or it refers to a version of a secret that is gone: then no instance starts
 */
export function variablesOfService(world: readonly WorldRecord[], service: string): Record<string, string> {
  const record = world.find(({ type, id }) => type.startsWith("gcp:cloudrunv2/service:") && id.endsWith(`/services/${service}`));
  if (record === undefined) throw new Error(`CHI-H161 there is no Cloud Run service ${service}: npx chisan sandbox status`);
  const { containers } = record.inputs["template"] as unknown as { containers: { envs?: EnvironmentEntry[] }[] };
  const secretOf = (name: string, { secret, version }: { secret: string; version: string }): string => {
    const found = world.find(({ type, id }) => type.startsWith("gcp:secretmanager/secretVersion:") && id.endsWith(`/secrets/${secret}/versions/${version}`));
    if (found === undefined) throw new Error(`CHI-H161 ${name} of ${service} is version ${version} of ${secret}, which does not exist: npx chisan up <stack>`);
    return String(found.inputs["secretData"]);
  };
  const entries = containers.flatMap(({ envs = [] }) => envs);
  return Object.fromEntries(entries.map(({ name, value, valueSource }) => [name, valueSource === undefined ? String(value) : secretOf(name, valueSource.secretKeyRef)]));
}

/** The S3 key of a token of the account (design fact 10). @throws CHI-H162 when there is none of that name */
export function s3KeyOfToken(world: readonly WorldRecord[], tokenName: string): S3Key {
  const token = world.find(({ type, inputs }) => type === "cloudflare:index/accountToken:AccountToken" && inputs["name"] === tokenName);
  if (token === undefined) throw new Error(`CHI-H162 the account has no token ${tokenName}: npx chisan up <stack>`);
  return { accessKeyId: String(token.outputs["id"]), secretAccessKey: createHash("sha256").update(String(token.outputs["value"])).digest("hex") };
}
