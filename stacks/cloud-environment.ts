import * as pulumi from "@pulumi/pulumi";
import { Provider as GoogleProvider } from "@pulumi/gcp/provider";
import { Provider as SentryProvider } from "@pulumiverse/sentry/provider";
import { ApiService } from "../components/api-service";
import { bootstrapImage } from "../components/api-service-template";
import { trafficTargets } from "../components/api-service-traffic";
import { backupSecretDefinitions, reportSigner } from "../components/backup-schedule-secrets";
import { BackupVault } from "../components/backup-vault";
import { ContainerRegistry } from "../components/container-registry";
import { BackupIdentities } from "../components/backup-schedule-identities";
import { Database } from "../components/database";
import { Dns } from "../components/dns";
import { vercelTarget } from "../components/dns-inputs";
import { ErrorTracking } from "../components/error-tracking";
import { FileStore } from "../components/file-store";
import { FixedEgress } from "../components/fixed-egress";
import { LoadBalancer } from "../components/load-balancer";
import { MetricsExporterIdentity } from "../components/metrics-exporter-identity";
import { ProjectServices } from "../components/project-services";
import { lookUpR2Permissions } from "../components/r2-credentials";
import { RuntimeIdentity } from "../components/runtime-identity";
import { secretMounts, SecretStore, type SecretReference } from "../components/secret-store";
import { WebApp } from "../components/web-app";
import { cloudflareRanges } from "../config/cloudflare-ranges";
import type { EnvironmentSpecification } from "../config/environment-specification";
import { environmentSlug } from "../config/naming";
import { resolveEnvironment } from "../config/resolve-variables";
import type { StackConfiguration } from "../config/stack-configuration";
import type { CloudStack } from "../config/stack-configuration-keys";
import { workerContent } from "../workers/bundle";
import { declareAccess } from "./cloud-access";
import { declareOperations } from "./cloud-operations";
import { drillDeployment } from "./drill-deployment";
import { effectiveSettings } from "./effective-settings";
import { publicVariables, secretDefinitions, secretNames, secretReaders, variableValues } from "./environment-values";

/**
 * One environment in the cloud. The same for staging, prod and chisan-dr: they differ by specification and configuration only.
 *
 * @returns the stack's outputs
 */
