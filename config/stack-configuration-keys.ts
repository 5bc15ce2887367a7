/**
 * The keys of a stack's configuration (`chisan:…` in Pulumi.<stack>.yaml): for each what it means, what is allowed, which stacks
 * require it, and whether it is secret. docs/configuration.md is generated from here.
 *
 * What an environment is (sizes, regions, domains) is in stacks/, reviewed as code. Here is only what cannot be known from the
 * repository (ids and secrets of accounts) and what changes without a change of code (images, traffic, allow-lists, rotation).
 */
import { accessShape } from "./access-table-shape";
import { gcpRegions, logLevels, supabaseRegions } from "./allowed-values";
import { backupIdentityText, backupRecipientList, scratchServerUrl } from "./backup-key-shapes";
import { parseCidr } from "./cidr";
import { encryptionKeysValue } from "./encryption-keys";
import { rotatableSecrets } from "./environment-variables";
import { bucketName, environmentSlug, physicalName, stackNames, type StackName } from "./naming";
import { flag, list, oneOf, optional, required, struct, wholeNumber, type Path, type Report, type Shape } from "./shape";
import {
  billingAccountId,
  bucket,
  checklyAccountId,
  cloudflareId,
  companyDomain,
  containerImage,
  currencyCode,
  emailAddress,
  gcpProjectId,
  githubId,
  githubRepository,
  googleClientId,
  hostName,
  operatorCidr,
  phoneNumber,
  revisionOf,
  secretText,
  sentryOrganization,
  serviceAccountEmail,
  slackChannel,
  slackWorkspace,
  stateBackend,
  supabaseOrganizationId,
  vercelTeamId,
} from "./value-shapes";

/** The stacks that declare something in a cloud. */
export const cloudStacks = ["staging", "prod", "chisan-dr"] as const satisfies readonly StackName[];
export type CloudStack = (typeof cloudStacks)[number];

export interface KeyDefinition<T, R extends StackName, O extends StackName> {
  description: string;
  /** Stacks in which the key must be set, and in which it may be. Elsewhere it is refused. */
  required: readonly R[];
  optional: readonly O[];
  secret: boolean;
  shape(stack: StackName): Shape<T>;
}

/** Fixes the types of one entry of the table; at run time nothing. */
function key<T, const R extends StackName = never, const O extends StackName = never>(definition: {
  description: string;
  required?: readonly R[];
  optional?: readonly O[];
  secret?: boolean;
  shape: (stack: StackName) => Shape<T>;
}): KeyDefinition<T, R, O> {
  return { required: [], optional: [], secret: false, ...definition };
}

