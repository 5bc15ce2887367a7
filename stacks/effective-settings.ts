/**
 * What an environment's specification and its configuration say together, judged before anything is registered: a problem found by a
 * component would come when a hundred resources exist already.
 */
import { fileStoreNames, filesHost } from "../components/file-store-inputs";
import type { ApiRegion } from "../components/api-service";
import { foreignMembers } from "../config/access-table";
import { drillKeys } from "../config/drill-keys";
import type { GcpRegion } from "../config/allowed-values";
import type { EnvironmentSpecification } from "../config/environment-specification";
import { bucketName, environmentSlug, type StackName } from "../config/naming";
import { ConfigurationError, type StackConfiguration } from "../config/stack-configuration";
import { cloudStacks, type CloudStack } from "../config/stack-configuration-keys";
import { specifications } from "./specifications";

export interface EffectiveSettings {
  readonly appHost: string;
  readonly apiHost: string;
  /** The primary first; the one that takes over keeps nothing running until the load balancer sends to it. */
  readonly regions: readonly [ApiRegion, ...ApiRegion[]];
  /**
   * Those that the load balancer sends to. The primary alone, unless told: Cloudflare often hands Korean visitors to Google in Tokyo, and
   * the nearest active region would serve them, cold and far from the database.
   */
  readonly activeRegions: readonly GcpRegion[];
  /** Whether the hosts lead here: their records, the web app's domain and what watches them are declared here then. */
  readonly live: boolean;
}

/**
 * The only company domain that the database's sign-up hook admits (supabase/migrations, `private.signup_domains`). A test compares the two.
 */
export const signUpDomain = "chisanpaper.com";

/** @throws ConfigurationError with every disagreement, a line each: the key, the value found, what is allowed, and the command that mends it */
export function effectiveSettings(specification: EnvironmentSpecification, configuration: StackConfiguration<CloudStack>): EffectiveSettings {
  const { stack } = specification;
  const problems: string[] = [];
  const report = (key: string, found: string, allowed: string, mend: string) =>
    problems.push(`CHI-K009 chisan:${key}: found ${found}; allowed: ${allowed}; mend: pulumi config ${mend} --stack ${stack}`);
  const settings: EffectiveSettings = {
    appHost: configuration.appDomain ?? specification.appHost,
    apiHost: configuration.apiDomain ?? specification.apiHost,
    regions: apiRegions(specification, configuration),
    activeRegions: configuration.activeRegions ?? [configuration.region ?? specification.gcpRegion],
    live: specification.dnsRecords === "active" || configuration.cutOver === true,
  };
  if (stack === "prod" && configuration.cutOver === true) problems.push(awayFromProd);
  judgeHosts(stack, settings, configuration, report);
  judgeBuckets(stack, configuration, report);
  judgeRegions(settings, report);
  // With a wrong domain every member is foreign: that one mistake is told below.
  const foreign = configuration.companyDomain === signUpDomain ? foreignMembers(configuration.access, signUpDomain) : [];
  for (const { place, member } of foreign) {
    report(`access.${place}`, member, `an address of ${configuration.companyDomain}`, `set --path 'chisan:access.${place}' <name>@${configuration.companyDomain}`);
  }
  if (configuration.companyDomain !== signUpDomain) {
    report("companyDomain", configuration.companyDomain, `${signUpDomain}, the domain that the sign-up hook in supabase/migrations admits (change both together)`, `set companyDomain ${signUpDomain}`);
  }
  const drill = drillKeys.filter((key) => configuration[key] !== undefined);
  for (const key of drill.length === 0 ? [] : drillKeys.filter((each) => !drill.includes(each))) {
    report(key, "nothing", `a value, as ${drill[0] ?? ""} has one: a drill needs all of ${drillKeys.join(", ")}, or waits for them`, `set ${key}${/Token$/.test(key) ? " --secret" : " <value>"}`);
  }
  if (configuration.cloudflareZoneId === configuration.cloudflareAccountId) {
    report("cloudflareZoneId", configuration.cloudflareZoneId, "the zone's id, which is not the account's", "set cloudflareZoneId '<32 hexadecimal digits>'");
  }
  if (problems.length > 0) throw new ConfigurationError(stack, problems);
  return settings;
}

