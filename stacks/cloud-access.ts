/** Who and what may act on an environment: people by role, and the pipeline. */
import type * as pulumi from "@pulumi/pulumi";
import { AccessControl } from "../components/access-control";
import type { BackupSchedule } from "../components/backup-schedule";
import { DeployIdentity } from "../components/deploy-identity";
import type { MetricsExporter } from "../components/metrics-exporter";
import type { RuntimeIdentity } from "../components/runtime-identity";
import type { WebApp } from "../components/web-app";
import { accessEntries, accessLevel } from "../config/access-table";
import type { EnvironmentSpecification } from "../config/environment-specification";
import type { EnvironmentSlug } from "../config/naming";
import type { StackConfiguration } from "../config/stack-configuration";
import type { CloudStack } from "../config/stack-configuration-keys";
import type { Identities } from "./environment-values";

/** What is declared already. */
export interface Declared {
  readonly onGoogle: pulumi.ComponentResourceOptions;
  readonly identities: Identities;
  readonly web: Pick<WebApp, "projectId">;
  readonly operations: { readonly exporter: MetricsExporter; readonly schedule: BackupSchedule };
}

/** @returns outputs of the stack */
export function declareAccess(
  specification: EnvironmentSpecification,
  configuration: StackConfiguration<CloudStack>,
  { slug }: { readonly slug: EnvironmentSlug },
  { onGoogle, identities, web, operations }: Declared,
) {
  const { gcpProject: project, access } = configuration;
  const people = new AccessControl(
    "access",
    {
      slug,
      project,
      companyDomain: configuration.companyDomain,
      access,
      ownsAccounts: specification.ownsAccounts,
      runtimeAccountEmail: identities.api.email,
      vercelTeamId: configuration.vercelTeamId,
      vercelProjectId: web.projectId,
      cloudflareAccountId: configuration.cloudflareAccountId,
    },
    onGoogle,
  );
  const runs = Object.entries(identities.backups.of) as [string, RuntimeIdentity][];
  const deploy = new DeployIdentity(
    "deploy",
    {
      stack: configuration.stack,
      project,
      repositoryId: configuration.githubRepositoryId,
      ownerId: configuration.githubOwnerId,
      runtimeAccounts: {
        api: identities.api.email,
        metrics: identities.exporter.email,
        "call-metrics": operations.exporter.callerEmail,
        ...Object.fromEntries(runs.map(([kind, { email }]) => [kind, email])),
        ...operations.schedule.starterEmails,
      },
      projectRoles: [
        ...new Set([...accessEntries("gcp", access, accessLevel(slug)).flatMap(({ grant }) => grant.project), "roles/monitoring.metricWriter"]),
      ],
    },
    onGoogle,
  );
  return {
    deployIdentity: {
      githubEnvironment: deploy.githubEnvironment,
      identityProvider: deploy.identityProvider,
      serviceAccount: deploy.serviceAccount,
      billingAccountRoles: deploy.billingAccountRoles,
    },
    expectedMembers: people.expectedMembers,
  };
}