export const configurationKeys = {
  gcpProject: key({ description: "Google Cloud project of the environment", required: cloudStacks, shape: () => gcpProjectId }),
  cloudflareAccountId: key({ description: "Cloudflare account (R2, Workers)", required: cloudStacks, shape: () => cloudflareId }),
  cloudflareZoneId: key({ description: "Cloudflare zone of `zone`", required: cloudStacks, shape: () => cloudflareId }),
  zone: key({ description: "Domain under which the environments' hosts are", required: cloudStacks, shape: () => hostName }),
  vercelTeamId: key({ description: "Vercel team that owns the web project", required: cloudStacks, shape: () => vercelTeamId }),
  supabaseOrganizationId: key({
    description: "Supabase organization of the database",
    required: cloudStacks,
    shape: () => supabaseOrganizationId,
  }),
  githubRepository: key({
    description: "Repository that Vercel builds and GitHub Actions deploys from",
    required: cloudStacks,
    shape: () => githubRepository,
  }),
  githubRepositoryId: key({
    description: "GitHub's number of `githubRepository`: its jobs alone may deploy, whatever is named like it later",
    required: cloudStacks,
    shape: () => githubId("repository"),
  }),
  githubOwnerId: key({
    description: "GitHub's number of that repository's owner: a repository that is transferred away may deploy no more",
    required: cloudStacks,
    shape: () => githubId("owner"),
  }),
  companyDomain: key({
    description: "Only Google accounts of this domain may sign in (section 1.3)",
    required: cloudStacks,
    shape: () => companyDomain,
  }),
  access: key({
    description:
      "Who is in which role (section 8.3), by vendor: `googleGroup` (members join and leave in Google), `githubTeam`, and e-mail addresses in `vercelMembers`, `supabaseMembers`, `cloudflareMembers`. What a role may do is in config/access-table.ts; who is in no role has nothing; `{}` is nobody",
    required: cloudStacks,
    shape: () => accessShape,
  }),
  googleClientId: key({
    description: "OAuth client of Google sign-in, one per environment",
    required: stackNames,
    shape: () => googleClientId,
  }),
  googleClientSecret: key({
    description: "Secret of that client; rotated annually",
    required: stackNames,
    secret: true,
    shape: () => secretText(32),
  }),
  backupRecipients: key({
    description: "Public keys that the backups are encrypted to: whoever has the private key of any of them can read every backup",
    required: cloudStacks,
    shape: () => backupRecipientList,
  }),
  backupIdentity: key({
    description: "Private key of one of `backupRecipients`, made for the restore test and the drill alone; no backup job may read it",
    required: ["prod", "chisan-dr"],
    optional: ["staging"],
    secret: true,
    shape: () => backupIdentityText,
  }),
  restoreTestDatabaseUrl: key({
    description: "Where the monthly restore test makes a scratch database, compares it and drops it: a role on staging's server that may create databases and read nothing there",
    required: ["prod", "chisan-dr"],
    optional: ["staging"],
    secret: true,
    shape: () => scratchServerUrl,
  }),
  drillDeployer: key({
    description:
      "Account in chisan-dr's Google project that the quarterly drill deploys chisan-dr as; made by hand, as a drill destroys those that the stack makes. With the other keys of the drill, or none of them (docs/prerequisites.md, `drill-credentials`)",
    optional: ["prod"],
    shape: () => serviceAccountEmail,
  }),
  drillStateBackend: key({ description: "Where chisan-dr's state is, for the quarterly drill", optional: ["prod"], shape: () => stateBackend }),
  drillCloudflareToken: key({ description: "chisan-dr's token of Cloudflare, for the quarterly drill", optional: ["prod"], secret: true, shape: () => secretText(32) }),
  drillVercelToken: key({ description: "chisan-dr's token of Vercel, for the quarterly drill", optional: ["prod"], secret: true, shape: () => secretText(24) }),
  drillSupabaseToken: key({ description: "chisan-dr's token of Supabase, for the quarterly drill", optional: ["prod"], secret: true, shape: () => secretText(32) }),
  operationsImage: key({
    description: "Image that the scheduled jobs run (ops/image); unset, nothing is scheduled",
    optional: cloudStacks,
    shape: () => containerImage,
  }),
  apiImage: key({ description: "Image the API runs; set by the deployment", optional: cloudStacks, shape: () => containerImage }),
  traffic: key({
    description: "Split between the API's revisions; set by the rollout command. Unset: all to the newest",
    optional: cloudStacks,
    shape: traffic,
  }),
  logLevel: key({ description: "Overrides the environment's log level for a while", optional: stackNames, shape: logLevel }),
  operatorCidrs: key({
    description: "Ranges that may reach the database besides the API's own addresses",
    optional: cloudStacks,
    shape: () => list(operatorCidr, { noun: "address ranges", identity: rangeIdentity }),
  }),
  region: key({
    description: "Google Cloud region instead of the environment's own",
    optional: cloudStacks,
    shape: () => oneOf(gcpRegions),
  }),
  activeRegions: key({
    description: "Regions that the load balancer sends the API's traffic to, of the environment's own. Unset: the first alone; name the backup region when the first is out",
    optional: cloudStacks,
    shape: () => list(oneOf(gcpRegions), { noun: "regions", identity: (region) => region }),
  }),
  cutOver: key({
    description:
      "Whether app and api are chisan-dr's: it declares their records and domain then, and prod is not deployed. `npx chisan dr cutover` sets it in both, `npx chisan dr failback` removes it; not to be set by hand",
    optional: ["prod", "chisan-dr"],
    shape: flag,
  }),
  encryptionKeys: key({
    description:
      "ENCRYPTION_KEY that came with data from elsewhere, instead of one made here: prod's in chisan-dr, and in a prod that was rebuilt from it. `npx chisan dr stand-up` and `npx chisan dr failback` set it; not to be set by hand",
    optional: ["prod", "chisan-dr"],
    secret: true,
    shape: () => encryptionKeysValue,
  }),
  databaseRegion: key({
    description: "Supabase region instead of the environment's own; cannot change once the database exists",
    optional: cloudStacks,
    shape: () => oneOf(supabaseRegions),
  }),
  appDomain: key({ description: "Host of the web app instead of the environment's own", optional: cloudStacks, shape: () => hostName }),
  apiDomain: key({ description: "Host of the API instead of the environment's own", optional: cloudStacks, shape: () => hostName }),
  filesBucket: key({
    description: "Bucket of the users' files instead of the environment's own",
    optional: cloudStacks,
    shape: (stack) => bucketOf(stack, "files"),
  }),
  backupsBucket: key({
    description: "Bucket of the backups instead of the environment's own",
    optional: cloudStacks,
    shape: (stack) => bucketOf(stack, "backups"),
  }),
  alertContacts: key({
    description:
      "Who is alerted, by role (section 4.3). The primary on-call has all alerts, critical ones by SMS too; the others are asked by people",
    required: cloudStacks,
    shape: () => alertContacts,
  }),
  slackToken: key({
    description: "Token of the Slack app that writes alerts to `slackChannels`; where to get it: docs/monitoring.md",
    required: cloudStacks,
    secret: true,
    shape: () => secretText(32),
  }),
  checklyAccountId: key({ description: "Checkly account of the external checks", required: cloudStacks, shape: () => checklyAccountId }),
  checklyApiKey: key({
    description: "API key for that account: of a service user (sv_…), so that it outlives a person's account",
    required: cloudStacks,
    secret: true,
    shape: () => secretText(32),
  }),
  sentryOrganization: key({ description: "Sentry organization of the projects", required: cloudStacks, shape: () => sentryOrganization }),
  sentryToken: key({
    description: "Token of an internal integration of that organization, with Project and Team: Admin, Organization and Alerts: Read & Write",
    required: cloudStacks,
    secret: true,
    shape: () => secretText(32),
  }),
  sentrySlackWorkspace: key({
    description: "Slack workspace that the Sentry organization is connected with; error alerts go to its `slackChannels`",
    required: cloudStacks,
    shape: () => slackWorkspace,
  }),
  slackChannels: key({ description: "Where alerts go in Slack, by severity (section 6.3)", required: cloudStacks, shape: () => slackChannels }),
  billingAccount: key({
    description: "Google's billing account that pays for `gcpProject`; its budget is kept there",
    required: cloudStacks,
    shape: () => billingAccountId,
  }),
  monthlyBudget: key({
    description: "What Google may cost in a month; mail is sent at 50, 90 and 100 %, and when the forecast is above. It stops nothing",
    required: cloudStacks,
    shape: () => monthlyBudget,
  }),
  secretGenerations: key({
    description:
      "Active generations of rotated secrets (section 2.4): raise `current` and name the old one `previous`, then remove `previous`. Unset: generation 1",
    optional: stackNames,
    shape: () => secretGenerations,
  }),
};

