import fc from "fast-check";
import { stackNames, type StackName } from "./naming";
import { sandboxConfiguration } from "./sandbox-values";
import { ConfigurationError, knownStack, stackConfiguration, type RawConfiguration } from "./stack-configuration";
import { cloudStacks, configurationKeyNames, type ConfigurationKey } from "./stack-configuration-keys";

const seed = "a seed for tests";
const hex = "0123456789abcdef0123456789abcdef";
const image = `asia-northeast3-docker.pkg.dev/chisan-platform/chisan/api@sha256:${hex}${hex}`;
const ageKey = "age14tx7ksjkxaww6zdj4vszxpxak0uzy4xkacxfts6yf9vze6cs052qxpk252";
const ageSecret = "AGE-SECRET-KEY-1GJL4UUGM9JNY6FK6A87QEUYWF3LE8K4QA8YZTADRV2Q03DZHKC8QMDJUPT";
const secretConfiguration = ["chisan:googleClientSecret", "chisan:backupIdentity", "chisan:restoreTestDatabaseUrl", "chisan:slackToken", "chisan:checklyApiKey", "chisan:sentryToken"];
const scratchUrl = `postgresql://restore_test:${hex}@db.abcdefghijklmnopqrst.supabase.co:5432/postgres?sslmode=require`;
const traffic = (stable: unknown, canary?: unknown) => JSON.stringify({ stable, canary });
const stable = (percent: unknown) => ({ revision: "chisan-prod-api-00041-abc", percent });
const canary = (percent: unknown) => ({ revision: "chisan-prod-api-00042-xyz", percent });

/** A configuration with every key set and nothing wrong. */
function valid(stack: StackName): Record<string, unknown> {
  const required = Object.entries(sandboxConfiguration(stack, {}, seed)).map(([key, { value }]) => [key, value]);
  const service = stack === "chisan-dr" ? "chisan-dr-api" : `chisan-${stack}-api`;
  const forAll = {
    "chisan:logLevel": "warn",
    "chisan:secretGenerations": '{"JWT_SECRET":{"current":2,"previous":1},"NEXTAUTH_SECRET":{"current":3}}',
  };
  const forCloud = {
    "chisan:apiImage": image,
    "chisan:operationsImage": image.replace("/api@", "/operations@"),
    "chisan:backupIdentity": ageSecret,
    "chisan:restoreTestDatabaseUrl": scratchUrl,
    "chisan:traffic": `{"stable":{"revision":"${service}-00041-abc","percent":75},"canary":{"revision":"${service}-00042-xyz","percent":25}}`,
    "chisan:operatorCidrs": '["203.0.113.0/24","2001:db8:1::/48"]',
    "chisan:region": "asia-northeast1",
    "chisan:activeRegions": '["asia-northeast1"]',
    ...(stack === "staging" ? {} : { "chisan:cutOver": "true" }),
    "chisan:databaseRegion": "ap-northeast-1",
    "chisan:appDomain": "portal.chisan.app",
    "chisan:apiDomain": "service.chisan.app",
    "chisan:filesBucket": "chisan-files-2",
    "chisan:backupsBucket": "chisan-backups-2",
    "chisan:alertContacts": '{"primaryOnCall":{"email":"on-call@chisanpaper.com","phone":"+821012345678"}}',
    "gcp:region": "asia-northeast3",
    "pulumi:disable-default-providers": '["*"]',
  };
  return { ...Object.fromEntries(required), ...forAll, ...(stack === "dev" ? {} : forCloud) };
}

function read(stack: StackName, values: Record<string, unknown>, secretKeys: Iterable<string> = secretConfiguration) {
  const raw: RawConfiguration = { values, secretKeys: new Set(secretKeys) };
  return stackConfiguration(stack, raw);
}

