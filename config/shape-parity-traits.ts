/**
 * What each trait in which environments may differ (stacks/*.ts) changes in their resources. The reasons are with the traits. A trait changes what
 * is listed here and nothing else: `npx chisan parity` calls everything else undeclared, and a line here that explains nothing unused.
 */
import { subnetworkRanges } from "../components/fixed-egress-inputs";
import { logRetentionDays } from "../components/log-retention";
import type { EnvironmentSpecification, EnvironmentTraits } from "./environment-specification";
import type { ScheduledKind } from "./exported-metrics";
import { absent, type ShapeRule } from "./shape-parity-rule";

type Value = (environment: EnvironmentSpecification) => unknown;

/** Resources that are there when a condition holds. */
function there(when: (environment: EnvironmentSpecification) => boolean, ...resources: (string | Pick<ShapeRule, "resources" | "type">)[]): ShapeRule[] {
  return resources.map((found) => ({ ...(typeof found === "string" ? { resources: found } : found), value: when }));
}

function property(resources: string, name: string, value: Value): ShapeRule {
  return { resources, property: name, value };
}

const runs = (kind: ScheduledKind) => (environment: EnvironmentSpecification) => environment.scheduledKinds.includes(kind);
const restores = (environment: EnvironmentSpecification) => runs("restore-test")(environment) || runs("drill")(environment);
const holdsRealData = ({ sampleData }: EnvironmentSpecification) => sampleData === "real" || sampleData === "restored";
const hasHosts = ({ dnsRecords }: EnvironmentSpecification) => dnsRecords === "active";
const regionsOf = ({ gcpRegion, gcpBackupRegion }: EnvironmentSpecification) => [gcpRegion, ...(gcpBackupRegion === null ? [] : [gcpBackupRegion])];
const reads = (workload: string) => [`secrets-backups-reader-*-reader-${workload}`, `secrets-backups-writer-*-reader-${workload}`, `secrets-backup-identity-reader-${workload}`];

/** Empty where a trait gives only names, addresses and regions (they are the environment's own), or touches no resource. */
export const traitRules: { readonly [T in keyof EnvironmentTraits]: readonly ShapeRule[] } = {
  // Only dev, which has no resource to compare.
  hosting: [],
  appHost: [],
  apiHost: [],
  dnsRecords: [
    ...there(hasHosts, "dns-app", "dns-api", "web-domain", "monitoring-uptime-*"),
    property("checks-*", "activated", hasHosts),
    property("checks-*", "muted", (environment) => !hasHosts(environment)),
  ],
  ownsZoneSettings: there(({ ownsZoneSettings }) => ownsZoneSettings, "dns-dnssec", "dns-caa-*", { resources: "dns-*", type: "cloudflare:index/zoneSetting:ZoneSetting" }),
  ownsAccounts: [
    ...there(({ ownsAccounts }) => ownsAccounts, "access-vercel-member-*", "access-vercel-group-*", "access-cloudflare-member-*"),
    // Who does not own the team's groups names the people of its project.
    ...there(({ ownsAccounts }) => !ownsAccounts, "access-vercel-project"),
  ],
  gcpRegion: [property("egress-subnetwork-‹region›", "ipCidrRange", ({ gcpRegion }) => subnetworkRanges[gcpRegion])],
  gcpBackupRegion: [
    ...there(
      ({ gcpBackupRegion }) => gcpBackupRegion !== null,
      "api-‹backup region›",
      "edge-endpoint-‹backup region›",
      "egress-address-‹backup region›-*",
      "egress-nat-‹backup region›",
      "egress-router-‹backup region›",
      "egress-subnetwork-‹backup region›",
    ),
    property("egress-subnetwork-‹backup region›", "ipCidrRange", ({ gcpBackupRegion }) => (gcpBackupRegion === null ? absent : subnetworkRanges[gcpBackupRegion])),
    property("secrets-*", "replication.userManaged.replicas[1]", ({ gcpBackupRegion }) => (gcpBackupRegion === null ? absent : { location: gcpBackupRegion })),
    property("edge-backend", "description", (environment) => `The API in [${environment.gcpRegion}] of [${regionsOf(environment).join(", ")}]`),
  ],
  minimumInstances: [property("api-‹region›", "scaling.minInstanceCount", ({ minimumInstances }) => minimumInstances)],
  maximumInstances: [property("api-*", "scaling.maxInstanceCount", ({ maximumInstances }) => maximumInstances)],
  cpu: [property("api-*", "template.containers[0].resources.limits.cpu", ({ cpu }) => cpu)],
  memory: [property("api-*", "template.containers[0].resources.limits.memory", ({ memory }) => memory)],
  logLevel: [property("api-*", "template.containers[0].envs[LOG_LEVEL].value", ({ logLevel }) => logLevel)],
  webBranch: [property("web-project", "gitRepository.productionBranch", ({ webBranch }) => webBranch ?? absent)],
  pullRequestPreviews: [
    property("web-project", "previewDeploymentsDisabled", ({ pullRequestPreviews }) => !pullRequestPreviews),
    property("web-*", "targets", ({ pullRequestPreviews }) => (pullRequestPreviews ? ["production", "preview"] : ["production"])),
  ],
  databaseRegion: [],
  databaseCompute: [property("database-project", "instanceSize", ({ databaseCompute }) => databaseCompute)],
  pointInTimeRecoveryDays: [
    ...there(({ pointInTimeRecoveryDays }) => pointInTimeRecoveryDays !== null, "database-recovery"),
    property("database-recovery", "days", ({ pointInTimeRecoveryDays }) => pointInTimeRecoveryDays ?? absent),
  ],
  sampleData: [
    ...there(holdsRealData, "monitoring-logs-no-debug"),
    property("monitoring-logs-bucket", "retentionDays", (environment) => (holdsRealData(environment) ? logRetentionDays.realData : logRetentionDays.otherData)),
  ],
  // Only dev, as above; the database's auth settings are secret as a whole, and policies judge them.
  authDomain: [],
  scheduledKinds: [
    ...(["weekly", "restore-test", "drill"] as const).flatMap((kind) =>
      there(runs(kind), `backup-identities-${kind}*`, `backup-schedule-${kind}*`, `monitoring-policies-${kind}-age-*`, `deploy-act-as-${kind}`),
    ),
    ...there(runs("weekly"), "deploy-act-as-start-weekly", "secrets-backups-writer-*-reader-backup-weekly", "secrets-database-url-reader-backup-weekly"),
    ...there(runs("restore-test"), "secrets-restore-test-database-url", "secrets-restore-test-database-url-*", "deploy-act-as-start-restore", ...reads("restore-test")),
    ...there(runs("drill"), "deploy-act-as-start-drill", "secrets-drill-report-signing-key", "secrets-drill-report-signing-key-*", ...reads("drill")),
    ...there(restores, "secrets-backup-identity", "secrets-backup-identity-v*"),
  ],
  externalCheckMinutes: [property("checks-*", "frequency", ({ externalCheckMinutes }) => externalCheckMinutes)],
  fileVersionDays: [],
  dailyBackupDays: [],
  weeklyBackupDays: [],
  protectData: [
    property("*", "options.protect", ({ protectData }) => protectData),
    property("database-*", "options.retainOnDelete", ({ protectData }) => protectData),
    property("*", "deletionProtection", ({ protectData }) => protectData),
  ],
};