export type ConfigurationKey = keyof typeof configurationKeys;
export const configurationKeyNames = Object.keys(configurationKeys) as ConfigurationKey[];

/** Things an operator may look for here and must not find, with the reason. */
export const refusedKeys: Readonly<Record<string, string>> = {
  deletionProtection: "nothing: what holds data is protected in code; no configuration switches that off",
  protect: "nothing: what holds data is protected in code; no configuration switches that off",
  databasePassword: "nothing: the database's password is generated, never given",
  databaseUrl: "nothing: DATABASE_URL is an output of the database, never given",
  jwtSecret: "nothing: JWT_SECRET is generated, never given",
  encryptionKey: "nothing: ENCRYPTION_KEY is generated; where data come with theirs, `npx chisan dr stand-up` and `dr failback` set chisan:encryptionKeys",
};

/** The name of the API's Cloud Run service, with which every revision's name begins. */
export function apiServiceName(stack: StackName): string {
  return physicalName(environmentSlug(stack), "api");
}

/** Steps of a rollout (design fact 7). */
export const canaryPercents = [0, 5, 25, 50, 100] as const;

function traffic(stack: StackName) {
  const service = apiServiceName(stack);
  const stable = struct({
    revision: required(revisionOf(service)),
    percent: required(
      wholeNumber({ allowed: "a whole number from 0 to 100", accepts: (percent) => percent >= 0 && percent <= 100, offer: 100 }),
    ),
  });
  const canary = struct({
    revision: required(revisionOf(service)),
    percent: required(
      wholeNumber({
        allowed: `one of ${canaryPercents.join(", ")}`,
        accepts: (percent) => (canaryPercents as readonly number[]).includes(percent),
        offer: 5,
      }),
    ),
  });
  return struct({ stable: required(stable), canary: optional(canary) }, (split, path, report) => {
    const canaryPercent = split.canary?.percent ?? 0;
    const sum = split.stable.percent + canaryPercent;
    if (sum !== 100) {
      const note = `stable ${split.stable.percent} + canary ${canaryPercent} = ${sum}`;
      const values = {
        ".stable.percent": 100 - canaryPercent,
        ...(split.canary === undefined ? {} : { ".canary.percent": canaryPercent }),
      };
      report({ path, found: split, note, allowed: "percents of stable and canary that sum to 100", mend: { action: "set-all", values } });
    }
    const same = split.canary?.revision === split.stable.revision;
    if (same) {
      const allowed = "another revision than stable's; remove the canary when the rollout is over";
      report({ path: [...path, "canary"], found: split.canary?.revision, allowed, mend: { action: "remove" } });
    }
    return sum === 100 && !same;
  });
}