function problemsOf(stack: StackName, values: Record<string, unknown>, secretKeys?: Iterable<string>): readonly string[] {
  try {
    read(stack, values, secretKeys);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

interface BadInput {
  what: string;
  stack?: StackName;
  set: Record<string, unknown>;
  secretKeys?: string[];
  /** Start of the line: code, key and path. */
  where: string;
  found: string;
  allowed: string;
  mend: string;
}

// One case a line, to be read as a table.
// prettier-ignore
const bad: BadInput[] = [
  { what: "required key missing", set: { "chisan:gcpProject": undefined }, where: "CHI-K001 chisan:gcpProject", found: "nothing", allowed: "a project id", mend: "pulumi config set chisan:gcpProject '<project id>' --stack prod" },
  { what: "required secret missing", set: { "chisan:googleClientSecret": undefined }, secretKeys: ["chisan:backupIdentity", "chisan:restoreTestDatabaseUrl", "chisan:slackToken", "chisan:checklyApiKey", "chisan:sentryToken"], where: "CHI-K001 chisan:googleClientSecret", found: "nothing", allowed: "32 characters or more", mend: "pulumi config set chisan:googleClientSecret --secret --stack prod" },
  { what: "required secret missing in dev", stack: "dev", set: { "chisan:googleClientSecret": undefined }, secretKeys: [], where: "CHI-K001 chisan:googleClientSecret", found: "nothing", allowed: "32 characters", mend: "pulumi config set chisan:googleClientSecret --secret --stack dev" },
  { what: "a cloud's key in dev", stack: "dev", set: { "chisan:gcpProject": "chisan-platform" }, where: "CHI-K002 chisan:gcpProject", found: '"chisan-platform"', allowed: "only in staging, prod, chisan-dr", mend: "pulumi config rm chisan:gcpProject --stack dev" },
  { what: "wrong region", set: { "chisan:region": "us-central1" }, where: "CHI-K004 chisan:region", found: '"us-central1"', allowed: "one of asia-northeast3, asia-northeast2, asia-northeast1", mend: "pulumi config set chisan:region asia-northeast3 --stack prod" },
  { what: "misspelt region", set: { "chisan:region": "asia-northeast-1" }, where: "CHI-K004 chisan:region", found: '"asia-northeast-1"', allowed: "asia-northeast1", mend: "pulumi config set chisan:region asia-northeast1 --stack prod" },
  { what: "a Google region for the database", set: { "chisan:databaseRegion": "asia-northeast3" }, where: "CHI-K004 chisan:databaseRegion", found: '"asia-northeast3"', allowed: "one of ap-northeast-2, ap-northeast-1", mend: "pulumi config set chisan:databaseRegion ap-northeast-2 --stack prod" },
  { what: "wrong region of the provider", set: { "gcp:region": "europe-west1" }, where: "CHI-K007 gcp:region", found: '"europe-west1"', allowed: "asia-northeast3", mend: "pulumi config set gcp:region asia-northeast3 --stack prod" },
  { what: "another project for the provider", set: { "gcp:project": "chisan-elsewhere" }, where: "CHI-K007 gcp:project", found: '"chisan-elsewhere"', allowed: "chisan-sandbox-prod, or nothing", mend: "pulumi config rm gcp:project --stack prod" },
  { what: "unknown key, misspelt", set: { "chisan:cloudflareZoneID2": hex }, where: "CHI-K005 chisan:cloudflareZoneID2", found: "[not shown]", allowed: "did you mean chisan:cloudflareZoneId?", mend: "pulumi config rm chisan:cloudflareZoneID2 --stack prod" },
  { what: "unknown key, like none", set: { "chisan:weather": "fine" }, where: "CHI-K005 chisan:weather", found: "[not shown]", allowed: "gcpProject, cloudflareAccountId", mend: "pulumi config rm chisan:weather --stack prod" },
  { what: "deletion protection switched off", set: { "chisan:deletionProtection": "false" }, where: "CHI-K005 chisan:deletionProtection", found: "[not shown]", allowed: "no configuration switches that off", mend: "pulumi config rm chisan:deletionProtection --stack prod" },
  { what: "misspelt namespace", set: { "chisam:zone": "chisan.app" }, where: "CHI-K006 chisam:zone", found: "[not shown]", allowed: "did you mean chisan:zone?", mend: "pulumi config rm chisam:zone --stack prod" },
  { what: "namespace nobody reads", set: { "aws:region": "ap-northeast-2" }, where: "CHI-K006 aws:region", found: "[not shown]", allowed: "keys of chisan, gcp", mend: "pulumi config rm aws:region --stack prod" },
  { what: "secret in plain text", set: {}, secretKeys: ["chisan:backupIdentity", "chisan:restoreTestDatabaseUrl", "chisan:slackToken", "chisan:checklyApiKey", "chisan:sentryToken"], where: "CHI-K003 chisan:googleClientSecret", found: "[secret] (in plain text)", allowed: "an encrypted value", mend: "pulumi config set chisan:googleClientSecret --secret --stack prod" },
  { what: "a provider's token in plain text", set: { "cloudflare:apiToken": "v1.0-abc" }, where: "CHI-K003 cloudflare:apiToken", found: "[secret] (in plain text)", allowed: "an encrypted value", mend: "pulumi config set cloudflare:apiToken --secret --stack prod" },
  { what: "too short a secret", set: { "chisan:googleClientSecret": "a1b2c3d4e5f6g7h8" }, where: "CHI-K004 chisan:googleClientSecret", found: "[secret] (16 characters)", allowed: "32 characters or more", mend: "pulumi config set chisan:googleClientSecret --secret --stack prod" },
  { what: "a secret of one letter", set: { "chisan:googleClientSecret": "x".repeat(40) }, where: "CHI-K004 chisan:googleClientSecret", found: "[secret] (a placeholder)", allowed: "a secret", mend: "pulumi config set chisan:googleClientSecret --secret --stack prod" },
  { what: "a secret with a line break", set: { "chisan:googleClientSecret": `${hex}\n` }, where: "CHI-K004 chisan:googleClientSecret", found: "[secret] (with white space)", allowed: "without white space", mend: "pulumi config set chisan:googleClientSecret --secret --stack prod" },
  { what: "Cloudflare id too short", set: { "chisan:cloudflareAccountId": "0123abc" }, where: "CHI-K004 chisan:cloudflareAccountId", found: '"0123abc"', allowed: "32 hexadecimal digits, lower case", mend: "pulumi config set chisan:cloudflareAccountId '<32 hexadecimal digits>' --stack prod" },
  { what: "Cloudflare id in capitals", set: { "chisan:cloudflareZoneId": hex.toUpperCase() }, where: "CHI-K004 chisan:cloudflareZoneId", found: `"${hex.toUpperCase()}"`, allowed: "lower case", mend: `pulumi config set chisan:cloudflareZoneId ${hex} --stack prod` },
  { what: "Cloudflare id of zeros", set: { "chisan:cloudflareZoneId": "0".repeat(32) }, where: "CHI-K004 chisan:cloudflareZoneId", found: `"${"0".repeat(32)}" (a placeholder)`, allowed: "32 hexadecimal digits", mend: "pulumi config set chisan:cloudflareZoneId '<32 hexadecimal digits>' --stack prod" },
  { what: "project id in capitals", set: { "chisan:gcpProject": "Chisan-Platform" }, where: "CHI-K004 chisan:gcpProject", found: '"Chisan-Platform"', allowed: "6 to 30", mend: "pulumi config set chisan:gcpProject chisan-platform --stack prod" },
  { what: "reserved word in a project id", set: { "chisan:gcpProject": "chisan-google-prod" }, where: "CHI-K004 chisan:gcpProject", found: '"chisan-google-prod"', allowed: 'without "google"', mend: "pulumi config set chisan:gcpProject '<project id>' --stack prod" },
  { what: "a project id that is a number", set: { "chisan:gcpProject": 123456789 }, where: "CHI-K004 chisan:gcpProject", found: "123456789", allowed: "a project id", mend: "pulumi config set chisan:gcpProject '<project id>' --stack prod" },
  { what: "zone written as an address", set: { "chisan:zone": "https://chisan.app/" }, where: "CHI-K004 chisan:zone", found: '"https://chisan.app/"', allowed: "without scheme", mend: "pulumi config set chisan:zone chisan.app --stack prod" },
  { what: "zone that is a map", set: { "chisan:zone": { name: "chisan.app" } }, where: "CHI-K004 chisan:zone", found: '{"name":"chisan.app"}', allowed: "a domain name", mend: "pulumi config set chisan:zone '<domain>' --stack prod" },
  { what: "a domain outside the zone", set: { "chisan:appDomain": "app.chisan.com" }, where: "CHI-K007 chisan:appDomain", found: '"app.chisan.com"', allowed: "under the zone chisan.app", mend: "pulumi config set chisan:appDomain '<name>.chisan.app' --stack prod" },
  { what: "a domain that only ends alike", set: { "chisan:appDomain": "appchisan.app" }, where: "CHI-K007 chisan:appDomain", found: '"appchisan.app"', allowed: "under the zone", mend: "pulumi config set chisan:appDomain '<name>.chisan.app' --stack prod" },
  { what: "a domain two levels under the zone", set: { "chisan:apiDomain": "api.eu.chisan.app" }, where: "CHI-K007 chisan:apiDomain", found: '"api.eu.chisan.app"', allowed: "certificate covers no deeper", mend: "pulumi config set chisan:apiDomain api-eu.chisan.app --stack prod" },
  { what: "one host for app and API", set: { "chisan:apiDomain": "portal.chisan.app" }, where: "CHI-K007 chisan:apiDomain", found: '"portal.chisan.app"', allowed: "another host", mend: "pulumi config rm chisan:apiDomain --stack prod" },
  { what: "a public mail provider as the company", set: { "chisan:companyDomain": "gmail.com" }, where: "CHI-K004 chisan:companyDomain", found: '"gmail.com"', allowed: "not one of a public mail provider", mend: "pulumi config set chisan:companyDomain '<company domain>' --stack prod" },
  { what: "a reserved domain as the company", set: { "chisan:companyDomain": "example.com" }, where: "CHI-K004 chisan:companyDomain", found: '"example.com"', allowed: "not a reserved one", mend: "pulumi config set chisan:companyDomain '<company domain>' --stack prod" },
  { what: "an address where its domain is wanted", set: { "chisan:companyDomain": "security@chisanpaper.com" }, where: "CHI-K004 chisan:companyDomain", found: '"security@chisanpaper.com"', allowed: "mail domain", mend: "pulumi config set chisan:companyDomain chisanpaper.com --stack prod" },
  { what: "placeholder TBD", set: { "chisan:supabaseOrganizationId": "tbd" }, where: "CHI-K004 chisan:supabaseOrganizationId", found: '"tbd" (a placeholder)', allowed: "slug", mend: "pulumi config set chisan:supabaseOrganizationId '<organization slug>' --stack prod" },
  { what: "placeholder changeme", set: { "chisan:githubRepository": "chisan/changeme" }, where: "CHI-K004 chisan:githubRepository", found: '"chisan/changeme" (a placeholder)', allowed: "owner/name", mend: "pulumi config set chisan:githubRepository '<owner/name>' --stack prod" },
  { what: "placeholder of the document", set: { "chisan:googleClientId": "xxx.apps.googleusercontent.com" }, where: "CHI-K004 chisan:googleClientId", found: '(a placeholder)', allowed: "OAuth client id", mend: "pulumi config set chisan:googleClientId '<client id>' --stack prod" },
  { what: "placeholder of our own command", set: { "chisan:zone": "<domain>" }, where: "CHI-K004 chisan:zone", found: '"<domain>" (a placeholder)', allowed: "a domain name", mend: "pulumi config set chisan:zone '<domain>' --stack prod" },
  { what: "a team's name instead of its id", set: { "chisan:vercelTeamId": "chisan" }, where: "CHI-K004 chisan:vercelTeamId", found: '"chisan"', allowed: "team_ followed by", mend: "pulumi config set chisan:vercelTeamId '<team_…>' --stack prod" },
  { what: "a repository's address", set: { "chisan:githubRepository": "https://github.com/chisan/platform.git" }, where: "CHI-K004 chisan:githubRepository", found: '"https://github.com/chisan/platform.git"', allowed: "owner/name", mend: "pulumi config set chisan:githubRepository chisan/platform --stack prod" },
  { what: "prod with debug logs", set: { "chisan:logLevel": "debug" }, where: "CHI-K004 chisan:logLevel", found: '"debug"', allowed: "never debug in prod", mend: "pulumi config set chisan:logLevel info --stack prod" },
  { what: "chisan-dr with debug logs", stack: "chisan-dr", set: { "chisan:logLevel": "debug" }, where: "CHI-K004 chisan:logLevel", found: '"debug"', allowed: "never debug in chisan-dr", mend: "pulumi config set chisan:logLevel info --stack chisan-dr" },
  { what: "a log level in capitals", stack: "staging", set: { "chisan:logLevel": "WARN" }, where: "CHI-K004 chisan:logLevel", found: '"WARN"', allowed: "one of info, debug, warn, error", mend: "pulumi config set chisan:logLevel warn --stack staging" },
  { what: "an image by a moving tag", set: { "chisan:apiImage": "asia-northeast3-docker.pkg.dev/chisan-platform/chisan/api:latest" }, where: "CHI-K004 chisan:apiImage", found: ":latest", allowed: "that cannot change", mend: "pulumi config set chisan:apiImage '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<digest>' --stack prod" },
  { what: "an image of another registry", set: { "chisan:apiImage": `docker.io/chisan/api@sha256:${hex}${hex}` }, where: "CHI-K004 chisan:apiImage", found: "docker.io", allowed: "an image in Artifact Registry", mend: "pulumi config set chisan:apiImage '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<digest>' --stack prod" },
  { what: "percents that do not sum to 100", set: { "chisan:traffic": traffic(stable(90), canary(25)) }, where: "CHI-K004 chisan:traffic", found: "(stable 90 + canary 25 = 115)", allowed: "sum to 100", mend: "pulumi config set-all --path --plaintext chisan:traffic.stable.percent=75 --plaintext chisan:traffic.canary.percent=25 --stack prod" },
  { what: "stable alone below 100", set: { "chisan:traffic": traffic(stable(95)) }, where: "CHI-K004 chisan:traffic", found: "stable 95 + canary 0 = 95", allowed: "sum to 100", mend: "pulumi config set-all --path --plaintext chisan:traffic.stable.percent=100 --stack prod" },
  { what: "a canary step that is none", set: { "chisan:traffic": traffic(stable(90), canary(10)) }, where: "CHI-K004 chisan:traffic.canary.percent", found: "10", allowed: "one of 0, 5, 25, 50, 100", mend: "pulumi config set --path chisan:traffic.canary.percent 5 --stack prod" },
  { what: "a percent as text", set: { "chisan:traffic": traffic(stable(75), canary("25")) }, where: "CHI-K004 chisan:traffic.canary.percent", found: '"25" (text, not a number)', allowed: "one of 0, 5, 25", mend: "pulumi config rm --path chisan:traffic.canary.percent --stack prod && pulumi config set --path chisan:traffic.canary.percent 25 --stack prod" },
  { what: "a percent that is not whole", set: { "chisan:traffic": traffic(stable(99.5)) }, where: "CHI-K004 chisan:traffic.stable.percent", found: "99.5", allowed: "a whole number from 0 to 100", mend: "pulumi config set --path chisan:traffic.stable.percent 100 --stack prod" },
  { what: "a negative percent", set: { "chisan:traffic": traffic(stable(-5)) }, where: "CHI-K004 chisan:traffic.stable.percent", found: "-5", allowed: "0 to 100", mend: "pulumi config set --path chisan:traffic.stable.percent 100 --stack prod" },
  { what: "another service's revision", set: { "chisan:traffic": traffic({ revision: "chisan-staging-api-00007-abc", percent: 100 }) }, where: "CHI-K004 chisan:traffic.stable.revision", found: '"chisan-staging-api-00007-abc"', allowed: "chisan-prod-api-", mend: "pulumi config set --path chisan:traffic.stable.revision '<chisan-prod-api-…>' --stack prod" },
  { what: "the same revision twice", set: { "chisan:traffic": traffic(stable(75), { ...stable(25) }) }, where: "CHI-K004 chisan:traffic.canary", found: '"chisan-prod-api-00041-abc"', allowed: "another revision than stable's", mend: "pulumi config rm --path chisan:traffic.canary --stack prod" },
  { what: "traffic without a revision", set: { "chisan:traffic": traffic({ percent: 100 }) }, where: "CHI-K004 chisan:traffic.stable.revision", found: "nothing", allowed: "a revision of this service", mend: "pulumi config set --path chisan:traffic.stable.revision '<chisan-prod-api-…>' --stack prod" },
  { what: "a misspelt part of traffic", set: { "chisan:traffic": JSON.stringify({ stable: stable(100), canry: canary(0) }) }, where: "CHI-K004 chisan:traffic.canry", found: "[not shown] (unknown name)", allowed: "did you mean canary?", mend: "pulumi config rm --path chisan:traffic.canry --stack prod" },
  { what: "traffic that is not JSON", set: { "chisan:traffic": "{stable: 100" }, where: "CHI-K004 chisan:traffic", found: '"{stable: 100"', allowed: "a map of stable, canary (optional)", mend: "pulumi config set-all --path --plaintext 'chisan:traffic.stable.revision=<chisan-prod-api-…>' --plaintext chisan:traffic.stable.percent=100 --stack prod" },
  { what: "the database open to everybody", set: { "chisan:operatorCidrs": '["0.0.0.0/0"]' }, where: "CHI-K004 chisan:operatorCidrs[0]", found: '"0.0.0.0/0"', allowed: "n of 16 to 32", mend: "pulumi config set --path 'chisan:operatorCidrs[0]' '<a.b.c.d/n>' --stack prod" },
  { what: "the database open to half of everybody", set: { "chisan:operatorCidrs": '["128.0.0.0/1"]' }, where: "CHI-K004 chisan:operatorCidrs[0]", found: '"128.0.0.0/1"', allowed: "n of 16 to 32", mend: "pulumi config set --path 'chisan:operatorCidrs[0]' '<a.b.c.d/n>' --stack prod" },
  { what: "the database open to all of IPv6", set: { "chisan:operatorCidrs": '["203.0.113.0/24","::/0"]' }, where: "CHI-K004 chisan:operatorCidrs[1]", found: '"::/0"', allowed: "n of 32 to 128", mend: "pulumi config set --path 'chisan:operatorCidrs[1]' '<a.b.c.d/n>' --stack prod" },
  { what: "a private range", set: { "chisan:operatorCidrs": '["192.168.1.0/24"]' }, where: "CHI-K004 chisan:operatorCidrs[0]", found: '"192.168.1.0/24"', allowed: "a public range", mend: "pulumi config set --path 'chisan:operatorCidrs[0]' '<a.b.c.d/n>' --stack prod" },
  { what: "an address without a prefix", set: { "chisan:operatorCidrs": '["203.0.113.7"]' }, where: "CHI-K004 chisan:operatorCidrs[0]", found: '"203.0.113.7"', allowed: "a.b.c.d/n", mend: "pulumi config set --path 'chisan:operatorCidrs[0]' 203.0.113.7/32 --stack prod" },
  { what: "bits after the prefix", set: { "chisan:operatorCidrs": '["203.0.113.7/24"]' }, where: "CHI-K004 chisan:operatorCidrs[0]", found: '"203.0.113.7/24"', allowed: "no address bits after the prefix", mend: "pulumi config set --path 'chisan:operatorCidrs[0]' '<a.b.c.d/n>' --stack prod" },
  { what: "one range twice, spelt differently", set: { "chisan:operatorCidrs": '["2001:db8:1::/48","2001:DB8:1:0::/48"]' }, where: "CHI-K004 chisan:operatorCidrs[1]", found: "(the same as [0])", allowed: "each once", mend: "pulumi config rm --path 'chisan:operatorCidrs[1]' --stack prod" },
  { what: "a text instead of a list", set: { "chisan:operatorCidrs": "203.0.113.0/24" }, where: "CHI-K004 chisan:operatorCidrs", found: '"203.0.113.0/24"', allowed: "a list of address ranges", mend: "pulumi config set-all --path --plaintext 'chisan:operatorCidrs[0]=<a.b.c.d/n>' --stack prod" },
  { what: "a bucket name that R2 refuses: capitals", set: { "chisan:filesBucket": "Chisan_Files.2" }, where: "CHI-K004 chisan:filesBucket", found: '"Chisan_Files.2"', allowed: "3 to 63 lower-case letters", mend: "pulumi config set chisan:filesBucket chisan-files-2 --stack prod" },
  { what: "a bucket name that R2 refuses: length", set: { "chisan:backupsBucket": "b".concat("-2".repeat(40)) }, where: "CHI-K004 chisan:backupsBucket", found: '"b-2', allowed: "3 to 63", mend: "pulumi config set chisan:backupsBucket chisan-backups --stack prod" },
  { what: "another environment's bucket", stack: "staging", set: { "chisan:filesBucket": "chisan-files" }, where: "CHI-K004 chisan:filesBucket", found: '"chisan-files"', allowed: "no other environment's bucket", mend: "pulumi config set chisan:filesBucket chisan-files-staging --stack staging" },
  { what: "one bucket for files and backups", set: { "chisan:backupsBucket": "chisan-files-2" }, where: "CHI-K007 chisan:backupsBucket", found: '"chisan-files-2"', allowed: "another bucket", mend: "pulumi config rm chisan:backupsBucket --stack prod" },
  { what: "a contact without an e-mail address", set: { "chisan:alertContacts": '{"primaryOnCall":{"email":"on call","phone":"+821012345678"}}' }, where: "CHI-K004 chisan:alertContacts.primaryOnCall.email", found: '"on call"', allowed: "an e-mail address", mend: "pulumi config set --path chisan:alertContacts.primaryOnCall.email '<e-mail address>' --stack prod" },
  { what: "the document's TBD as a contact", set: { "chisan:alertContacts": '{"primaryOnCall":{"email":"on-call@chisanpaper.com","phone":"+821012345678"},"securityLead":{"email":"TBD"}}' }, where: "CHI-K004 chisan:alertContacts.securityLead.email", found: '"TBD" (a placeholder)', allowed: "an e-mail address", mend: "pulumi config set --path chisan:alertContacts.securityLead.email '<e-mail address>' --stack prod" },
  { what: "a national telephone number", set: { "chisan:alertContacts": '{"primaryOnCall":{"email":"on-call@chisanpaper.com","phone":"010-1234-5678"}}' }, where: "CHI-K004 chisan:alertContacts.primaryOnCall.phone", found: '"010-1234-5678"', allowed: "+ and 8 to 15 digits", mend: "pulumi config set --path chisan:alertContacts.primaryOnCall.phone '<+…>' --stack prod" },
  { what: "an unknown role", set: { "chisan:alertContacts": '{"primaryOnCall":{"email":"on-call@chisanpaper.com","phone":"+821012345678"},"primaryOncal":{"email":"on-call@chisanpaper.com"}}' }, where: "CHI-K004 chisan:alertContacts.primaryOncal", found: "[not shown]", allowed: "did you mean primaryOnCall?", mend: "pulumi config rm --path chisan:alertContacts.primaryOncal --stack prod" },
  { what: "an on-call without a telephone", set: { "chisan:alertContacts": '{"primaryOnCall":{"email":"on-call@chisanpaper.com"}}' }, where: "CHI-K004 chisan:alertContacts.primaryOnCall.phone", found: "nothing", allowed: "+ and 8 to 15 digits", mend: "pulumi config set --path chisan:alertContacts.primaryOnCall.phone '<+…>' --stack prod" },
  { what: "nobody to alert", set: { "chisan:alertContacts": undefined }, where: "CHI-K001 chisan:alertContacts", found: "nothing", allowed: "a map of primaryOnCall", mend: "pulumi config set-all --path --plaintext 'chisan:alertContacts.primaryOnCall.email=<e-mail address>' --plaintext 'chisan:alertContacts.primaryOnCall.phone=<+…>' --stack prod" },
  { what: "no Checkly account's id", set: { "chisan:checklyAccountId": "chisan" }, where: "CHI-K004 chisan:checklyAccountId", found: '"chisan"', allowed: "a UUID", mend: "pulumi config set chisan:checklyAccountId '<account id>' --stack prod" },
  { what: "a Sentry organization's address", set: { "chisan:sentryOrganization": "https://chisan.sentry.io/projects/" }, where: "CHI-K004 chisan:sentryOrganization", found: '"https://chisan.sentry.io/projects/"', allowed: "slug", mend: "pulumi config set chisan:sentryOrganization chisan --stack prod" },
  { what: "a Sentry organization of digits", set: { "chisan:sentryOrganization": "4711" }, where: "CHI-K004 chisan:sentryOrganization", found: '"4711"', allowed: "not digits alone", mend: "pulumi config set chisan:sentryOrganization '<organization slug>' --stack prod" },
  { what: "a blank workspace", set: { "chisan:sentrySlackWorkspace": " Chisan " }, where: "CHI-K004 chisan:sentrySlackWorkspace", found: '" Chisan "', allowed: "as Sentry shows it", mend: "pulumi config set chisan:sentrySlackWorkspace Chisan --stack prod" },
  { what: "Slack's token in plain text", set: {}, secretKeys: ["chisan:googleClientSecret", "chisan:backupIdentity", "chisan:restoreTestDatabaseUrl", "chisan:checklyApiKey", "chisan:sentryToken"], where: "CHI-K003 chisan:slackToken", found: "[secret] (in plain text)", allowed: "an encrypted value", mend: "pulumi config set chisan:slackToken --secret --stack prod" },
  { what: "a Slack channel without its sign", set: { "chisan:slackChannels": '{"critical":"Incidents","warning":"#alerts","info":"#notices"}' }, where: "CHI-K004 chisan:slackChannels.critical", found: '"Incidents"', allowed: "# and up to 80", mend: "pulumi config set --path chisan:slackChannels.critical '#incidents' --stack prod" },
  { what: "a billing account in small letters", set: { "chisan:billingAccount": "012345-6789ab-cdef01" }, where: "CHI-K004 chisan:billingAccount", found: '"012345-6789ab-cdef01"', allowed: "in capitals", mend: "pulumi config set chisan:billingAccount 012345-6789AB-CDEF01 --stack prod" },
  { what: "a budget of nothing", set: { "chisan:monthlyBudget": '{"amount":0,"currency":"KRW"}' }, where: "CHI-K004 chisan:monthlyBudget.amount", found: "0", allowed: "from 1 to", mend: "pulumi config set --path chisan:monthlyBudget.amount 500000 --stack prod" },
  { what: "a role that the document does not know", set: { "chisan:access": '{"intern":{"vercelMembers":["intern@chisanpaper.com"]}}' }, where: "CHI-K004 chisan:access.intern", found: "[not shown]", allowed: "developer, devops, techLead, dba", mend: "pulumi config rm --path chisan:access.intern --stack prod" },
  { what: "a role where the document gives it nothing", set: { "chisan:access": '{"dba":{"vercelMembers":["dba@chisanpaper.com"]}}' }, where: "CHI-K004 chisan:access.dba.vercelMembers", found: "[not shown]", allowed: "supabaseMembers", mend: "pulumi config rm --path chisan:access.dba.vercelMembers --stack prod" },
  { what: "a person in two roles", set: { "chisan:access": '{"devops":{"vercelMembers":["lead@chisanpaper.com"]},"techLead":{"vercelMembers":["lead@chisanpaper.com"]}}' }, where: "CHI-K004 chisan:access.techLead.vercelMembers[0]", found: '"lead@chisanpaper.com" (also in devops.vercelMembers[0])', allowed: "each once at a system", mend: "pulumi config rm --path 'chisan:access.techLead.vercelMembers[0]' --stack prod" },
  { what: "a person twice in one role", set: { "chisan:access": '{"dba":{"supabaseMembers":["dba@chisanpaper.com","dba@chisanpaper.com"]}}' }, where: "CHI-K004 chisan:access.dba.supabaseMembers[1]", found: "(the same as [0])", allowed: "each once", mend: "pulumi config rm --path 'chisan:access.dba.supabaseMembers[1]' --stack prod" },
  { what: "a member in capitals", set: { "chisan:access": '{"devops":{"cloudflareMembers":["DevOps@chisanpaper.com"]}}' }, where: "CHI-K004 chisan:access.devops.cloudflareMembers[0]", found: '"DevOps@chisanpaper.com"', allowed: "lower case", mend: "pulumi config set --path 'chisan:access.devops.cloudflareMembers[0]' devops@chisanpaper.com --stack prod" },
  { what: "a team's address instead of its name", set: { "chisan:access": '{"developer":{"githubTeam":"chisan/Developers"}}' }, where: "CHI-K004 chisan:access.developer.githubTeam", found: '"chisan/Developers"', allowed: "a team's slug", mend: "pulumi config set --path chisan:access.developer.githubTeam developers --stack prod" },
  { what: "a generation of a secret that has none", set: { "chisan:secretGenerations": '{"JWT_SECRT":{"current":2}}' }, where: "CHI-K004 chisan:secretGenerations.JWT_SECRT", found: "[not shown]", allowed: "did you mean JWT_SECRET?", mend: "pulumi config rm --path chisan:secretGenerations.JWT_SECRT --stack prod" },
  { what: "a gap between generations", set: { "chisan:secretGenerations": '{"JWT_SECRET":{"current":5,"previous":2}}' }, where: "CHI-K004 chisan:secretGenerations.JWT_SECRET.previous", found: "2", allowed: "the generation before current 5", mend: "pulumi config set --path chisan:secretGenerations.JWT_SECRET.previous 4 --stack prod" },
  { what: "one recipient of the backups", set: { "chisan:backupRecipients": JSON.stringify([ageKey]) }, where: "CHI-K004 chisan:backupRecipients[1]", found: "nothing", allowed: "2 keys or more", mend: "pulumi config set --path 'chisan:backupRecipients[1]' '<age1…>' --stack prod" },
  { what: "no list of recipients", set: { "chisan:backupRecipients": undefined }, where: "CHI-K001 chisan:backupRecipients", found: "nothing", allowed: "2 or more", mend: "pulumi config set-all --path --plaintext 'chisan:backupRecipients[0]=<age1…>' --plaintext 'chisan:backupRecipients[1]=<age1…>' --stack prod" },
  { what: "a recipient with a letter wrong", set: { "chisan:backupRecipients": JSON.stringify([ageKey, ageKey.replace("tx7", "tx8")]) }, where: "CHI-K004 chisan:backupRecipients[1]", found: "age14tx8", allowed: "its checksum right", mend: "pulumi config set --path 'chisan:backupRecipients[1]' '<age1…>' --stack prod" },
  { what: "a private key among the public ones", set: { "chisan:backupRecipients": JSON.stringify([ageKey, ageSecret]) }, where: "CHI-K004 chisan:backupRecipients[1]", found: "[not shown: it looks like a credential]", allowed: "the public key", mend: "pulumi config set --path 'chisan:backupRecipients[1]' '<age1…>' --stack prod" },
  { what: "a public key as the private one", set: { "chisan:backupIdentity": ageKey }, where: "CHI-K004 chisan:backupIdentity", found: "[secret] (a public key)", allowed: "the private key", mend: "pulumi config set chisan:backupIdentity --secret --stack prod" },
  { what: "the private key in plain text", set: {}, secretKeys: ["chisan:googleClientSecret", "chisan:restoreTestDatabaseUrl", "chisan:slackToken", "chisan:checklyApiKey", "chisan:sentryToken"], where: "CHI-K003 chisan:backupIdentity", found: "[secret] (in plain text)", allowed: "an encrypted value", mend: "pulumi config set chisan:backupIdentity --secret --stack prod" },
  { what: "a restore test over an open connection", set: { "chisan:restoreTestDatabaseUrl": scratchUrl.replace("?sslmode=require", "") }, where: "CHI-K004 chisan:restoreTestDatabaseUrl", found: "[secret]", allowed: "sslmode=require", mend: "pulumi config set chisan:restoreTestDatabaseUrl --secret --stack prod" },
  { what: "an operations image by a moving tag", set: { "chisan:operationsImage": "asia-northeast3-docker.pkg.dev/chisan-platform/chisan/operations:latest" }, where: "CHI-K004 chisan:operationsImage", found: ":latest", allowed: "that cannot change", mend: "pulumi config set chisan:operationsImage '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<digest>' --stack prod" },
  { what: "staging with prod's data key", stack: "staging", set: { "chisan:encryptionKeys": "1:x" }, where: "CHI-K002 chisan:encryptionKeys", found: "[secret]", allowed: "only in prod, chisan-dr", mend: "pulumi config rm chisan:encryptionKeys --stack staging" },
  { what: "a data key by its old name", set: { "chisan:encryptionKey": "x" }, where: "CHI-K005 chisan:encryptionKey", found: "[not shown] (unknown key)", allowed: "nothing: ENCRYPTION_KEY is generated", mend: "pulumi config rm chisan:encryptionKey --stack prod" },
  { what: "generation zero", set: { "chisan:secretGenerations": '{"ENCRYPTION_KEY":{"current":0}}' }, where: "CHI-K004 chisan:secretGenerations.ENCRYPTION_KEY.current", found: "0", allowed: "from 1 to 9999", mend: "pulumi config set --path chisan:secretGenerations.ENCRYPTION_KEY.current 1 --stack prod" },
];

describe("bad input", () => {
  test("there are at least 40 kinds, each told apart", () => {
    expect(bad.length).toBeGreaterThanOrEqual(40);
    expect(new Set(bad.map(({ what }) => what)).size).toBe(bad.length);
  });

  test.each(bad)("$what", ({ stack = "prod", set, secretKeys, where, found, allowed, mend }) => {
    const values = Object.fromEntries(Object.entries({ ...valid(stack), ...set }).filter(([, value]) => value !== undefined));
    const problems = problemsOf(stack, values, secretKeys);
    expect(problems).toHaveLength(1);
    const [line = ""] = problems;
    expect(line.startsWith(`${where}: found `)).toBe(true);
    const [, shown = "", allowedShown = ""] = /: found (.*?); allowed: (.*); mend: /.exec(line) ?? [];
    expect(shown).toContain(found);
    expect(allowedShown).toContain(allowed);
    expect(line.endsWith(`; mend: ${mend}`)).toBe(true);
  });

  test("all problems are listed at once, a line each, under one heading", () => {
    const values = {
      ...valid("prod"),
      "chisan:region": "us-east1",
      "chisan:zone": "TBD",
      "chisan:nonsense": "1",
      "chisan:logLevel": "debug",
    };
    const error = caught(() => read("prod", values, ["chisan:backupIdentity", "chisan:restoreTestDatabaseUrl", "chisan:slackToken", "chisan:checklyApiKey", "chisan:sentryToken"]));
    expect(error.message.split("\n").map((line) => line.trim().split(":").slice(0, 2).join(":"))).toEqual([
      "CHI-K000 stack prod: 5 problems in its configuration",
      "CHI-K004 chisan:zone",
      "CHI-K003 chisan:googleClientSecret",
      "CHI-K004 chisan:logLevel",
      "CHI-K004 chisan:region",
      "CHI-K005 chisan:nonsense",
    ]);
  });

  test("duplicates are listed last first, so that the commands can be run in the order given", () => {
    const cidr = "203.0.113.0/24";
    const problems = problemsOf("prod", {
      ...valid("prod"),
      "chisan:operatorCidrs": JSON.stringify([cidr, cidr, "198.51.100.0/24", cidr]),
    });
    expect(problems.map((line) => /operatorCidrs\[(\d)\]/.exec(line)?.[1])).toEqual(["3", "1"]);
  });

  test("everything missing is named", () => {
    const names = problemsOf("staging", {}).map((line) => /chisan:(\w+)/.exec(line)?.[1]);
    expect(names).toEqual([
      "gcpProject",
      "cloudflareAccountId",
      "cloudflareZoneId",
      "zone",
      "vercelTeamId",
      "supabaseOrganizationId",
      "githubRepository",
      "githubRepositoryId",
      "githubOwnerId",
      "companyDomain",
      "access",
      "googleClientId",
      "googleClientSecret",
      "backupRecipients",
      "alertContacts",
      "slackToken",
      "checklyAccountId",
      "checklyApiKey",
      "sentryOrganization",
      "sentryToken",
      "sentrySlackWorkspace",
      "slackChannels",
      "billingAccount",
      "monthlyBudget",
    ]);
  });

  test("a stack of another name", () => {
    expect(knownStack("chisan-dr")).toBe("chisan-dr");
    expect(caught(() => knownStack("stagin")).message).toContain("did you mean staging?");
    expect(caught(() => knownStack("stagin")).message).toContain("mend: pulumi stack select staging");
  });
});

function caught(action: () => unknown): ConfigurationError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("secrets are never shown", () => {
  const secret = "CanaryWord7CanaryWord8CanaryWord9Can0";

  test.each([
    ["in plain text", { "chisan:googleClientSecret": secret }, []],
    ["with a blank after it", { "chisan:googleClientSecret": `${secret} ` }, ["chisan:googleClientSecret"]],
    ["under a misspelt key", { "chisan:googleClientSecert": secret }, []],
    ["under another namespace", { "chisam:googleClientSecret": secret }, []],
    ["in an encrypted value of an ordinary key", { "chisan:region": "canaryword" }, ["chisan:region"]],
    ["in part of an encrypted map", { "chisan:traffic": '{"stable":{"revision":"canaryword","percent":3}}' }, ["chisan:traffic"]],
    ["under an unknown name in a map", { "chisan:traffic": '{"token":"canaryword"}' }, []],
    ["as a provider's token", { "cloudflare:apiToken": "canaryword" }, []],
    ["in an address", { "chisan:zone": "postgresql://postgres:canaryword@db.chisan.app:5432/postgres" }, []],
    ...configurationKeyNames.map((name): [string, Record<string, unknown>, string[]] => [
      `in the wrong key ${name}`,
      { [`chisan:${name}`]: secret },
      [],
    ]),
  ])("%s", (_, set, secretKeys) => {
    expect(caught(() => read("prod", { ...valid("prod"), ...set }, secretKeys)).message).not.toMatch(/canaryword/i);
  });

  test("a read secret does not print", () => {
    const configuration = read("prod", valid("prod"));
    expect(`${configuration.googleClientSecret}`).toBe("[secret]");
    expect(JSON.stringify(configuration)).not.toContain(configuration.googleClientSecret.reveal());
    expect(configuration.googleClientSecret.reveal()).toBe(valid("prod")["chisan:googleClientSecret"]);
  });
});

const onlyIn: Partial<Record<ConfigurationKey, readonly StackName[]>> = {
  cutOver: ["prod", "chisan-dr"],
  encryptionKeys: ["prod", "chisan-dr"],
  drillDeployer: ["prod"],
  drillStateBackend: ["prod"],
  drillCloudflareToken: ["prod"],
  drillVercelToken: ["prod"],
  drillSupabaseToken: ["prod"],
};
const drill = {
  "chisan:drillDeployer": "drill-deployer@chisan-dr.iam.gserviceaccount.com",
  "chisan:drillStateBackend": "gs://chisan-dr-state",
  "chisan:drillCloudflareToken": "0123456789abcdefghijklmnopqrstuvwxyzABCD",
  "chisan:drillVercelToken": "0123456789abcdefghijklmn",
  "chisan:drillSupabaseToken": "sbp_0123456789abcdef0123456789abcdef01234567",
};

test.each<[string, string]>([
  ["drillDeployer", "operator@chisanpaper.com"],
  ["drillDeployer", "drill-deployer@developer.gserviceaccount.com"],
  ["drillStateBackend", "file:///tmp/state"],
  ["drillStateBackend", "s3://chisan-dr-state"],
  ["drillVercelToken", "short"],
])("%s: %s is refused", (key, value) => {
  const secrets = [...secretConfiguration, ...Object.keys(drill).filter((each) => each.endsWith("Token"))];
  expect(problemsOf("prod", { ...valid("prod"), ...drill, [`chisan:${key}`]: value }, secrets).join("\n")).toMatch(new RegExp(`chisan:${key}: .*; allowed: `));
  expect(problemsOf("prod", { ...valid("prod"), ...drill }, secrets)).toEqual([]);
});

describe("good input", () => {
  test.each(stackNames)("%s with every key", (stack) => {
    const takesOver = stack === "prod" || stack === "chisan-dr";
    const values = { ...valid(stack), ...(stack === "prod" ? drill : {}), ...(takesOver ? { "chisan:encryptionKeys": `1:${Buffer.from("0123456789abcdef0123456789ABCDEF").toString("base64")}` } : {}) };
    const configuration: Record<string, unknown> = { ...read(stack, values, [...secretConfiguration, "chisan:encryptionKeys", ...Object.keys(drill).filter((key) => key.endsWith("Token"))]) };
    expect(configuration["stack"]).toBe(stack);
    const expected = stack === "dev" ? ["googleClientId", "googleClientSecret", "logLevel", "secretGenerations"] : configurationKeyNames.filter((name) => (onlyIn[name] ?? [stack]).includes(stack));
    expect(Object.keys(configuration).sort()).toEqual(["stack", ...expected].sort());
  });

  test("values have their types", () => {
    const configuration = read("prod", valid("prod"));
    if (configuration.stack !== "prod") throw new Error("wrong stack");
    expect(configuration).toMatchObject({
      traffic: { stable: { revision: "chisan-prod-api-00041-abc", percent: 75 }, canary: { percent: 25 } },
      operatorCidrs: ["203.0.113.0/24", "2001:db8:1::/48"],
      secretGenerations: { JWT_SECRET: { current: 2, previous: 1 }, NEXTAUTH_SECRET: { current: 3 } },
    });
  });

  test.each([[true, true], ["true", true], [false, false], ["false", false]])("cutOver %j", (given, expected) => {
    expect(read("chisan-dr", { ...valid("chisan-dr"), "chisan:cutOver": given })).toMatchObject({ cutOver: expected });
  });

  test.each([["True", "set chisan:cutOver true"], ["yes", "set chisan:cutOver '<true|false>'"], [1, "set chisan:cutOver '<true|false>'"]])("cutOver %j is no answer", (given, mend) => {
    expect(problemsOf("chisan-dr", { ...valid("chisan-dr"), "chisan:cutOver": given })).toEqual([expect.stringMatching(/^CHI-K004 chisan:cutOver: .*allowed: true or false/)]);
    expect(problemsOf("chisan-dr", { ...valid("chisan-dr"), "chisan:cutOver": given })[0]).toContain(mend);
  });

  test.each([0, 5, 25, 50, 100])("a canary of %d percent", (percent) => {
    expect(problemsOf("prod", { ...valid("prod"), "chisan:traffic": traffic(stable(100 - percent), canary(percent)) })).toEqual([]);
  });

  test("any host directly under the zone, any narrow public range, any generation with its predecessor", () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/).filter((name) => !/xx|^(tbd|todo|example|none|null)$/.test(name));
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        fc.constantFrom(...cloudStacks),
        label,
        octet,
        octet,
        fc.integer({ min: 2, max: 9999 }),
        (stack, name, third, fourth, current) => {
          const values = {
            ...valid(stack),
            "chisan:appDomain": `${name}.chisan.app`,
            "chisan:apiDomain": `api-${name}.chisan.app`,
            "chisan:operatorCidrs": JSON.stringify([`198.51.${third}.${fourth}/32`, `198.52.${third}.0/24`]),
            "chisan:secretGenerations": JSON.stringify({ R2_API_TOKEN: { current, previous: current - 1 } }),
          };
          expect(problemsOf(stack, values)).toEqual([]);
        },
      ),
    );
  });
});

test("garbage in any place gives the one error or none, each problem on its own line, and never anything else", () => {
  const garbage = fc.oneof(
    fc.jsonValue(),
    fc.json(),
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", "constructor", "[]", "{}", "null", '{"__proto__":1}'),
  );
  const keys = fc.oneof(
    fc.constantFrom(...configurationKeyNames.map((name) => `chisan:${name}`)),
    fc.string(),
    fc.constantFrom("chisan:constructor", "chisan:__proto__", "__proto__"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...stackNames),
      fc.array(fc.tuple(keys, garbage), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (stack, changes, encrypted) => {
        const values = Object.fromEntries([...Object.entries(valid(stack)), ...changes]);
        const problems = problemsOf(stack, values, encrypted ? Object.keys(values) : undefined);
        for (const problem of problems) {
          expect(problem).toMatch(/^CHI-K00\d .+: found .+; allowed: .+; mend: pulumi config (set|rm|set-all) .+$/u);
          expect(problem).not.toMatch(/[\r\n]/);
        }
      },
    ),
    { numRuns: 500 },
  );
});
