/**
 * What a rehearsal supplies where the committed Pulumi.<stack>.yaml cannot: keys an operator has not set yet, and values encrypted for
 * real environments, which the sandbox must not and cannot decrypt. Committed plain values are used as they are, so that a mistake in
 * them fails the rehearsal as it would fail the real run.
 */
import { createHash, createHmac } from "node:crypto";
import { ageIdentityOf, ageRecipientOf } from "./age-keys";
import { gcpRegions, supabaseRegions } from "./allowed-values";
import { encryptionKeysText } from "./encryption-keys";
import { bucketName, environmentSlug, type StackName } from "./naming";
import { namespace } from "./stack-configuration";
import {
  apiServiceName,
  configurationKeyNames,
  configurationKeys,
  type ConfigurationKey,
  type KeyDefinition,
} from "./stack-configuration-keys";

export interface SandboxValue {
  /** As `pulumi config set` takes it: lists and maps as JSON text. */
  value: string;
  secret: boolean;
}

/**
 * The whole configuration of a stack in the sandbox, by fully qualified key.
 *
 * @param committed the `config` map of the stack's file as parsed from YAML; an encrypted value is `{ secure: "…" }`
 * @param seed random text of this checkout, kept outside the repository: every secret derives from it and from the stack's name, so that
 *   no two environments and no two checkouts share one. Everything else is the same everywhere, but for public keys of such secrets.
 */
export function sandboxConfiguration(
  stack: StackName,
  committed: Readonly<Record<string, unknown>>,
  seed: string,
): Record<string, SandboxValue> {
  const result: Record<string, SandboxValue> = {};
  for (const [given, value] of Object.entries(committed)) {
    const key = qualified(given);
    const encrypted = holdsEncrypted(value);
    result[key] = encrypted ? { value: standIn(stack, key, value, seed), secret: true } : { value: asText(value), secret: false };
  }
  for (const name of configurationKeyNames) {
    const definition: KeyDefinition<unknown, StackName, StackName> = configurationKeys[name];
    const key = `${namespace}:${name}`;
    // Staging's backups are read in a rehearsal as well, and there is nobody to ask for its key.
    const wanted = definition.required.includes(stack) || (name === "backupIdentity" && definition.optional.includes(stack));
    if (!wanted || Object.hasOwn(result, key)) continue;
    result[key] = { value: standIns[name](stack, seed), secret: definition.secret };
  }
  return result;
}