/** Section 6.5: no debug logs in production. chisan-dr serves production's data. */
function logLevel(stack: StackName): Shape<(typeof logLevels)[number]> {
  const noDebug = stack === "prod" || stack === "chisan-dr";
  if (!noDebug) return oneOf(["info", "debug", "warn", "error"]);
  return oneOf(["info", "warn", "error"], `; never debug in ${stack}, whose data are real (section 6.5)`);
}

/** `2001:DB8::/32` and `2001:db8:0::/32` are one range. */
function rangeIdentity(range: string): string {
  return parseCidr(range)?.canonical ?? range;
}

function bucketOf(stack: StackName, part: string): Shape<string> {
  const others = stackNames.filter((other) => other !== stack && other !== "dev").map((other) => bucketName(environmentSlug(other), part));
  return bucket(bucketName(environmentSlug(stack), part), others);
}

const contact = struct({ email: required(emailAddress), phone: optional(phoneNumber) });
const alertContacts = struct({
  // Critical alerts go by SMS (section 6.3): without a telephone nobody is woken.
  primaryOnCall: required(struct({ email: required(emailAddress), phone: required(phoneNumber) })),
  databaseAdmin: optional(contact),
  securityLead: optional(contact),
  businessOwner: optional(contact),
});

const slackChannels = struct({ critical: required(slackChannel), warning: required(slackChannel), info: required(slackChannel) });

const monthlyBudget = struct({
  amount: required(
    wholeNumber({
      allowed: "a whole number from 1 to 999999999999, in the currency's own unit",
      accepts: (amount) => amount >= 1 && amount <= 999_999_999_999,
      offer: 500_000,
    }),
  ),
  currency: required(currencyCode),
});

const generation = (offer: number) =>
  wholeNumber({ allowed: "a generation: a whole number from 1 to 9999", accepts: (number) => number >= 1 && number <= 9999, offer });
const generations = struct({ current: required(generation(1)), previous: optional(generation(1)) }, precedes);
const secretGenerations = struct(
  Object.fromEntries(rotatableSecrets.map((name) => [name, optional(generations)])) as Record<
    (typeof rotatableSecrets)[number],
    ReturnType<typeof optional<{ current: number; previous?: number }>>
  >,
);

/** Two generations are active at most, and they follow each other: a gap means that a rotation was forgotten. */
function precedes(value: { current: number; previous?: number }, path: Path, report: Report): boolean {
  if (value.previous === undefined || value.previous === value.current - 1) return true;
  const allowed = `the generation before current ${value.current}, or none`;
  const mend = value.current > 1 ? { action: "set" as const, value: value.current - 1, placeholder: "" } : { action: "remove" as const };
  report({ path: [...path, "previous"], found: value.previous, allowed, mend });
  return false;
}
