/** What the quarterly drill needs to make and destroy chisan-dr, from the configuration. */
import { secret, type Input } from "@pulumi/pulumi";
import type { DrillPlace } from "../components/backup-schedule";
import type { BackupSecretsArgs } from "../components/backup-schedule-secrets";
import type { StackConfiguration } from "../config/stack-configuration";
import type { CloudStack } from "../config/stack-configuration-keys";

export interface DrillDeployment {
  readonly place: DrillPlace;
  readonly tokens: NonNullable<BackupSecretsArgs["drillTokens"]>;
}

/** @returns undefined while not all is set; that some are and some are not is told by `effectiveSettings` */
export function drillDeployment(configuration: StackConfiguration<CloudStack>): DrillDeployment | undefined {
  const { drillDeployer: deployer, drillStateBackend: stateBackend, drillCloudflareToken, drillVercelToken, drillSupabaseToken } = configuration;
  if (deployer === undefined || stateBackend === undefined || drillCloudflareToken === undefined || drillVercelToken === undefined || drillSupabaseToken === undefined) return undefined;
  const hidden = (token: { reveal(): string }): Input<string> => secret(token.reveal());
  return {
    place: { deployer, stateBackend },
    tokens: { CLOUDFLARE_API_TOKEN: hidden(drillCloudflareToken), VERCEL_API_TOKEN: hidden(drillVercelToken), SUPABASE_ACCESS_TOKEN: hidden(drillSupabaseToken) },
  };
}