/**
 * Prod declares both records: without its state it would make a second A record of the API's host beside chisan-dr's, and with it a destroy
 * or a new load balancer would take the host away from where the data are.
 */
const awayFromProd =
  "CHI-H080 chisan:cutOver: found true; allowed: no deployment of prod while its hosts are chisan-dr's; mend: npx chisan dr failback (it rebuilds prod, brings the data and takes the key out)";

type Reporter = (key: string, found: string, allowed: string, mend: string) => void;

function apiRegions(specification: EnvironmentSpecification, configuration: StackConfiguration<CloudStack>): [ApiRegion, ...ApiRegion[]] {
  const { gcpBackupRegion: backup, minimumInstances, maximumInstances } = specification;
  const primary = { region: configuration.region ?? specification.gcpRegion, minInstances: minimumInstances, maxInstances: maximumInstances };
  if (backup === null) return [primary];
  const active = configuration.activeRegions?.includes(backup) === true;
  return [primary, { region: backup, minInstances: active ? minimumInstances : 0, maxInstances: maximumInstances }];
}

function judgeRegions({ regions, activeRegions }: EffectiveSettings, report: Reporter): void {
  const names = regions.map(({ region }) => region);
  if (new Set(names).size !== names.length) {
    report("region", names[0] ?? "", `another region than the backup region ${names[1] ?? ""}`, "rm region");
  }
  const strangers = activeRegions.filter((region) => !names.includes(region));
  if (activeRegions.length === 0 || strangers.length > 0) {
    report("activeRegions", JSON.stringify(activeRegions), `at least one of ${names.join(", ")}`, "rm activeRegions");
  }
}

function judgeHosts(stack: StackName, { appHost, apiHost }: EffectiveSettings, { zone }: StackConfiguration<CloudStack>, report: Reporter): void {
  const hosts = { appDomain: appHost, apiDomain: apiHost };
  const taken = new Map(
    cloudStacks
      .filter((other) => other !== stack && !sharesHosts(stack, other))
      .flatMap((other) => [specifications[other].appHost, specifications[other].apiHost].map((host) => [host, other] as const)),
  );
  for (const [key, host] of Object.entries(hosts)) {
    const label = host.slice(0, -(zone.length + 1));
    if (!host.endsWith(`.${zone}`) || label === "" || label.includes(".")) {
      report(key, host, `one name directly under the zone ${zone}`, `set ${key} '<name>.${zone}'`);
    }
    const owner = taken.get(host);
    if (owner !== undefined) report(key, host, `a host of its own; that one is ${owner}'s`, `rm ${key}`);
  }
  const files = filesHost(environmentSlug(stack), zone);
  if (apiHost === files) report("apiDomain", apiHost, "another host than that of the files' gateway", "rm apiDomain");
  if (appHost === apiHost) report("apiDomain", apiHost, `another host than the web app's`, "rm apiDomain");
}

/** chisan-dr takes over prod's hosts at cut-over, so it is declared with them. */
function sharesHosts(one: StackName, other: StackName): boolean {
  return [one, other].every((stack) => stack === "prod" || stack === "chisan-dr");
}

function judgeBuckets(stack: StackName, configuration: StackConfiguration<CloudStack>, report: Reporter): void {
  const own = bucketsOf(stack, configuration.filesBucket, configuration.backupsBucket);
  const taken = new Map(
    cloudStacks.filter((other) => other !== stack).flatMap((other) => bucketsOf(other).map(({ name }) => [name, other] as const)),
  );
  for (const [index, { key, name }] of own.entries()) {
    const owner = taken.get(name);
    if (owner !== undefined) report(key, name, `a bucket of its own; that one is ${owner}'s`, `rm ${key}`);
    const twin = own.slice(0, index).find((earlier) => earlier.name === name);
    if (twin !== undefined) report(key, name, `another bucket than the one of its ${twin.part}`, `rm ${key}`);
  }
}

function bucketsOf(stack: StackName, files?: string, backups?: string): { key: string; part: string; name: string }[] {
  const slug = environmentSlug(stack);
  const names = fileStoreNames({ slug, bucket: files });
  return [
    { key: "filesBucket", part: "files", name: names.files },
    { key: "filesBucket", part: "file versions", name: names.vault },
    { key: "backupsBucket", part: "backups", name: backups ?? bucketName(slug, "backups") },
  ];
}
