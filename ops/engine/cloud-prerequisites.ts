import { join } from "node:path";
import type { CommittedSettings } from "../../sandbox/control/committed-settings";
import type { StackName } from "../../config/naming";
import { ConfigurationError, stackConfiguration } from "../../config/stack-configuration";
import { sandboxConfiguration } from "../../config/sandbox-values";
import { configurationKeys, type ConfigurationKey } from "../../config/stack-configuration-keys";
import type { CloudStack } from "../../config/stack-configuration-keys";

export interface CloudSurroundings {
  environment: NodeJS.ProcessEnv;
  /** The parsed Pulumi.<stack>.yaml. */
  settings: CommittedSettings;
  exists(path: string): boolean;
  home: string;
}

const keyServices = ["gcpkms://", "awskms://", "azurekeyvault://", "hashivault://"];

/**
 * Everything that a real run of a stack lacks, a line each with its name: state backend, secrets provider, credentials of each
 * vendor, required configuration. Reads names and presence; no value is shown.
 */
export function missingForCloud(stack: StackName, surroundings: CloudSurroundings): string[] {
  if (stack === "dev") return ["a cloud: dev declares nothing in one; run `npx chisan up dev` without --cloud"];
  return [...missingBackend(stack, surroundings), ...missingCredentials(surroundings), ...missingConfiguration(stack, surroundings)];
}

/** What is needed to read or write a stack's state, and nothing of the vendors. */
export function missingBackend(stack: StackName, { environment, settings }: CloudSurroundings): string[] {
  const backend = environment["PULUMI_BACKEND_URL"] ?? "";
  const provider = typeof settings["secretsprovider"] === "string" ? settings["secretsprovider"] : "";
  const byPassphrase = provider === "passphrase" || (provider === "" && settings.encryptionsalt !== undefined);
  if (stack !== "staging" && byPassphrase) return [keyServiceNeeded(stack, "a passphrase")];
  if (backend === "" || /^https?:/.test(backend)) {
    if (environment["PULUMI_ACCESS_TOKEN"]) return [];
    return ["PULUMI_BACKEND_URL (an object-store bucket, e.g. gs://<bucket>) or PULUMI_ACCESS_TOKEN (Pulumi Cloud): where the state is kept (docs/real-cloud.md)"];
  }
  if (backend.startsWith("file:")) return [`PULUMI_BACKEND_URL is ${backend}: state on one machine's disk is for rehearsals; use a bucket or Pulumi Cloud`];
  if (keyServices.some((prefix) => provider.startsWith(prefix))) return [];
  const passphrase = environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined || environment["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  if (stack === "staging" && passphrase) return [];
  return [keyServiceNeeded(stack, provider === "" ? "none" : provider)];
}

function keyServiceNeeded(stack: StackName, found: string): string {
  const mend = `pulumi stack change-secrets-provider --stack ${stack} "gcpkms://projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>"`;
  return `secretsprovider in Pulumi.${stack}.yaml: found ${found}, a key service is needed${stack === "staging" ? " (or PULUMI_CONFIG_PASSPHRASE_FILE)" : ", never a passphrase alone"}; ${mend}`;
}

function missingCredentials({ environment, exists, home }: CloudSurroundings): string[] {
  const missing: string[] = [];
  const file = environment["GOOGLE_APPLICATION_CREDENTIALS"];
  if (file && !exists(file)) missing.push(`GOOGLE_APPLICATION_CREDENTIALS names ${file}, which does not exist: Google Cloud`);
  // In a job of Cloud Run the metadata server gives the job's own; the name is set by Cloud Run.
  const google = ["CLOUD_RUN_JOB", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"].some((name) => environment[name]);
  if (!google && !exists(join(home, ".config", "gcloud", "application_default_credentials.json"))) {
    missing.push("GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`: Google Cloud");
  }
  if (!environment["CLOUDFLARE_API_TOKEN"]) missing.push("CLOUDFLARE_API_TOKEN: R2, Workers, DNS");
  if (!environment["VERCEL_API_TOKEN"]) missing.push("VERCEL_API_TOKEN: the web app's project");
  if (!environment["SUPABASE_ACCESS_TOKEN"]) missing.push("SUPABASE_ACCESS_TOKEN: the database and its add-ons");
  return missing;
}

/** The configuration's own problems; encrypted values count as present, as only the key service can read them. */
function missingConfiguration(stack: CloudStack, { settings }: CloudSurroundings): string[] {
  const committed = (settings["config"] ?? {}) as Record<string, unknown>;
  const standIns = sandboxConfiguration(stack, committed, "presence");
  const given = new Set(Object.keys(committed).map((key) => (key.includes(":") ? key : `chisan:${key}`)));
  const present = Object.entries(standIns).filter(([key]) => given.has(key) || !isRequired(key));
  try {
    stackConfiguration(stack, {
      values: Object.fromEntries(present.map(([key, { value }]) => [key, value])),
      secretKeys: new Set(present.filter(([, { secret }]) => secret).map(([key]) => key)),
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [...error.problems];
    throw error;
  }
}

function isRequired(key: string): boolean {
  const name = key.replace(/^chisan:/, "");
  return Object.hasOwn(configurationKeys, name) && configurationKeys[name as ConfigurationKey].required.length > 0;
}