export function declareCloudEnvironment(specification: EnvironmentSpecification, configuration: StackConfiguration<CloudStack>) {
  const slug = environmentSlug(specification.stack);
  const { gcpProject: project, cloudflareAccountId: accountId, cloudflareZoneId: zoneId, zone } = configuration;
  const { protectData: protect } = specification;
  const { appHost, apiHost, regions, activeRegions, live } = effectiveSettings(specification, configuration);
  const primary = regions[0].region;
  const generations = configuration.secretGenerations ?? {};

  // Google Cloud: the project's own services, then everything that needs them.
  const google = new GoogleProvider("google", { project, region: primary });
  const services = new ProjectServices("services", { project }, { providers: [google] });
  const onGoogle = { providers: [google], dependsOn: services };
  const egress = new FixedEgress("egress", { slug, project, regions: regions.map(({ region }) => region), protect }, onGoogle);
  const identities = {
    api: new RuntimeIdentity("api-identity", { slug, project, workload: "api" }, onGoogle),
    exporter: new MetricsExporterIdentity("metrics-identity", { slug, project }, onGoogle),
    backups: new BackupIdentities("backup-identities", { slug, project, kinds: specification.scheduledKinds }, onGoogle),
  };
  const registry = new ContainerRegistry("registry", { slug, project, region: primary, readers: {}, protect }, onGoogle);

  // Where the data are.
  const storage = { slug, accountId, permissions: lookUpR2Permissions(accountId), generations: generations.R2_API_TOKEN ?? { current: 1 }, protect };
  const files = new FileStore("files", {
    ...storage,
    bucket: configuration.filesBucket,
    origins: [`https://${appHost}`],
    versionDays: specification.fileVersionDays,
    keeper: workerContent("file-version-keeper"),
    gateway: workerContent("files-gateway"),
    zone,
    zoneId,
    signingGenerations: generations.FILES_GATEWAY_SECRET ?? { current: 1 },
  });
  const backups = new BackupVault("backups", {
    ...storage,
    bucket: configuration.backupsBucket,
    dailyBackupDays: specification.dailyBackupDays,
    weeklyBackupDays: specification.weeklyBackupDays,
  });
  const googleClientSecret = pulumi.secret(configuration.googleClientSecret.reveal());
  const database = new Database("database", {
    slug,
    organizationId: configuration.supabaseOrganizationId,
    region: configuration.databaseRegion ?? specification.databaseRegion,
    compute: specification.databaseCompute,
    pointInTimeRecoveryDays: specification.pointInTimeRecoveryDays,
    egressAddresses: egress.egressAddresses,
    operatorCidrs: configuration.operatorCidrs ?? [],
    auth: { appHost, domain: specification.authDomain, googleClientId: configuration.googleClientId },
    googleClientSecret,
    protect,
    retainOnDelete: protect,
  });

  // Errors go to a vendor of their own, which hears of them also when ours are down.
  const sentry = new SentryProvider("sentry", { token: pulumi.secret(configuration.sentryToken.reveal()) });
  const errors = new ErrorTracking(
    "errors",
    {
      slug,
      organization: configuration.sentryOrganization,
      slack: { workspace: configuration.sentrySlackWorkspace, channels: configuration.slackChannels },
      protect,
    },
    { providers: [sentry] },
  );

  // The applications, each with exactly its variables of the catalogue.
  const given = { apiUrl: `https://${apiHost}`, accountId, database, files, errors, googleClientId: configuration.googleClientId, googleClientSecret };
  const readersOf = secretReaders(identities);
  const secrets = new SecretStore(
    "secrets",
    {
      slug,
      project,
      regions: regions.map(({ region }) => region),
      protect,
      secrets: {
        ...secretDefinitions(given, generations, readersOf, configuration.encryptionKeys),
        ...backupSecretDefinitions({
          vault: backups,
          readersOf,
          identity: configuration.backupIdentity?.reveal(),
          restoreTestDatabaseUrl: configuration.restoreTestDatabaseUrl?.reveal(),
          drillTokens: drillDeployment(configuration)?.tokens,
          generations: storage.generations,
        }),
      },
    },
    onGoogle,
  );
  const variables = resolveEnvironment(variableValues(given, secrets.references));
  const api = new ApiService(
    "api",
    {
      slug,
      project,
      regions,
      image: configuration.apiImage ?? bootstrapImage,
      cpu: specification.cpu,
      memory: specification.memory,
      logLevel: configuration.logLevel ?? specification.logLevel,
      serviceAccountEmail: identities.api.email,
      egress,
      environment: publicVariables(variables.api),
      secrets: secretMounts(secrets.referencesOf(secretNames("api"))),
      traffic: trafficTargets(configuration.traffic),
      protect,
    },
    onGoogle,
  );
  const edge = new LoadBalancer(
    "edge",
    { slug, project, host: apiHost, services: api.services, activeRegions, cloudflare: cloudflareRanges, protect },
    onGoogle,
  );
  const web = new WebApp("web", {
    slug,
    teamId: configuration.vercelTeamId,
    repository: configuration.githubRepository,
    branch: specification.webBranch,
    previews: specification.pullRequestPreviews,
    domain: live ? appHost : null,
    apiOrigin: `https://${apiHost}`,
    variables: variables.web,
    protect,
  });
  const securityContact = configuration.alertContacts?.securityLead?.email ?? `security@${configuration.companyDomain}`;
  const dns = new Dns("dns", {
    slug,
    zoneId,
    zone,
    ...(live ? { app: { host: appHost, target: vercelTarget }, api: { host: apiHost, target: { type: "A" as const, content: edge.address } } } : {}),
    // Also before cut-over: chisan-dr must hold a valid certificate for the hosts that it will take over.
    certificate: edge.certificateRecord,
    ...(specification.ownsZoneSettings ? { zoneSettings: { securityContact } } : {}),
  });

  const operations = declareOperations(
    specification,
    configuration,
    { slug, primary, appHost, apiHost, live },
    { google, services, identities, egress, database, files, backups, secrets, api },
  );
  const signer = reportSigner(secrets.references);
  const access = declareAccess(specification, configuration, { slug }, { onGoogle, identities, web, operations });

  return {
    addresses: { app: `https://${appHost}`, api: `https://${apiHost}` },
    apiRevision: api.revision,
    apiServices: api.services.map(({ uri }) => uri),
    backupsBucket: backups.bucketName,
    // For `chisan backup`, each with what it needs: a restore must not be able to write into the vault that it reads.
    backupsReader: backups.reader.current,
    backupsWriter: backups.writer.current,
    databaseUrl: database.connectionString,
    ...access,
    // Only from the owner of the zone: the DS record for the domain's registrar.
    ...(dns.dnssecDelegation === undefined ? {} : { dnssecDelegation: dns.dnssecDelegation }),
    egressAddresses: egress.egressAddresses,
    // For the recovery kit: without it what the API has encrypted is lost with Secret Manager and this state.
    encryptionKey: keyGenerations(secrets.reference("ENCRYPTION_KEY")),
    filesBucket: files.bucketName,
    // For `chisan files`: opens the history of all files, and nothing in the cloud besides.
    filesGateway: { url: files.gateway.url, operatorKey: files.gateway.keys.operator.current },
    imagePrefix: registry.imagePrefix,
    postgresVersion: database.postgresVersion,
    // Only where drills run: with it a reader tells whose report it is (recovery/report-signers).
    ...(signer === undefined ? {} : { reportSigner: signer }),
    supabaseProject: database.projectRef,
    webProject: web.projectName,
  };
}

/** The active generations of a secret with their values, which are secret. */
function keyGenerations({ generation, value, previous }: SecretReference) {
  return { current: { generation, value }, ...(previous === undefined ? {} : { previous: { generation: previous.generation, value: previous.value } }) };
}