/** Keys in a stack's file may leave out the project's namespace, and older ones say `chisan:config:zone`. */
function qualified(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${namespace}:${key}`;
}

function isEncrypted(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { secure?: unknown }).secure === "string" &&
    Object.keys(value).length === 1
  );
}

function holdsEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isEncrypted(value) || Object.values(value).some(holdsEncrypted);
}

/** A known key gets a value it accepts; in any other, each encrypted part becomes random text. */
function standIn(stack: StackName, key: string, value: unknown, seed: string): string {
  const name = configurationKeyNames.find((known) => `${namespace}:${known}` === key);
  return name === undefined ? asText(withoutEncrypted(stack, key, value, seed)) : standIns[name](stack, seed);
}

function withoutEncrypted(stack: StackName, place: string, value: unknown, seed: string): unknown {
  if (isEncrypted(value)) return secretOf(stack, place, seed);
  if (Array.isArray(value)) return value.map((item: unknown, index) => withoutEncrypted(stack, `${place}[${index}]`, item, seed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutEncrypted(stack, `${place}.${name}`, item, seed)]));
}

function asText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Stand-ins for every key. Accounts are shared between environments, so their ids are alike in all of them. */
const standIns: Record<ConfigurationKey, (stack: StackName, seed: string) => string> = {
  gcpProject: (stack) => `chisan-sandbox-${environmentSlug(stack)}`,
  cloudflareAccountId: () => digest("cloudflareAccountId").slice(0, 32),
  cloudflareZoneId: () => digest("cloudflareZoneId").slice(0, 32),
  zone: () => "chisan.app",
  vercelTeamId: () => `team_${digest("vercelTeamId").slice(0, 24)}`,
  supabaseOrganizationId: () => "chisan-sandbox",
  githubRepository: () => "chisan/platform",
  githubRepositoryId: () => "1000000074",
  githubOwnerId: () => "100000065",
  companyDomain: () => "chisanpaper.com",
  access: () =>
    JSON.stringify({
      developer: { githubTeam: "developers" },
      devops: {
        googleGroup: "devops-team@chisanpaper.com",
        vercelMembers: ["devops@chisanpaper.com"],
        supabaseMembers: ["devops@chisanpaper.com"],
        cloudflareMembers: ["devops@chisanpaper.com"],
      },
      techLead: { googleGroup: "tech-lead-team@chisanpaper.com", vercelMembers: ["tech-lead@chisanpaper.com"] },
      dba: { supabaseMembers: ["dba@chisanpaper.com"] },
    }),
  googleClientId: (stack) => `${BigInt(`0x1${digest(stack).slice(0, 9)}`)}-${digest(stack).slice(9, 41)}.apps.googleusercontent.com`,
  googleClientSecret: (stack, seed) => secretOf(stack, "googleClientSecret", seed),
  // Prod's are opened in a disaster with what chisan-dr has, as the operator sets it up for the cloud.
  backupRecipients: (stack, seed) =>
    JSON.stringify([ageIdentity(stack, "backupIdentity", seed), stack === "prod" ? ageIdentity("chisan-dr", "backupIdentity", seed) : ageIdentity(stack, "offline", seed)].map(ageRecipientOf)),
  backupIdentity: (stack, seed) => ageIdentity(stack, "backupIdentity", seed),
  restoreTestDatabaseUrl: (stack, seed) => `postgresql://restore_test:${secretOf(stack, "restoreTestDatabaseUrl", seed)}@restore-test.sandbox.invalid:5432/postgres?sslmode=require`,
  drillDeployer: (stack) => `drill-deployer@chisan-sandbox-${environmentSlug(stack)}.iam.gserviceaccount.com`,
  drillStateBackend: () => "gs://chisan-sandbox-state",
  drillCloudflareToken: (stack, seed) => secretOf(stack, "drillCloudflareToken", seed),
  drillVercelToken: (stack, seed) => secretOf(stack, "drillVercelToken", seed),
  drillSupabaseToken: (stack, seed) => secretOf(stack, "drillSupabaseToken", seed),
  operationsImage: (stack) => `${gcpRegions[0]}-docker.pkg.dev/chisan-sandbox-${environmentSlug(stack)}/chisan/operations@sha256:${digest("operationsImage")}`,
  apiImage: (stack) => `${gcpRegions[0]}-docker.pkg.dev/chisan-sandbox-${environmentSlug(stack)}/chisan/api@sha256:${digest("apiImage")}`,
  traffic: (stack) => JSON.stringify({ stable: { revision: `${apiServiceName(stack)}-sandbox`, percent: 100 } }),
  logLevel: () => "info",
  operatorCidrs: () => JSON.stringify(["203.0.113.0/24"]),
  activeRegions: () => JSON.stringify([gcpRegions[0]]),
  cutOver: () => "false",
  encryptionKeys: (stack, seed) => encryptionKeysText([{ generation: 1, value: Buffer.from(secretOf(stack, "encryptionKeys", seed), "hex").toString("base64") }]),
  region: () => gcpRegions[0],
  databaseRegion: () => supabaseRegions[0],
  appDomain: (stack) => `app-${environmentSlug(stack)}.chisan.app`,
  apiDomain: (stack) => `api-${environmentSlug(stack)}.chisan.app`,
  filesBucket: (stack) => bucketName(environmentSlug(stack), "files"),
  backupsBucket: (stack) => bucketName(environmentSlug(stack), "backups"),
  alertContacts: () => JSON.stringify({ primaryOnCall: { email: "on-call@chisanpaper.com", phone: "+821000000000" } }),
  slackToken: (stack, seed) => secretOf(stack, "slackToken", seed),
  checklyAccountId: () => digest("checklyAccountId").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5"),
  checklyApiKey: (stack, seed) => secretOf(stack, "checklyApiKey", seed),
  sentryOrganization: () => "chisan-sandbox",
  sentryToken: (stack, seed) => secretOf(stack, "sentryToken", seed),
  sentrySlackWorkspace: () => "Chisan",
  slackChannels: () => JSON.stringify({ critical: "#incidents", warning: "#alerts", info: "#notices" }),
  billingAccount: () => digest("billingAccount").slice(0, 18).toUpperCase().replace(/(.{6})(?=.)/g, "$1-"),
  monthlyBudget: () => JSON.stringify({ amount: 500_000, currency: "KRW" }),
  secretGenerations: () => JSON.stringify({}),
};

/** 64 hexadecimal digits, the same on every machine. */
function digest(purpose: string): string {
  return createHash("sha256").update(`chisan sandbox ${purpose}`).digest("hex");
}

/** A private key of age that only this checkout knows. */
function ageIdentity(stack: StackName, purpose: string, seed: string): string {
  return ageIdentityOf(Buffer.from(secretOf(stack, purpose, seed), "hex"));
}

/** 64 hexadecimal digits that only this checkout knows. */
function secretOf(stack: StackName, purpose: string, seed: string): string {
  return createHmac("sha256", seed).update(`${stack} ${purpose}`).digest("hex");
}
