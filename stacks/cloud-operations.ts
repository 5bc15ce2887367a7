/** What watches over an environment and keeps its backups: nothing here serves a user. */
import { Provider as ChecklyProvider } from "@checkly/pulumi/provider";
import type { Provider as GoogleProvider } from "@pulumi/gcp/provider";
import { getProjectOutput } from "@pulumi/gcp/organizations";
import * as pulumi from "@pulumi/pulumi";
import type { ApiService } from "../components/api-service";
import { BackupSchedule } from "../components/backup-schedule";
import type { BackupVault } from "../components/backup-vault";
import type { Database } from "../components/database";
import { ExternalChecks } from "../components/external-checks";
import type { FileStore } from "../components/file-store";
import type { FixedEgress } from "../components/fixed-egress";
import { MetricsExporter } from "../components/metrics-exporter";
import { exporterSecrets } from "../components/metrics-exporter-inputs";
import { Monitoring } from "../components/monitoring";
import type { ProjectServices } from "../components/project-services";
import { secretMounts, type SecretStore } from "../components/secret-store";
import type { GcpRegion } from "../config/allowed-values";
import type { EnvironmentSpecification } from "../config/environment-specification";
import type { EnvironmentSlug } from "../config/naming";
import type { StackConfiguration } from "../config/stack-configuration";
import type { CloudStack } from "../config/stack-configuration-keys";
import { drillDeployment } from "./drill-deployment";
import type { Identities } from "./environment-values";

/** Names that the environment has settled on. */
export interface Place {
  readonly slug: EnvironmentSlug;
  readonly primary: GcpRegion;
  readonly appHost: string;
  readonly apiHost: string;
  /** Whether the hosts lead here now. */
  readonly live: boolean;
}

/** What is declared already. */
export interface Declared {
  readonly google: GoogleProvider;
  readonly services: ProjectServices;
  readonly identities: Identities;
  readonly egress: FixedEgress;
  readonly database: Database;
  readonly files: Pick<FileStore, "gateway">;
  readonly backups: BackupVault;
  readonly secrets: SecretStore;
  readonly api: ApiService;
}

export function declareOperations(
  specification: EnvironmentSpecification,
  configuration: StackConfiguration<CloudStack>,
  { slug, primary, appHost, apiHost, live }: Place,
  { google, services, identities, egress, database, files, backups, secrets, api }: Declared,
): { exporter: MetricsExporter; schedule: BackupSchedule } {
  const { gcpProject: project, cloudflareAccountId: accountId, operationsImage: image, slackChannels, monthlyBudget, billingAccount } = configuration;
  const { scheduledKinds: kinds, protectData: protect } = specification;
  const onGoogle = { providers: [google], dependsOn: services };
  const vault = { accountId, bucketName: backups.bucketName };
  const hosts = { app: appHost, api: apiHost };
  const onCall = configuration.alertContacts.primaryOnCall;
  const slack = { token: pulumi.secret(configuration.slackToken.reveal()), channels: slackChannels };
  // The SDK marks the whole answer secret for the sake of its labels; the number is in every one of the project's names.
  const projectNumber = pulumi.unsecret(getProjectOutput({ projectId: project }, { provider: google, dependsOn: services }).number);

  if (image === undefined && pulumi.runtime.hasEngine()) {
    pulumi.log.warn("nothing is backed up and no database metric is watched until chisan:operationsImage is set (ops/image/README.md): the schedules are declared, and paused");
  }

  const monitoring = new Monitoring(
    "monitoring",
    {
      slug,
      project,
      projectNumber,
      repository: configuration.githubRepository,
      apiService: api.serviceName,
      realData: specification.sampleData === "real" || specification.sampleData === "restored",
      hosts: live ? hosts : null,
      backupKinds: kinds,
      onCall,
      slack,
      billingAccount,
      monthlyBudget,
    },
    onGoogle,
  );
  const exporter = new MetricsExporter(
    "metrics",
    {
      slug,
      project,
      region: primary,
      image,
      identity: identities.exporter,
      egress,
      supabaseUrl: database.url,
      databaseCa: null,
      ...vault,
      filesGatewayUrl: files.gateway.url,
      kinds,
      secrets: secrets.referencesOf(exporterSecrets),
      protect,
    },
    { providers: [google], dependsOn: [services, monitoring.metrics] },
  );
  const schedule = new BackupSchedule(
    "backup-schedule",
    {
      stack: configuration.stack,
      project,
      region: primary,
      kinds,
      image,
      identities: identities.backups,
      egress,
      ...vault,
      recipients: configuration.backupRecipients,
      secrets: secretMounts(secrets.references),
      drill: drillDeployment(configuration)?.place,
      protect,
    },
    onGoogle,
  );
  const checkly = new ChecklyProvider("checkly", {
    accountId: configuration.checklyAccountId,
    apiKey: pulumi.secret(configuration.checklyApiKey.reveal()),
  });
  new ExternalChecks(
    "checks",
    { slug, appHost, apiHost, live, everyMinutes: specification.externalCheckMinutes, onCall, slack },
    { providers: [checkly] },
  );
  return { exporter, schedule };
}
